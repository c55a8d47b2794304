"""An exam under faults: students answer, faults are injected, and the ledger is compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp

from exam_app.rehearsal.figures import Figures, table
from exam_app.rehearsal.ledger import Ledger
from exam_app.rehearsal.student import Student
from tests.faults.faults import FAULTS, Place
from tests.helpers.line import Line
from tests.helpers.product import FlaskUp
from tests.helpers.rest import Api
from tests.helpers.seed import PASSWORD
from tests.helpers.waiting import soon

CALM_SECONDS = 1
SKEWS = (timedelta(0), timedelta(hours=5), timedelta(hours=-7), timedelta(0))


@dataclass
class StormFigures(Figures):
    recoveries: list[tuple[str, float]] = field(default_factory=list)

    def table(self) -> str:
        lines = [table([*self.rows(), ("faults injected", str(len(self.recoveries)))])]
        lines += ["", "recovery: until every student has an ack again"]
        lines += [f"  {name:<38}{seconds:>8.1f} s" for name, seconds in self.recoveries]
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
    """Inject these faults in sequence while all students answer; each one continues until its last ack."""
    line = Line("127.0.0.1", room.installation.ports[0])
    url = f"http://127.0.0.1:{await line.listen()}"
    place = Place(room.installation, line)
    figures = StormFigures(len(room.emails))
    try:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
            students = [
                Student(http, url, email, PASSWORD, room.ledger, SKEWS[i % len(SKEWS)], doubles=i % 3 == 1)
                for i, email in enumerate(room.emails)
            ]
            await asyncio.gather(*(student.enter(room.session_id) for student in students))
            await asyncio.to_thread(room.teacher().post, f"/api/sessions/{room.session_id}/start")
            await asyncio.gather(*(student.enter(room.session_id) for student in students))
            async with asyncio.TaskGroup() as working:
                for student in students:
                    working.create_task(student.work())
                for name in faults:
                    await asyncio.sleep(CALM_SECONDS)
                    began = time.monotonic()
                    await FAULTS[name](place)
                    await _all_acknowledged_since(students, time.monotonic())
                    figures.recoveries.append((name, time.monotonic() - began))
                await asyncio.sleep(CALM_SECONDS)
                for student in students:
                    student.stopping.set()
            for student in students:
                await student.leave()
    finally:
        await line.close()
    figures.gaps = room.ledger.gaps
    figures.verdict = room.ledger.compare(room.installation.engine)
    return figures


async def _all_acknowledged_since(students: list[Student], moment: float) -> None:
    await soon(
        lambda: all(student.begun_and_acknowledged >= moment for student in students),
        "everybody has an ack again",
        every=0.05,
    )
