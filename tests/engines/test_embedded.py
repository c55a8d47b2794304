"""The embedded engines: real servers in a folder of the test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from sqlalchemy import make_url

from exam_app.engines import embedded
from exam_app.engines.base import EngineError
from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine
from tests.helpers.waiting import PATIENCE, until


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for engine in (PostgresEngine(tmp_path), ValkeyEngine(tmp_path)):
        engine.stop()


def query(url: str, statement: str) -> tuple:
    parts = make_url(url)
    connection = psycopg2.connect(host=parts.query["host"], user=parts.username, dbname=parts.database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone() if cursor.description else ()
    finally:
        connection.close()


def test_starts_both_stops_both_and_keeps_the_data(data_dir: Path) -> None:
    engines = embedded.start(data_dir, {})
    query(engines.database_url, "CREATE TABLE kept AS SELECT 41 + 1 AS n")
    with redis.Redis.from_url(engines.redis_url) as client:
        assert client.ping()
    engines.stop()
    engines.stop()
    assert not PostgresEngine(data_dir).answers()
    assert not ValkeyEngine(data_dir).answers()

    again = embedded.start(data_dir, {})
    assert query(again.database_url, "SELECT n FROM kept") == (42,)
    again.stop()


def test_durability_is_on(data_dir: Path) -> None:
    engines = embedded.start(data_dir, {"REDIS_URL": "redis://elsewhere"})
    names = ("fsync", "synchronous_commit", "max_connections")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    assert query(engines.database_url, f"SELECT {asked}") == ("on", "on", "200")
    assert engines.redis_url == "redis://elsewhere"
    assert not (data_dir / "valkey").exists()
    engines.stop()


def test_configured_urls_start_no_engine(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db/exam", "REDIS_URL": "redis://cache"}
    engines = embedded.start(tmp_path / "unused", given)
    assert (engines.database_url, engines.redis_url) == ("postgresql://db/exam", "redis://cache")
    assert not (tmp_path / "unused").exists()


def test_a_process_that_joined_does_not_stop_the_engines(data_dir: Path) -> None:
    owner = embedded.start(data_dir, {})
    guest = embedded.start(data_dir, {})
    assert guest.joined and not owner.joined
    guest.stop()
    assert query(guest.database_url, "SELECT 1") == (1,)
    owner.stop()


def test_servers_of_a_killed_owner_are_adopted_and_stopped(data_dir: Path) -> None:
    code = "import sys,time;from pathlib import Path;from exam_app.engines import embedded;" + (
        "embedded.start(Path(sys.argv[1]), {});print('up', flush=True);time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, data_dir], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "up\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    assert PostgresEngine(data_dir).answers()

    heir = embedded.start(data_dir, {})
    assert not heir.joined
    assert query(heir.database_url, "SELECT 1") == (1,)
    heir.stop()
    assert not PostgresEngine(data_dir).answers()
    assert not ValkeyEngine(data_dir).answers()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ensure_stops_with_the_process_on_a_signal(data_dir: Path, number: signal.Signals) -> None:
    code = "import sys,time;from exam_app.engines import embedded;" + (
        "embedded.ensure({'DATA_DIR': sys.argv[1], 'EMBEDDED': ['DATABASE_URL', 'REDIS_URL']});"
        "print('up', flush=True);time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, data_dir], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    assert ValkeyEngine(data_dir).answers()
    process.send_signal(number)
    process.wait(PATIENCE)
    process.stdout.close()
    assert not PostgresEngine(data_dir).answers()
    assert not ValkeyEngine(data_dir).answers()


def test_a_long_path_still_gets_sockets(data_dir: Path) -> None:
    deep = data_dir / ("folder with a space " + "x" * 80) / "y"
    engines = embedded.start(deep, {})
    assert query(engines.database_url, "SELECT 1") == (1,)
    with redis.Redis.from_url(engines.redis_url) as client:
        assert client.ping()
    engines.stop()
    for engine in (PostgresEngine(deep), ValkeyEngine(deep)):
        engine.socket_dir.rmdir()


def test_a_partly_initialised_database_is_recreated(data_dir: Path) -> None:
    (data_dir / "postgres.new").mkdir()
    (data_dir / "postgres.new" / "PG_VERSION").write_text("18\n")
    engines = embedded.start(data_dir, {})
    assert query(engines.database_url, "SELECT 1") == (1,)
    engines.stop()


def test_a_data_directory_that_is_a_file_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError) as refusal:
        embedded.start(tmp_path / "file", {})
    assert "cannot write to the data directory" in refusal.value.message
    assert "\n" not in refusal.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_foreign_directory_gives_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(EngineError, match="cannot write to the data directory"):
        embedded.start(tmp_path / "instance", {})


def test_a_missing_program_gives_one_line(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineError, match="PostgreSQL is missing: run `make setup`, or set DATABASE_URL"):
        embedded.start(data_dir, {})
    monkeypatch.undo()
    embedded.start(data_dir, {}).stop()


def test_a_full_disk_gives_one_line(data_dir: Path) -> None:
    report = PostgresEngine(data_dir).failure("initdb: x\nFATAL: could not write: No space left on device\n")
    assert report.message == f"no space left on the disk that holds {data_dir}"


def test_a_server_that_gives_up_says_why_in_one_line(data_dir: Path) -> None:
    embedded.start(data_dir, {}).stop()
    (data_dir / "postgres" / "postgresql.auto.conf").write_text("max_connections = plenty\n")
    with pytest.raises(EngineError) as refusal:
        embedded.start(data_dir, {})
    assert "PostgreSQL did not start" in refusal.value.message
    assert "\n" not in refusal.value.message
    assert not ValkeyEngine(data_dir).answers()


def test_nobody_else_reaches_the_sockets(data_dir: Path) -> None:
    engines = embedded.start(data_dir, {})
    for engine in (PostgresEngine(data_dir), ValkeyEngine(data_dir)):
        assert engine.socket_dir.stat().st_mode & 0o077 == 0
    engines.stop()


def test_a_killed_engine_is_restarted_with_all_committed_data(data_dir: Path) -> None:
    engines = embedded.start(data_dir, {})
    query(engines.database_url, "CREATE TABLE kept AS SELECT 41 + 1 AS n")
    assert engines.revive() == []

    postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    with redis.Redis.from_url(engines.redis_url) as client:
        valkey = client.info("server")["process_id"]
    for pid in (postmaster, valkey):
        os.kill(pid, signal.SIGKILL)
    revived: list[str] = []
    until(lambda: revived.extend(engines.revive()) or len(revived) == 2, "both are started again")
    assert set(revived) == {"PostgreSQL", "Valkey"}

    assert query(engines.database_url, "SELECT n FROM kept") == (42,)
    with redis.Redis.from_url(engines.redis_url) as client:
        assert client.ping()
    engines.stop()
