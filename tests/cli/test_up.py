"""`flask up`, as a person starts it: the real processes on a free port, with data of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "DATA_DIR", "PORT", "HOST")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "exam_app", "up", *arguments]


def plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ENGINES}


def refused(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        command(*arguments), cwd=ROOT, env=plain_environment(), capture_output=True, text=True, timeout=30
    )
    return done.returncode, done.stderr.strip()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    for engine in (PostgresEngine(tmp_path / "data"), ValkeyEngine(tmp_path / "data")):
        engine.stop()


def wait_for_file(path: Path, process: subprocess.Popen[bytes], output: Path) -> dict:
    patience = time.monotonic() + 30
    while not path.exists():
        assert process.poll() is None and time.monotonic() < patience, output.read_text()
        time.sleep(0.1)
    return json.loads(path.read_text())


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_comes_up_and_goes_without_a_trace(
    data_dir: Path, free_port: int, tmp_path: Path, number: signal.Signals
) -> None:
    output = tmp_path / "output"
    with open(output, "wb") as log:
        process = subprocess.Popen(
            command("--demo", "--port", str(free_port), "--data-dir", str(data_dir)),
            cwd=ROOT,
            env=plain_environment(),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        demo = wait_for_file(data_dir / "demo.json", process, output)
        assert demo["url"] == f"http://127.0.0.1:{free_port}"
        assert set(demo["accounts"]) == {"admin", "instructor", "proctor", "student"}
        assert demo["sessionId"] and demo["practiceTestId"]
        with urllib.request.urlopen(f"{demo['url']}/healthz", timeout=5) as reply:
            assert reply.status == 200
        student = demo["accounts"]["student"]
        body = json.dumps({"email": student["email"], "password": student["password"]}).encode()
        headers = {"Content-Type": "application/json"}
        login = urllib.request.Request(f"{demo['url']}/api/auth/login", body, headers)
        with urllib.request.urlopen(login, timeout=30) as reply:
            assert json.load(reply)["data"]["accessToken"]
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        assert process.wait(60) == 0, output.read_text()
    finally:
        process.kill()
        process.wait()
    text = output.read_text()
    for name in ("web", "worker", "mailer", "clock", "demo"):
        assert f"{name} ended" not in text.replace("  ", " "), text
    assert demo["accounts"]["proctor"]["email"] in text
    patience = time.monotonic() + 30
    while any(is_alive(child) for child in family) and time.monotonic() < patience:
        time.sleep(0.05)
    assert [child for child in family if is_alive(child)] == []


def test_a_port_in_use_is_one_line(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, message = refused("--port", str(port), "--data-dir", str(data_dir))
    assert status == 2
    assert message.startswith(f"Error: cannot listen on 127.0.0.1 port {port}: ")
    assert "\n" not in message
    assert not data_dir.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.org"])
def test_a_demo_for_the_whole_network_is_refused(data_dir: Path, host: str) -> None:
    status, message = refused("--demo", "--host", host, "--data-dir", str(data_dir))
    assert status == 2
    assert "loopback only" in message
    assert "\n" not in message
    assert not data_dir.exists()


def test_a_second_one_on_the_same_data_is_refused(data_dir: Path, free_port: int) -> None:
    from exam_app.engines import embedded

    engines = embedded.start(data_dir, {})
    try:
        status, message = refused("--port", str(free_port), "--data-dir", str(data_dir))
    finally:
        engines.stop()
    assert status == 2
    assert (
        message
        == f"Error: another command is at work on {data_dir}; end it first, or choose another --data-dir"
    )
