"""Faults during an exam. Each one is injected while students answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import text

from tests.helpers.line import Line, Mode
from tests.helpers.product import FlaskUp

FAULT_SECONDS = 3


@dataclass(frozen=True)
class Place:
    """The installation in which faults are injected."""

    installation: FlaskUp
    line: Line


Fault = Callable[[Place], Awaitable[None]]


def _kill(*names: str) -> Fault:
    async def inject(place: Place) -> None:
        for name in names:
            place.installation.kill(name)

    return inject


async def _valkey_forgets(place: Place) -> None:
    place.installation.flush_valkey()


def _line(mode: Mode) -> Fault:
    async def inject(place: Place) -> None:
        place.line.switch(mode)
        await asyncio.sleep(FAULT_SECONDS)
        place.line.switch(Mode.OPEN)

    return inject


async def _pool_runs_full(place: Place) -> None:
    """All requests for an attempt wait for a lock, until the connection pool is exhausted."""

    def lock_table() -> None:
        with place.installation.engine.connect() as connection:
            connection.execute(text("LOCK TABLE attempts IN ACCESS EXCLUSIVE MODE"))
            connection.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": FAULT_SECONDS})

    await asyncio.to_thread(lock_table)


async def _connections_end(place: Place) -> None:
    """As on an administrator's command, a failover or a restart: all database sessions end at once."""

    def end() -> None:
        with place.installation.engine.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )

    await asyncio.to_thread(end)


FAULTS: dict[str, Fault] = {
    "kill -9 web": _kill("web"),
    "kill -9 worker and clock": _kill("worker", "clock"),
    "kill -9 mailer": _kill("mailer"),
    "kill -9 Valkey, its data gone": _kill("valkey"),
    "Valkey forgets everything": _valkey_forgets,
    "kill -9 PostgreSQL": _kill("postgres"),
    "kill -9 everything": _kill("web", "worker", "clock", "mailer", "valkey", "postgres"),
    "database sessions end": _connections_end,
    "connection pool runs full": _pool_runs_full,
    "network is cut": _line(Mode.CUT),
    "network is silent": _line(Mode.SILENT),
    "network is slow": _line(Mode.SLOW),
}
