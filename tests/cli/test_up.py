"""`flask up` as an operator starts it: the real processes on a free port, with their own data."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from config import ROOT
from exam_app.cli.up import up as command
from exam_app.engines import embedded
from tests.helpers.ports import free_port
from tests.helpers.product import FLASK_UP, FlaskUp, is_alive
from tests.helpers.waiting import PATIENCE, until


def refused(*arguments: str) -> tuple[int, str]:
    """Exit status and output of a refused start."""
    done = CliRunner().invoke(command, arguments)
    return done.exit_code, done.stderr.strip()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PUBLIC_URL", "DATA_DIR", "PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_demo_starts_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    up = FlaskUp(tmp_path)
    try:
        up.launch("--demo")
        file = up.data / "demo.json"
        until(lambda: file.exists() or not up.is_running(), "the demo is ready", seen=up.last_words)
        assert up.is_running(), up.last_words()
        demo = json.loads(file.read_text())
        assert demo["url"] == up.url
        assert set(demo["accounts"]) == {"admin", "instructor", "proctor", "student"}
        assert demo["sessionId"] and demo["practiceTestId"]
        with urllib.request.urlopen(f"{demo['url']}/healthz", timeout=PATIENCE) as reply:
            assert reply.status == 200
        student = demo["accounts"]["student"]
        body = json.dumps({"email": student["email"], "password": student["password"]}).encode()
        headers = {"Content-Type": "application/json"}
        login = urllib.request.Request(f"{demo['url']}/api/auth/login", body, headers)
        with urllib.request.urlopen(login, timeout=PATIENCE) as reply:
            assert json.load(reply)["data"]["accessToken"]
        family = up.family()
    finally:
        up.stop(number)
    text = up.log("up")
    for name in ("web", "worker", "mailer", "clock", "demo"):
        assert f"{name} ended" not in text.replace("  ", " "), text
    assert demo["accounts"]["proctor"]["email"] in text
    until(lambda: not any(map(is_alive, family)), "every process is gone", seen=lambda: family)


def test_a_port_in_use_gives_one_line(data_dir: Path) -> None:
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


def test_a_second_instance_on_the_same_data_is_refused(data_dir: Path) -> None:
    engines = embedded.start(data_dir, {})
    try:
        done = subprocess.run(
            [*FLASK_UP, "--port", str(free_port()), "--data-dir", str(data_dir)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        engines.stop()
    assert done.returncode == 2
    problem = f"another command is using {data_dir}; end it first, or choose another --data-dir"
    assert done.stderr.strip() == f"Error: {problem}"
