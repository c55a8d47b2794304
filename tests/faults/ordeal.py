"""An exam under faults: students answer, faults are injected, and the ledger is compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp

from exam_app import clock
from exam_app.rehearsal.figures import Figures, table
from exam_app.rehearsal.ledger import Ledger
from exam_app.rehearsal.student import Refused, Student
from tests.faults.faults import FAULTS, Place
from tests.helpers.line import Line
from tests.helpers.product import FlaskUp
from tests.helpers.rest import Api
from tests.helpers.seed import PASSWORD
from tests.helpers.waiting import PATIENCE, soon

CALM_SECONDS = 1
TOGETHER = 8
SKEWS = (timedelta(0), timedelta(hours=5), timedelta(hours=-7), timedelta(0))


@dataclass
class StormFigures(Figures):
    """`troubles`: refusals that no fault explains, and students who got no ack to the end."""

    recoveries: list[tuple[str, float]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean and not self.troubles

    def table(self) -> str:
        lines = [table([*self.rows(), ("faults injected", str(len(self.recoveries)))])]
        lines += ["", "recovery: until every student has an ack again"]
        lines += [f"  {name:<38}{seconds:>8.1f} s" for name, seconds in self.recoveries]
        lines += ["", *(f"TROUBLE: {trouble}" for trouble in self.troubles)]
        return "\n".join(lines)


@dataclass
class Room:
    """A running session on an installation, with its students and the ledger of their acks."""

    installation: FlaskUp
    session_id: str
    emails: list[str]
    ledger: Ledger = field(default_factory=Ledger)

    def teacher(self) -> Api:
        return Api(self.installation.url, "ines@school.example")


def prepare(installation: FlaskUp, students: int) -> Room:
    """A class with so many students, and a session whose waiting room is open."""
    admin = Api(installation.url, "ada@school.example")
    teacher = Api(installation.url, "ines@school.example")
    emails = [f"student{number}@school.example" for number in range(students)]
    class_id = installation.institution["classes"]["10b"]
    for number, email in enumerate(emails):
        person = {"email": email, "password": PASSWORD, "firstName": "Student", "lastName": str(number)}
        user = admin.post("/api/users", role="student", **person)
        teacher.post(f"/api/classes/{class_id}/students", studentId=user["userId"])
    session = teacher.post(
        "/api/sessions",
        classId=class_id,
        testId=installation.institution["tests"]["long"],
        title="An exam in a storm",
        scheduledAt=datetime.now(UTC).isoformat(),
    )
    teacher.post(f"/api/sessions/{session['sessionId']}/start-waiting")
    return Room(installation, session["sessionId"], emails)


async def endure(room: Room, faults: Iterable[str]) -> StormFigures:
    """Inject these faults in sequence while all students answer; each one continues until its last ack.

    There is a verdict in any case: what goes wrong on the way ends the storm, and is among its troubles.
    """
    line = Line("127.0.0.1", room.installation.ports[0])
    url = f"http://127.0.0.1:{await line.listen()}"
    figures = StormFigures(len(room.emails))
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            students = [
                Student(http, url, email, PASSWORD, room.ledger, SKEWS[i % len(SKEWS)], doubles=i % 3 == 1)
                for i, email in enumerate(room.emails)
            ]
            await _enter(students, room.session_id)
            await asyncio.to_thread(room.teacher().post, f"/api/sessions/{room.session_id}/start")
            await _enter(students, room.session_id)
            working = [asyncio.create_task(_work(student, figures)) for student in students]
            try:
                await _inject(faults, Place(room.installation, line), students, figures)
            except (AssertionError, OSError) as failure:
                figures.troubles.append(f"the storm was broken off: {failure}")
            await _come_to_rest(students, working, figures)
            for student in students:
                await student.leave()
    finally:
        await line.close()
    figures.gaps = room.ledger.gaps
    figures.troubles += room.ledger.internal_errors
    figures.verdict = room.ledger.compare(room.installation.engine)
    return figures


async def _enter(students: list[Student], session_id: str) -> None:
    """A few at a time, as a class does not sign in within one instant."""
    gate = asyncio.Semaphore(TOGETHER)

    async def enter(student: Student) -> None:
        async with gate:
            await student.enter(session_id)

    await asyncio.gather(*(enter(student) for student in students))


async def _work(student: Student, figures: StormFigures) -> None:
    """Whoever was refused is noted, and goes on with the next answer."""
    while not student.stopping.is_set():
        try:
            await student.work()
        except Refused as refusal:
            figures.troubles.append(f"{student.email} at {clock.iso(clock.now())}: {refusal}")


async def _inject(
    faults: Iterable[str], place: Place, students: list[Student], figures: StormFigures
) -> None:
    for name in faults:
        await asyncio.sleep(CALM_SECONDS)
        began = time.monotonic()
        await FAULTS[name](place)
        await _all_acknowledged_since(students, time.monotonic())
        figures.recoveries.append((name, time.monotonic() - began))
    await asyncio.sleep(CALM_SECONDS)


async def _come_to_rest(
    students: list[Student], working: list[asyncio.Task[None]], figures: StormFigures
) -> None:
    """Until everybody has the ack of their last answer."""
    for student in students:
        student.stopping.set()
    await asyncio.wait(working, timeout=PATIENCE)
    for student, task in zip(students, working, strict=True):
        if not task.done():
            task.cancel()
            figures.troubles.append(f"{student.email} got no ack to the end: {student.newest_obstacle}")


async def _all_acknowledged_since(students: list[Student], moment: float) -> None:
    await soon(
        lambda: all(student.begun_and_acknowledged >= moment for student in students),
        "everybody has an ack again",
        every=0.05,
        seen=lambda: {s.email: s.newest_obstacle for s in students if s.begun_and_acknowledged < moment},
    )
