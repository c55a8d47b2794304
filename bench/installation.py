"""The product as in production, on its own engines and ports, for one measurement."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from flask import Flask

from exam_app import create_app
from exam_app.cli import migrations
from exam_app.web.extensions import jwt
from tests.helpers.product import Processes


class Installation(Processes):
    """Figures are totals of all processes with a name; `app` is the application in this process."""

    app: Flask

    def cpu_seconds(self, name: str) -> float:
        """User and system time used so far."""
        return sum(used.user + used.system for used in (one.cpu_times() for one in self._all(name)))

    def queued_seconds(self, name: str) -> float:
        """Time spent runnable but waiting for a core; 0 except on Linux, which reports it."""
        files = [Path(f"/proc/{one.pid}/schedstat") for one in self._all(name)]
        return sum(int(file.read_text().split()[1]) for file in files if file.exists()) / 1e9

    def memory(self, name: str) -> int:
        """Resident memory in bytes."""
        return sum(one.memory_info().rss for one in self._all(name))

    def _all(self, name: str) -> list[psutil.Process]:
        return [psutil.Process(one.pid) for label, one in self.running.items() if label.split(".")[0] == name]


class Meter:
    """CPU use of the web process and of this one, which runs the clients, from here on."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._before = self._now()

    def _now(self) -> tuple[float, float, float, float]:
        web = self._installation
        return time.perf_counter(), web.cpu_seconds("web"), web.queued_seconds("web"), time.process_time()

    def read(self, students: int = 0) -> str:
        """Human-readable; with the cost per student, if the number of `students` is given."""
        took, used, queued, own = (
            now - before for now, before in zip(self._now(), self._before, strict=True)
        )
        each = f" ({used / students * 1000:.0f} ms CPU each)" if students else ""
        waited = f"{queued / took:.0%} of the time ready and without one"
        return f"web process {used / took:.0%} of one core{each}, {waited}; clients {own / took:.0%}"


@contextmanager
def running(*names: str, **settings: str) -> Iterator[Installation]:
    """Engines, migrations and the processes `names`, one for each occurrence of a name, with additional
    `settings` in the environment; everything is removed afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="exam-bench-") as folder:
        web = max(1, names.count("web"))
        here = Installation(Path(folder), web=web, **{"RATELIMIT_ENABLED": "0", "SMTP_URL": "", **settings})
        try:
            here.start_engines()
            os.environ.update(here.environment)
            here.app = create_app()
            jwt.init_app(here.app)  # measurements make the tokens of their users themselves
            migrations.upgrade(here.app)
            ports = iter([None, *here.ports[1:]])
            for name in names:
                here.start_process(name, next(ports) if name == "web" else None)
            if "web" in names:
                here.wait_until_ready()
            yield here
        except BaseException:
            print(here.last_words())
            raise
        finally:
            here.stop()
