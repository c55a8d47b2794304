"""The product in separate processes, on free ports and with its own data, as in an installation.

`FlaskUp` is `flask up`, which restarts whatever dies. `Processes` are those of the Procfile on embedded
engines, each of which can be stopped and stays stopped. Both are context managers, and start with the
institution of seed.py.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psutil
import redis
from honcho.environ import parse_procfile
from sqlalchemy import Engine, NullPool, create_engine

from config import ROOT
from exam_app.engines import embedded
from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine
from tests.helpers.ports import free_ports
from tests.helpers.waiting import PATIENCE, until

PROCFILE = {
    name: [sys.executable, *shlex.split(command)[1:]]
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items()
    if name != "release"
}
"""The command of each process, with the current Python interpreter."""
SECRET_KEY = "a key for tests that is long enough for every signature we make"
OF_THE_MACHINE = ("PATH", "HOME", "LANG", "TMPDIR", "CI", "CHROMIUM")


class Product:
    """What both variants have in common. `url` is the first of `urls`, one for each web process."""

    def __init__(self, folder: Path, smtp_url: str = "", web: int = 1, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.ports = free_ports(web)
        self.urls = [f"http://127.0.0.1:{port}" for port in self.ports]
        self.url = self.urls[0]
        self.institution: dict[str, Any] = {}
        self.database_url = PostgresEngine(self.data.resolve()).url
        self.redis_url = ValkeyEngine(self.data.resolve()).url
        self.engine: Engine = create_engine(self.database_url, poolclass=NullPool)
        self.environment = {name: os.environ[name] for name in OF_THE_MACHINE if name in os.environ} | {
            "DATA_DIR": str(self.data),
            "SMTP_URL": smtp_url,
            "PORT": str(self.ports[0]),
            "PUBLIC_URL": self.url,
            "PYTHONUNBUFFERED": "1",
            **settings,
        }

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        """Stop every process."""
        raise NotImplementedError

    def seed(self) -> None:
        self.institution = json.loads(self.run("-m", "tests.helpers.seed").splitlines()[-1])

    def run(self, *arguments: str) -> str:
        """Run one of the product's commands. Returns its output; a failure fails the test."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=3 * PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def wait_until_ready(self) -> None:
        """Wait until every web process responds and is connected to its engines."""
        for url in self.urls:
            until(lambda url=url: self._answers(url), f"{url} answers", seen=self.last_words)

    def _answers(self, url: str) -> bool:
        assert self.is_running(), self.last_words()
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=10) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def is_running(self) -> bool:
        """False once it has given up and no process will respond any more."""
        raise NotImplementedError

    def flush_valkey(self) -> None:
        """Flush Valkey: it responds, but all of its data is lost."""
        with redis.Redis.from_url(self.redis_url) as client:
            client.flushall()

    def log(self, name: str) -> str:
        """The output of a process so far."""
        file = self.folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def last_words(self) -> str:
        """The ends of all logs, for debugging a failure."""
        return "\n".join(
            f"--- the end of {file.name}\n{file.read_text(errors='replace')[-4000:]}"
            for file in sorted(self.folder.glob("*.log"))
        )

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


class FlaskUp(Product):
    """`flask up` as an operator starts it, and a way to kill each of its processes."""

    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()
        self.seed()

    def launch(self, *options: str) -> None:
        """Start it with additional `options`, without waiting until it is ready."""
        where = ["--port", str(self.ports[0]), "--web", str(len(self.ports)), "--data-dir", str(self.data)]
        own = {k: v for k, v in self.environment.items() if k not in ("PORT", "DATA_DIR", "PUBLIC_URL")}
        self.process = self._launch("up", [*FLASK_UP, *where, *options], own)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.engine.dispose()
        try:
            if self.process is not None:
                self.process.send_signal(number)
                assert self.process.wait(PATIENCE) == 0, self.last_words()
        finally:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
            for engine in (PostgresEngine(self.data), ValkeyEngine(self.data)):
                engine.stop()  # it has stopped already, unless it was killed

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def family(self) -> list[psutil.Process]:
        """All of its descendant processes."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def processes(self, name: str) -> list[psutil.Process]:
        """The processes with this name in the Procfile, or of an engine."""
        if name == "postgres":
            return [psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))]
        found = [one for one in self.family() if _is(one, name)]
        assert found, f"no {name} is running\n{self.last_words()}"
        return found

    def web_process(self, port: int) -> psutil.Process:
        """The web process that listens on this port."""
        (one,) = [one for one in self.processes("web") if one.environ()["PORT"] == str(port)]
        return one

    def kill(self, name: str) -> None:
        """SIGKILL: no handler runs, nothing is flushed. Waits for a process that is only just coming back."""

        def running() -> list[psutil.Process]:
            try:
                return self.processes(name)
            except (AssertionError, OSError, psutil.NoSuchProcess):
                return []

        for one in until(running, f"a {name} to kill", every=0.2):
            one.kill()


class Processes(Product):
    """The processes of the Procfile, one by one: a stopped process stays down until it is started again."""

    def __init__(self, folder: Path, smtp_url: str = "", web: int = 1, **settings: str) -> None:
        own = {"SECRET_KEY": SECRET_KEY, "HOST": "127.0.0.1", **settings}
        super().__init__(folder, smtp_url, web, **own)
        self.environment |= {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.engines: embedded.Engines | None = None

    def start(self) -> None:
        self.start_engines()
        self.seed()
        for name in PROCFILE:
            self.start_process(name)
        self.wait_until_ready()

    def start_engines(self) -> None:
        self.engines = embedded.start(self.data, {})

    def start_process(self, name: str, port: int | None = None) -> None:
        """Start one more process of this name; `port` is that of an additional web process."""
        label = name if port is None else f"{name}.{port}"
        own = {} if port is None else {"PORT": str(port)}
        self.running[label] = self._launch(label, PROCFILE[name], self.environment | own)

    def stop_process(self, name: str) -> None:
        """SIGTERM, as when an operator restarts it; one that ignores it is killed and fails the test."""
        process = self.running.pop(name)
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def without_web(self) -> Iterator[None]:
        """Stop the web process meanwhile, and always restart it, so that the next test finds a server."""
        try:
            self.stop_process("web")
            yield
        finally:
            self.start_process("web")
            self.wait_until_ready()

    def stop(self) -> None:
        self.engine.dispose()
        for process in self.running.values():
            process.terminate()
        try:
            for name in list(self.running):
                self.stop_process(name)
        finally:
            if self.engines is not None:
                self.engines.stop()

    def is_running(self) -> bool:
        return all(process.poll() is None for process in self.running.values())


FLASK_UP = [sys.executable, "-m", "flask", "--app", "exam_app", "up"]


def is_alive(process: psutil.Process) -> bool:
    """A zombie, which has ended but was not reaped by its parent, is not alive."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is(process: psutil.Process, name: str) -> bool:
    try:
        command = process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return False
    if name in PROCFILE:
        return command[1:] == PROCFILE[name][1:]
    return "valkey-server" in " ".join(command)
