"""The process keeper of `flask up`, on small processes."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]

RUN = """
import os, sys
from exam_app.cli.supervisor import Supervisor
supervisor = Supervisor()
for line in sys.stdin.read().splitlines():
    name, command = line.split(": ", 1)
    supervisor.add(name, command, dict(os.environ), os.getcwd())
supervisor.run()
"""


def supervise(tmp_path: Path, procfile: str) -> subprocess.Popen[str]:
    with open(tmp_path / "out", "w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
        )
    assert process.stdin is not None
    process.stdin.write(procfile)
    process.stdin.close()
    return process


def wait_for(tmp_path: Path, text: str, times: int = 1) -> str:
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        output = (tmp_path / "out").read_text()
        if output.count(text) >= times:
            return output
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not come {times} times; there was:\n{(tmp_path / 'out').read_text()}")


def test_a_process_that_dies_is_started_again_and_the_rest_lives(tmp_path: Path) -> None:
    process = supervise(tmp_path, "web: echo here; sleep 60\nmailer: echo fell; exit 3\n")
    output = wait_for(tmp_path, "| fell", times=2)
    assert "mailer ended (status 3); starting it again in 0.5 s" in output
    assert output.count("| here") == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_a_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    # With a grandchild in the background.
    process = supervise(tmp_path, "a: sleep 61 & echo one; wait\nb: echo two; exec sleep 62\n")
    wait_for(tmp_path, "| one")
    wait_for(tmp_path, "| two")
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert [child for child in family if is_alive(child)] == []


def is_alive(process: psutil.Process) -> bool:
    """A process that ended and waits for its new parent to take note of it is not alive."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_who_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exam_app.cli import supervisor as module

    monkeypatch.setattr(module, "TERM_SECONDS", 0.3)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        keeper = module.Supervisor(output=io.StringIO())
        keeper.add("deaf", "trap '' TERM; while :; do sleep 0.1; done", dict(os.environ), str(tmp_path))
        child = keeper._children["deaf"]
        keeper._start(child)
        time.sleep(0.3)
        keeper.stop()
        keeper._stop_all()  # waits for ever for one that nobody kills
        assert not child.running
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
