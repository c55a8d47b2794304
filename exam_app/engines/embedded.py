"""Embedded PostgreSQL and Valkey from wheels, for a machine without them.

An engine whose URL is not set runs here, with its data under the data directory and a Unix socket as
its only entry point (in a directory that only its owner may enter). The first process to start owns the
engines and stops them; later ones with the same data directory join. Ownership is a file lock, which the
kernel releases when the owner dies: the next owner then adopts what is still running.

The URLs are derived from the data directory alone, so an app can be configured before anything runs.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine

from exam_app.engines.base import Engine as EmbeddedEngine
from exam_app.engines.base import EngineError
from exam_app.engines.postgres import PostgresEngine
from exam_app.engines.valkey import ValkeyEngine

STARTING_SECONDS = 120


class Engines:
    """Returned by `start`: two URLs, and `stop()`, which stops only what this process owns."""

    def __init__(
        self, database_url: str, redis_url: str, owned: list[EmbeddedEngine], lock: IO[str] | None
    ) -> None:
        self.database_url = database_url
        self.redis_url = redis_url
        self._owned = owned
        self._lock = lock
        self._pid = os.getpid()

    @property
    def joined(self) -> bool:
        """Whether this process does not own the engines: another one does, or the URLs were given."""
        return self._lock is None

    def revive(self) -> list[str]:
        """Restart the engines of this process that have died; returns their names.

        PostgreSQL recovers from its log; Valkey restarts empty, which loses no answer.
        Raises EngineError if one does not start; the next call tries again.
        """
        revived = []
        for engine in self._owned if self._lock is not None else []:
            if engine.has_died():
                engine.start(STARTING_SECONDS)
                revived.append(engine.title)
        return revived

    def stop(self) -> None:
        """Stop what this process owns. Safe to call twice, or in a forked child."""
        if self._lock is None or self._pid != os.getpid():
            return
        for engine in reversed(self._owned):
            engine.stop()
        self._lock.close()
        self._lock = None


def start(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Engines:
    """Start or join the engines whose URL is not in `environ`; returns when they respond.

    Raises EngineError with one line for the operator.
    """
    data_dir = Path(data_dir).expanduser().resolve()
    postgres, valkey = PostgresEngine(data_dir), ValkeyEngine(data_dir)
    database_url = environ.get("DATABASE_URL") or postgres.url
    redis_url = environ.get("REDIS_URL") or valkey.url
    wanted: list[EmbeddedEngine] = [
        engine
        for engine, name in ((postgres, "DATABASE_URL"), (valkey, "REDIS_URL"))
        if not environ.get(name)
    ]
    if not wanted:
        return Engines(database_url, redis_url, [], None)

    lock = _open_lock(data_dir)
    patience = time.monotonic() + STARTING_SECONDS
    while not _locked(lock):
        if all(engine.answers() for engine in wanted):
            lock.close()
            return Engines(database_url, redis_url, [], None)
        if time.monotonic() > patience:
            raise EngineError(f"another process owns {data_dir}, but its engines do not respond")
        time.sleep(0.1)

    engines = Engines(database_url, redis_url, [], lock)
    try:
        for engine in wanted:
            engines._owned.append(engine)
            if not engine.answers():
                engine.start(STARTING_SECONDS)
    except BaseException:
        engines.stop()
        raise
    return engines


def init_app(app: Flask) -> None:
    """Configure the extensions for the engines; embedded ones start with the first connection.

    Sets DATABASE_URL, REDIS_URL, SQLALCHEMY_DATABASE_URI and RATELIMIT_STORAGE_URI, before the extensions
    read them. `flask --help` starts nothing. An embedded REDIS_URL is `unix://...`, which python-socketio
    accepts but Flask-SocketIO's `message_queue=` does not: pass `client_manager=RedisManager(url, ...)`.
    """
    config = app.config
    postgres, valkey = PostgresEngine(Path(config["DATA_DIR"])), ValkeyEngine(Path(config["DATA_DIR"]))
    config["EMBEDDED"] = [name for name in ("DATABASE_URL", "REDIS_URL") if not config.get(name)]
    config["DATABASE_URL"] = config.get("DATABASE_URL") or postgres.url
    config["REDIS_URL"] = config.get("REDIS_URL") or valkey.url
    config.setdefault("SQLALCHEMY_DATABASE_URI", config["DATABASE_URL"])
    config.setdefault("RATELIMIT_STORAGE_URI", _limits_url(config["REDIS_URL"]))
    if config["EMBEDDED"]:
        _apps[str(postgres.socket_dir)] = config


_apps: dict[str, Mapping[str, Any]] = {}


@event.listens_for(Engine, "do_connect")
def _before_a_connection(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
    """Start the database when a flask command first connects to it; other commands start nothing."""
    config = _apps.get(parameters.get("host", ""))
    if config is not None:
        ensure(config)


_running: dict[str, Engines] = {}
_starting = threading.Lock()


def ensure(config: Mapping[str, Any]) -> None:
    """Ensure that the engines embedded by `config` run; they stop with this process if it started them."""
    data_dir = config["DATA_DIR"]
    embedded = config.get("EMBEDDED")
    if not embedded or data_dir in _running:
        return
    with _starting:
        if data_dir in _running:
            return
        given = {name: "given" for name in ("DATABASE_URL", "REDIS_URL") if name not in embedded}
        engines = start(Path(data_dir), given)
        _running[data_dir] = engines
        if not engines.joined:
            atexit.register(engines.stop)
            _exit_on_sigterm()


def postgres_programs() -> Path:
    """The folder of pgbench, psql and pg_dump that came with the embedded PostgreSQL."""
    return PostgresEngine.programs()


def _exit_on_sigterm() -> None:
    """Make SIGTERM an ordinary exit with exit handlers, unless it is already handled."""
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def _open_lock(data_dir: Path) -> IO[str]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        return open(data_dir / "engines.lock", "a")
    except OSError as error:
        raise EngineError(f"cannot write to the data directory {data_dir}: {error.strerror}") from None


def _locked(lock: IO[str]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _limits_url(redis_url: str) -> str:
    """The URL for the package `limits`, whose scheme for a Unix socket is redis+unix."""
    return redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
