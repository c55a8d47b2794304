"""The results of a session or a test as a table, for CSV and XLSX files."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, cast, func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Answer, Attempt, ExamSession, Result, Test, User
from exam_app.models.user import BY_NAME
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.services.authoring import papers
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts
from exam_app.services.sessions.attendees import attendees
from exam_app.services.timing.working_time import paused_seconds, time_spent

MOST = 20_000
"""Maximum number of attempts in one file, the newest ones: it bounds memory and time."""


@dataclass(frozen=True)
class Table:
    """`facts`: what the file is about, as pairs of text. Times in `rows` are in the requested time zone."""

    name: str
    head: list[str]
    rows: Iterator[list[Any]]
    facts: list[tuple[str, str]]


def of_session(session: ExamSession, zone: str) -> Table:
    """Everyone whom the session concerns, with the points of each question. Four queries."""
    questions = papers.compiled(session.paper_id).questions.values()
    people = attendees(session)
    figures = _figures(Attempt.session_id == session.id)
    points = _points(session)
    now, local = clock.now(), ZoneInfo(zone)

    def rows() -> Iterator[list[Any]]:
        for student, _, attempt in people:
            result, paused = figures.get(attempt.id, (None, 0)) if attempt else (None, 0)
            earned = points.get(attempt.id, {}) if attempt else {}
            each = [_earned(question.id, attempt, earned) for question in questions]
            yield [*_cells(student, attempt, result, paused, now, local), *each]

    head = [*_head(zone), *(f"Q{i} (of {q.worth.normalize():f})" for i, q in enumerate(questions, start=1))]
    facts = [
        ("Session", session.title),
        ("Class", session.school_class.name),
        ("Test", papers.compiled(session.paper_id).title),
        *_about(zone, now),
        *((f"Q{i}", question.text) for i, question in enumerate(questions, start=1)),
    ]
    return Table(session.title, head, rows(), facts)


def of_test(viewer: User, test: Test, zone: str) -> Table:
    """The newest attempts at the test that `viewer` may see, by student. Two queries."""
    where = visible_attempts(viewer) & (Attempt.test_id == test.id)
    newest = select(Attempt.id).where(where).order_by(Attempt.started_at.desc(), Attempt.id).limit(MOST)
    found = db.session.execute(
        select(User, Attempt, Result, paused_seconds())
        .select_from(Attempt)
        .join(User, User.id == Attempt.student_id)
        .outerjoin(Result, is_latest())
        .where(Attempt.id.in_(newest.scalar_subquery()))
        .order_by(*BY_NAME, Attempt.started_at)
    ).all()
    total = db.session.scalar(select(func.count(Attempt.id)).where(where)) or 0
    now, local = clock.now(), ZoneInfo(zone)
    rows = (
        _cells(student, attempt, result, paused, now, local) for student, attempt, result, paused in found
    )
    facts = [("Test", test.title), *_about(zone, now)]
    if left_out := total - len(found):
        facts.append(("Left out", f"{left_out} older attempts"))
    return Table(test.title, _head(zone), rows, facts)


def _earned(question_id: int, attempt: Attempt | None, earned: dict[str, str | None]) -> Decimal | None:
    """None without an answer, unless the question earns points without one, and until it is marked."""
    if attempt is None or str(question_id) in earned:
        points = earned.get(str(question_id))
        return None if points is None else Decimal(points)
    return papers.compiled(attempt.paper_id).given.get(question_id)


def _head(zone: str) -> list[str]:
    return [
        "Last name",
        "First name",
        "E-mail",
        "State",
        "Attempt",
        f"Started ({zone})",
        f"Handed in ({zone})",
        "Handed in by",
        "Time taken (s)",
        "Answered",
        "Left the page",
        "Points",
        "Points possible",
        "Penalty",
        "Percent",
        "Grade",
        "Passed",
        "Remark",
        "Receipt",
        "Attempt id",
    ]


def _cells(
    student: User, attempt: Attempt | None, result: Result | None, paused: int, now: datetime, zone: ZoneInfo
) -> list[Any]:
    cells: list[Any] = [student.last_name, student.first_name, student.email]
    if attempt is None:
        return [*cells, "did not start", *[None] * (len(_head("")) - 4)]
    method = attempt.submission_method
    cells += [
        attempt.status.value,
        attempt.number,
        _local(attempt.started_at, zone),
        _local(attempt.submitted_at, zone),
        method.value if method else None,
        time_spent(attempt, paused, now) if attempt.status in SUBMITTED_STATES else None,
        attempt.answered_count,
        attempt.violation_count,
    ]
    if result is None:
        cells += [None] * 7
    else:
        passed = "yes" if result.passed else "no"
        cells += [result.score, result.max_score, result.penalty, result.percentage, result.grade, passed]
        cells.append(result.reason)
    return [*cells, attempt.receipt, str(attempt.id)]


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def _about(zone: str, now: datetime) -> list[tuple[str, str]]:
    return [
        ("Written", f"{_local(now, ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"),
        ("Time zone", zone),
        ("Points", "after the penalty"),
        ("Percent", "of the points possible, half up to two decimals"),
    ]


def _figures(where: Any) -> dict[uuid.UUID, tuple[Result | None, int]]:
    rows = db.session.execute(
        select(Attempt.id, Result, paused_seconds()).outerjoin(Result, is_latest()).where(where)
    )
    return {attempt_id: (result, paused) for attempt_id, result, paused in rows}


def _points(session: ExamSession) -> dict[uuid.UUID, dict[str, str | None]]:
    """The points of each answer by question, as text, None until it is marked; one row per attempt."""
    packed = func.jsonb_object_agg(Answer.question_id, cast(Answer.points, Text))
    rows: Sequence[Any] = db.session.execute(
        select(Answer.attempt_id, packed)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Attempt.session_id == session.id)
        .group_by(Answer.attempt_id)
    ).all()
    return dict(rows)
