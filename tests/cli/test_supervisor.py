"""The process supervisor of `flask up`, with small processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from tests.helpers.product import is_alive
from tests.helpers.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]

RUN = """
import os, sys
from exam_app.cli import supervisor as module
module.TERM_SECONDS = float(sys.argv[1])
supervisor = module.Supervisor()
for line in sys.stdin.read().splitlines():
    name, command = line.split(": ", 1)
    supervisor.add(name, command, dict(os.environ), os.getcwd())
supervisor.run()
"""


def supervise(tmp_path: Path, procfile: str, term_seconds: float = PATIENCE) -> subprocess.Popen[str]:
    with open(tmp_path / "out", "w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(term_seconds)],
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
    output = tmp_path / "out"
    until(lambda: output.read_text().count(text) >= times, f"{text!r} {times} times", seen=output.read_text)
    return output.read_text()


def test_a_process_that_dies_is_restarted_and_the_others_continue(tmp_path: Path) -> None:
    process = supervise(tmp_path, "web: echo here; sleep 60\nmailer: echo fell; exit 3\n")
    output = wait_for(tmp_path, "| fell", times=2)
    assert "mailer ended (status 3); restarting it in 0.5 s" in output
    assert output.count("| here") == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_a_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    # With a grandchild in the background.
    process = supervise(tmp_path, "a: sleep 61 & echo one; wait\nb: echo two; exec sleep 62\n")
    wait_for(tmp_path, "| one")
    wait_for(tmp_path, "| two")
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert [child for child in family if is_alive(child)] == []


def test_a_process_that_ignores_the_stop_signal_is_killed(tmp_path: Path) -> None:
    process = supervise(tmp_path, "deaf: trap '' TERM; while :; do echo here; sleep 0.1; done\n", 0.3)
    wait_for(tmp_path, "| here")
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0  # never ends unless the process is killed
    assert [child for child in family if is_alive(child)] == []
