"""`flask up` as an operator runs it, in a process group of its own, and a way to kill each part of it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine

from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine
from tests.browser.seed import ROOT

COMMANDS = {
    "web": "wsgi.py",
    "worker": "workers\0deadlines",
    "mailer": "workers\0mail",
    "clock": "workers.clock",
    "valkey": "valkey-server",
}
STARTING_SECONDS = 90


class Installation:
    """A running product with the institution of `tests.browser.seed`; what dies is started by `flask up`."""

    def __init__(self, folder: Path, smtp_url: str = "", web: int = 1, **settings: str) -> None:
        self.web = web
        self.data = folder / "data"
        self.log = folder / "up.log"
        self.port = free_ports(web)
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")},
            "DATA_DIR": str(self.data),
            "SMTP_URL": smtp_url,
            "PORT": str(self.port),
            **settings,
        }
        self.engine: Engine
        self.institution: dict[str, Any] = {}

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "up", "--port", str(self.port), "--web", str(self.web)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_until_healthy()
        self.institution = json.loads(self.run("-m", "tests.browser.seed").splitlines()[-1])
        self.engine = create_engine(PostgresEngine(self.data).url, poolclass=NullPool)

    def stop(self) -> None:
        self.engine.dispose()
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()

    def run(self, *arguments: str) -> str:
        """A program of the product's own, beside it. Its output; a failure fails the test."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def wait_until_healthy(self) -> None:
        """Until the whole product answers, engines included."""
        patience = time.monotonic() + STARTING_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None and time.monotonic() < patience, self.tail()
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    @property
    def ports(self) -> list[int]:
        """Of the web processes."""
        return list(range(self.port, self.port + self.web))

    def kill(self, name: str) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        for pid in self.pids(name):
            os.kill(pid, signal.SIGKILL)

    def kill_web(self, port: int) -> None:
        """SIGKILL to one of several web processes."""
        for pid in self.pids("web"):
            if f"PORT={port}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                os.kill(pid, signal.SIGKILL)

    def pids(self, name: str) -> list[int]:
        if name == "postgres":
            return [int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])]
        wanted = COMMANDS[name].encode()
        found = [pid for pid, command in self._family() if wanted in command]
        assert found, f"no {name} is running"
        return found

    def flush_valkey(self) -> None:
        """Valkey answers, and knows nothing any more."""
        ValkeyEngine(self.data).ask("FLUSHALL")

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]

    def _family(self) -> Iterator[tuple[int, bytes]]:
        """Pid and command line of every process below `flask up`."""
        parents: dict[int, int] = {}
        commands: dict[int, bytes] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat, command = (entry / "stat").read_text(), (entry / "cmdline").read_bytes()
            except OSError:
                continue
            pid = int(entry.name)
            parents[pid] = int(stat.rpartition(")")[2].split()[1])
            commands[pid] = command
        for pid, command in commands.items():
            above = pid
            while above in parents:
                above = parents[above]
                if above == self.process.pid:
                    yield pid, command
                    break


def free_ports(count: int) -> int:
    """The first of `count` ports in a row on which nobody listens."""
    for first in range(random.randrange(20_000, 28_000), 32_000):
        with contextlib.ExitStack() as probes:
            try:
                for port in range(first, first + count):
                    probe = probes.enter_context(socket.socket())
                    probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return first
    raise AssertionError("no free port")
