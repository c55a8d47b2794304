"""The product as it runs in production, on engines and a port of its own, for one measurement."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from config import ROOT
from exam_app import create_app
from exam_app.cli import migrations
from exam_app.engines import embedded

PROCESSES = {
    "web": ["wsgi.py"],
    "worker": ["-m", "workers", "deadlines", "grading"],
    "clock": ["-m", "workers.clock"],
    "mailer": ["-m", "workers", "mail"],
}


@dataclass
class Installation:
    """`urls` are those of the web processes; figures are of all processes of a name together."""

    app: Flask
    urls: list[str]
    database_url: str
    pids: dict[str, list[int]]

    @property
    def url(self) -> str:
        return self.urls[0]

    def cpu_seconds(self, name: str) -> float:
        """User and system time used so far."""
        stats = [text.rsplit(")", 1)[1].split() for text in self._read(name, "stat")]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / os.sysconf("SC_CLK_TCK")

    def queued_seconds(self, name: str) -> float:
        """How long they were ready and got no core, because others had them."""
        return sum(int(text.split()[1]) for text in self._read(name, "schedstat")) / 1e9

    def memory(self, name: str) -> int:
        """Bytes that are in memory."""
        return sum(int(text.split()[1]) for text in self._read(name, "statm")) * os.sysconf("SC_PAGE_SIZE")

    def _read(self, name: str, file: str) -> list[str]:
        return [Path(f"/proc/{pid}/{file}").read_text() for pid in self.pids[name]]


class Meter:
    """How busy the web process and this one, the clients', are from here on."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._before = self._now()

    def _now(self) -> tuple[float, float, float, float]:
        web = self._installation
        return time.perf_counter(), web.cpu_seconds("web"), web.queued_seconds("web"), time.process_time()

    def read(self, students: int = 0) -> str:
        """In words; with what each of so many `students` cost, if named."""
        took, used, queued, own = (
            now - before for now, before in zip(self._now(), self._before, strict=True)
        )
        each = f" ({used / students * 1000:.0f} ms CPU each)" if students else ""
        waited = f"{queued / took:.0%} of the time ready and without one"
        return f"web process {used / took:.0%} of one core{each}, {waited}; clients {own / took:.0%}"


@contextmanager
def running(*names: str, **settings: str) -> Iterator[Installation]:
    """Engines, migrations and the processes `names`, twice where a name comes twice, with more `settings` in
    the environment; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="exam-bench-") as folder:
        data_dir = Path(folder)
        engines = embedded.start(data_dir, {})
        environment = {
            **os.environ,
            "DATA_DIR": str(data_dir),
            "DATABASE_URL": engines.database_url,
            "REDIS_URL": engines.redis_url,
            "SECRET_KEY": "only-for-this-measurement-and-gone-afterwards",
            "RATELIMIT_ENABLED": "0",
            "SMTP_URL": "",
            **settings,
        }
        children: list[subprocess.Popen[bytes]] = []
        try:
            os.environ.update(environment)
            app = create_app()
            migrations.upgrade(app)
            pids: dict[str, list[int]] = {}
            urls = []
            for name in names:
                port = free_port()
                own = environment | {"PORT": str(port)}
                child = subprocess.Popen([sys.executable, *PROCESSES[name]], cwd=ROOT, env=own)
                children.append(child)
                pids.setdefault(name, []).append(child.pid)
                if name == "web":
                    urls.append(f"http://127.0.0.1:{port}")
                    _wait_for(f"{urls[-1]}/readyz")
            yield Installation(app, urls, engines.database_url, pids)
        finally:
            for child in children:
                child.terminate()
            for child in children:
                child.wait(10)
            engines.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    patience = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.1)
