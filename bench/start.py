"""Startup times: CPU of commands, and of a web process until it listens.

With `BASE` in the environment, the path of another checkout, both are started alternately, and each row has
the ratio, so that the load of the machine affects both equally.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from bench.report import Row, median
from config import ROOT
from exam_app.engines import embedded
from tests.helpers.ports import free_port

TIMES = 5
COMMANDS = {
    "import exam_app": ["-c", "import exam_app"],
    "flask --help": ["-m", "flask", "--app", "exam_app", "--help"],
    "flask fsck --help": ["-m", "flask", "--app", "exam_app", "fsck", "--help"],
}


def measure() -> list[Row]:
    checkouts = [ROOT, *([Path(os.environ["BASE"]).resolve()] if os.environ.get("BASE") else [])]
    rows = [
        _row(name, checkouts, lambda checkout, a=arguments: _command(checkout, a))
        for name, arguments in COMMANDS.items()
    ]
    with tempfile.TemporaryDirectory(prefix="exam-bench-") as folder:
        engines = embedded.start(Path(folder), {})
        settings = {"DATA_DIR": folder, "DATABASE_URL": engines.database_url, "REDIS_URL": engines.redis_url}
        try:
            web = _row("web until it listens", checkouts, lambda checkout: _web(checkout, settings))
        finally:
            engines.stop()
    return [*rows, web]


def _row(name: str, checkouts: list[Path], start: Callable[[Path], tuple[float, float]]) -> Row:
    for checkout in checkouts:
        start(checkout)  # compiles whatever is not compiled yet
    runs = [[start(checkout) for checkout in checkouts] for _ in range(TIMES)]
    cpu, *others = (median([run[i][0] for run in runs]) for i in range(len(checkouts)))
    took = median([run[0][1] for run in runs])
    before = f"{others[0]:.2f} s" if others else "-"
    ratio = f"; {cpu / others[0]:.2f} of the CPU of BASE" if others else ""
    note = f"median of {TIMES}, {took:.1f} s by the clock{ratio}"
    return Row(f"start: {name}", f"{cpu:.2f} s CPU", before, note)


def _environment(**settings: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "SECRET_KEY": "only-for-this-measurement-and-gone-afterwards", **settings}


def _command(checkout: Path, arguments: list[str]) -> tuple[float, float]:
    """CPU and wall-clock seconds of one run."""
    before, began = os.times(), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=checkout, env=_environment(), stdout=subprocess.DEVNULL, check=True
    )
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, time.perf_counter() - began


def _web(checkout: Path, settings: dict[str, str]) -> tuple[float, float]:
    began = time.perf_counter()
    web = subprocess.Popen(
        [sys.executable, "wsgi.py"],
        cwd=checkout,
        env=_environment(**settings, PORT=str(free_port()), PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert web.stdout is not None
        for line in web.stdout:
            if line.startswith("listening on"):
                used = psutil.Process(web.pid).cpu_times()
                return used.user + used.system, time.perf_counter() - began
        raise RuntimeError(f"the web process of {checkout} does not listen")
    finally:
        web.terminate()
        web.wait()
