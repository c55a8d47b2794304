"""Mass expiry: one deadline for all attempts, and the time until all are closed, graded and mailed.

Once alone, and once while the students of another session keep saving: the latency of their saves before and
after the deadline.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import Engine, create_engine, text

from bench import crowd, mail_server
from bench.installation import Installation, running
from bench.people import Room, running_session
from bench.report import Row, in_milliseconds
from exam_app import clock
from exam_app.engines.embedded import postgres_programs
from exam_app.rehearsal.figures import quantile

ATTEMPTS, QUESTIONS = 2000, 40
OTHERS, EVERY, QUIET_SECONDS = 200, 4, 20
"""Students of the other session, seconds between two answers of each, seconds of saving before the expiry."""

ANSWER_ALL = """
INSERT INTO answers (attempt_id, question_id, id, version, response, is_answered, flagged, time_spent,
                     typed_at, saved_at, points, is_correct)
SELECT a.id, q.id, gen_random_uuid(), 1, jsonb_build_object('selectedOptionIds', jsonb_build_array(c.n)),
       true, false, 30, now(), now(), CASE WHEN c.n = 1 THEN 1 ELSE 0 END, c.n = 1
  FROM attempts a CROSS JOIN questions q
 CROSS JOIN LATERAL (SELECT 1 + floor(random() * 4)::int + 0 * q.id AS n) c
 WHERE a.session_id = :session AND q.organization_id = a.organization_id
"""
# The minimum work to close them; timed in psql, on the same rows.
_FLOOR = """
BEGIN;
UPDATE attempts SET status = 'expired', submitted_at = deadline_at, grading_needed = true
 WHERE status = 'in_progress' AND session_id = '{session}';
ROLLBACK;
"""
# EXISTS stops at the first row, so that polling costs next to nothing.
_OPEN = "SELECT EXISTS (SELECT FROM attempts WHERE session_id = :session AND status = 'in_progress')"
_UNGRADED = "SELECT EXISTS (SELECT FROM attempts WHERE session_id = :session AND status <> 'graded')"
_UNSENT = f"SELECT {ATTEMPTS} > count(*) FROM outbox_mails WHERE sent_at IS NOT NULL"


PROCESSES = ("web", "worker", "clock", "mailer")


@dataclass
class MassExpiry:
    """Milliseconds after deadline and grace; `used`: CPU seconds by process."""

    closed: float
    graded: float
    mailed: float
    used: dict[str, float]

    def rows(self, name: str, floor: float, note: str) -> list[Row]:
        used = ", ".join(f"{process} {seconds:.1f} s" for process, seconds in self.used.items())
        return [
            Row(f"{name}: all closed", f"{self.closed:.0f} ms", f"{floor:.0f} ms", note),
            Row(
                f"{name}: all graded", f"{self.graded:.0f} ms", "", "results, receipts, notifications written"
            ),
            Row(f"{name}: all have their mail", f"{self.mailed / 1000:.1f} s", "", f"CPU of it all: {used}"),
        ]


@contextmanager
def _product() -> Iterator[Installation]:
    with mail_server.listening() as smtp_url, running(*PROCESSES, SMTP_URL=smtp_url) as here:
        yield here


def measure() -> list[Row]:
    with _product() as here:
        ending = _full_session(here)
        floor = _floor(here.database_url, ending)
        grace = here.app.config["GRACE_SECONDS"]
        note = f"{ATTEMPTS} attempts x {QUESTIONS} answers, after deadline + {grace} s grace; {_load()}"
        return _expire_all(here, ending).rows("mass expiry", floor, note)


def measure_beside() -> list[Row]:
    """The mass expiry while the students of another session save."""
    with _product() as here:
        ending, other = _full_session(here), running_session(here.app, OTHERS, QUESTIONS)
        floor, load = _floor(here.database_url, ending), _load()
        expiry, quiet, during = asyncio.run(_save_through(here, ending, other))
    ratio = quantile(during, 0.99) / quantile(quiet, 0.99)
    rate = f"{OTHERS} students of another session, {OTHERS / EVERY:.0f} saves a second; {load}"
    return [
        *expiry.rows("mass expiry beside others", floor, rate),
        Row("saves before the expiry", in_milliseconds(quiet), "", f"{len(quiet)} saves"),
        Row(
            "saves until all have their mail",
            in_milliseconds(during),
            "",
            f"{len(during)} saves; p99 is {ratio:.1f} times that before",
        ),
    ]


def _load() -> str:
    """The load of the machine: under high load the figures are distorted by other processes."""
    return f"load {os.getloadavg()[0]:.1f} before"


async def _save_through(
    here: Installation, ending: Room, other: Room
) -> tuple[MassExpiry, list[float], list[float]]:
    """The mass expiry, and how long each save took before it and until the last mail was sent."""
    saves: list[tuple[float, float]] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        coming = [crowd.enter(http, here.url, seat.token, other.session_id) for seat in other.seats]
        wires = [wire for wire, _ in await crowd.at_most(crowd.AT_ONCE, coming)]
        over = asyncio.Event()
        students = [
            asyncio.create_task(crowd.save_until(over, wire, seat, other, EVERY, saves))
            for seat, wire in zip(other.seats, wires, strict=True)
        ]
        await asyncio.sleep(EVERY)  # the paper is in the cache for all
        saves.clear()
        await asyncio.sleep(QUIET_SECONDS)
        expired_at = time.perf_counter()
        expiry = await asyncio.to_thread(_expire_all, here, ending)
        over.set()
        await asyncio.gather(*students)
    return (
        expiry,
        [took for sent_at, took in saves if sent_at < expired_at],
        [took for sent_at, took in saves if sent_at >= expired_at],
    )


def _full_session(here: Installation) -> Room:
    """A session in which every student has answered every question."""
    room = running_session(here.app, ATTEMPTS, QUESTIONS)
    engine = create_engine(here.database_url)
    with engine.begin() as connection:
        connection.execute(text(ANSWER_ALL), {"session": room.session_id})
        connection.execute(text(f"UPDATE attempts SET answered_count = {QUESTIONS}, version = {QUESTIONS}"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE attempts"))
        connection.execute(text("VACUUM ANALYZE answers"))
    engine.dispose()
    return room


def _expire_all(here: Installation, room: Room) -> MassExpiry:
    """Let the time of all attempts expire in two seconds, and measure."""
    engine, deadline = create_engine(here.database_url), clock.now() + timedelta(seconds=2)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE attempts SET deadline_at = :at, warn_at = NULL WHERE session_id = :session"),
            {"at": deadline, "session": room.session_id},
        )
    due = deadline + timedelta(seconds=here.app.config["GRACE_SECONDS"])
    wait = _waiting(engine, room, due)
    before = {name: here.cpu_seconds(name) for name in PROCESSES}
    moments = wait(_OPEN, 0.005), wait(_UNGRADED, 0.02), wait(_UNSENT, 0.1)
    engine.dispose()
    return MassExpiry(*moments, used={name: here.cpu_seconds(name) - before[name] for name in PROCESSES})


def _waiting(engine: Engine, room: Room, due: datetime) -> Callable[[str, float], float]:
    """Returns a function: milliseconds from `due` until a query is false, polled every so many seconds."""

    def wait(query: str, every: float) -> float:
        patience = time.monotonic() + 180
        values: dict[str, Any] = {"session": room.session_id} if ":session" in query else {}
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while connection.execute(text(query), values).scalar_one():
                if time.monotonic() > patience:
                    raise TimeoutError(f"three minutes after the expiry still: {query}")
                time.sleep(every)
        return (clock.now() - due).total_seconds() * 1000

    return wait


def _floor(database_url: str, room: Room) -> float:
    """Milliseconds of the bare UPDATE over the same rows, rolled back."""
    url = database_url.replace("postgresql+psycopg2://", "postgresql://")
    script = "\\timing on\n" + _FLOOR.format(session=room.session_id)
    output = subprocess.run(
        [postgres_programs() / "psql", "-q", url], input=script, text=True, check=True, capture_output=True
    ).stdout
    return sum(float(line.split()[1]) for line in output.splitlines() if line.startswith("Time:"))
