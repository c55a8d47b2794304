"""The rehearsal: students sign in, wait, start together, answer until time is up, and record every ack."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from exam_app import clock
from exam_app.rehearsal.ledger import Ledger
from exam_app.rehearsal.stage import Stage
from exam_app.rehearsal.student import Refused, Student

TOGETHER = 8  # concurrent logins: password hashing costs the server some time
REST_SECONDS = (1.0, 5.0)  # between two answers, a realistic pace
START_PATIENCE = 15
# An answer sent before then is acknowledged before the deadline, so the ledger is complete.
LAST_ANSWER_SECONDS = 2


class NotThisInstallation(Exception):
    """The server does not know the users of the rehearsal: it uses another database or secret."""


@dataclass
class Played:
    """`sign_in` and `start_rush`: seconds until the last student was in the waiting room, and had the paper.
    `dropouts`: messages why students could not continue."""

    ledger: Ledger = field(default_factory=Ledger)
    sign_in: float = 0.0
    start_rush: float = 0.0
    dropouts: list[str] = field(default_factory=list)


async def play(url: str, stage: Stage) -> Played:
    """
    :raises NotThisInstallation: the server uses another database or secret.
    :raises Refused: the session could not be opened or started, with the server's message.
    """
    played = Played()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        teacher = _Teacher(http, url, stage)
        students = [
            Student(http, url, email, stage.password, played.ledger, rest=REST_SECONDS)
            for email in stage.emails
        ]
        await teacher.post("start-waiting")
        gate = asyncio.Semaphore(TOGETHER)
        began = time.monotonic()
        present = await _all(played, {one: _enter(one, stage, gate) for one in students})
        played.sign_in = time.monotonic() - began
        if not present:
            return played
        beating = [asyncio.create_task(student.beat()) for student in present]
        began = time.monotonic()
        await teacher.post("start")
        working = await _all(played, {one: _start(one) for one in present})
        played.start_rush = time.monotonic() - began
        stopper = asyncio.create_task(_stop_before_deadline(present))
        await _all(played, {one: one.work() for one in working})
        await stopper
        await asyncio.gather(*beating, return_exceptions=True)
        await asyncio.gather(*(student.leave() for student in present), return_exceptions=True)
        played.dropouts += played.ledger.internal_errors
    return played


class _Teacher:
    def __init__(self, http: aiohttp.ClientSession, url: str, stage: Stage) -> None:
        self.http = http
        self.session_url = f"{url}/api/sessions/{stage.session_id}"
        self.headers = {"Authorization": f"Bearer {stage.token}"}

    async def post(self, action: str) -> None:
        async with self.http.post(f"{self.session_url}/{action}", headers=self.headers) as reply:
            if reply.status in (401, 404):
                raise NotThisInstallation
            if reply.status >= 400:
                raise Refused(f"{action} was answered with {reply.status}: {await reply.text()}")


async def _all(played: Played, going: dict[Student, Coroutine[Any, Any, None]]) -> list[Student]:
    """Wait for all. Returns the students who succeeded; the others become dropouts with the reason."""
    outcomes = await asyncio.gather(*going.values(), return_exceptions=True)
    through = []
    for student, outcome in zip(going, outcomes, strict=True):
        if isinstance(outcome, Exception):
            student.stopping.set()
            played.dropouts.append(f"{student.email}: {type(outcome).__name__} {outcome}".strip())
        else:
            through.append(student)
    return through


async def _enter(student: Student, stage: Stage, gate: asyncio.Semaphore) -> None:
    async with gate:
        await student.enter(str(stage.session_id))


async def _start(student: Student) -> None:
    """Request the paper when the start event arrives, or after a timeout."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(student.started.wait(), START_PATIENCE)
    await student.join()


async def _stop_before_deadline(students: list[Student]) -> None:
    """Stop all students shortly before the deadline."""
    ends = [student.attempt["expiresAt"] for student in students if student.attempt]
    if ends:
        left = datetime.fromisoformat(min(ends)) - clock.now()
        await asyncio.sleep(max(0.0, left.total_seconds() - LAST_ANSWER_SECONDS))
    for student in students:
        student.stopping.set()
