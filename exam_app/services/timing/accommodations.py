"""Accommodations: set for a student permanently or for one session; applied to running attempts, too."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.dialects.postgresql import insert

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import (
    Accommodation,
    AdjustmentKind,
    Attempt,
    Enrolment,
    ExamSession,
    SchoolClass,
    SessionAccommodation,
    User,
)
from exam_app.rules import deadlines
from exam_app.rules.permissions import Role
from exam_app.services.activity import audit
from exam_app.services.authoring import papers
from exam_app.services.organizations import scope
from exam_app.services.organizations.visibility import session_for
from exam_app.services.timing import effective_accommodations, ledger


def student_for(actor: User, student_id: uuid.UUID) -> User:
    """The student, if `actor` may set accommodations for them: administrators for all, instructors for their
    classes.

    :raises NotFound: otherwise.
    """
    query = select(User).where(User.id == student_id, User.role == Role.STUDENT)
    if actor.role != Role.ADMIN:
        taught = select(Enrolment.student_id).join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        query = query.where(User.id.in_(taught.where(SchoolClass.teacher_id == actor.id)))
    student = db.session.scalar(query)
    if student is None:
        raise NotFound("There is no student with this id in your classes. Check the id.")
    return student


def accommodation_of(student: User) -> dict[str, Any]:
    """The student's permanent accommodation; the neutral one if there is none."""
    return _describe(student, db.session.get(Accommodation, student.id))


def accommodations_of(students: Sequence[User]) -> list[dict[str, Any]]:
    """The permanent accommodation of each student, in their order; one query."""
    ids = [student.id for student in students]
    stored = db.session.scalars(select(Accommodation).where(Accommodation.student_id.in_(ids)))
    rows = {row.student_id: row for row in stored}
    return [_describe(student, rows.get(student.id)) for student in students]


def _describe(student: User, row: Accommodation | SessionAccommodation | None) -> dict[str, Any]:
    terms = _terms(row) if row else _describe_terms(Decimal(1), 0, "")
    return {"studentId": str(student.id), **terms}


def _terms(row: Accommodation | SessionAccommodation) -> dict[str, Any]:
    return _describe_terms(row.time_multiplier, row.extra_minutes, row.note)


def _describe_terms(time_multiplier: Decimal, extra_minutes: int, note: str) -> dict[str, Any]:
    return {"timeMultiplier": float(time_multiplier), "extraMinutes": extra_minutes, "note": note}


def accommodate(
    actor: User,
    students: Sequence[User],
    time_multiplier: Decimal,
    extra_minutes: int,
    note: str,
    now: datetime,
) -> int:
    """Set the permanent accommodation of these students. Commits.

    A running attempt gets the difference to what it was granted, through the ledger; its page is notified. An
    attempt whose session has its own accommodation for the student is unchanged.

    :returns: how many running attempts were moved.
    :raises Forbidden: a student of the whole organization, who may take exams that the actor does not see.
    """
    for student in students:
        scope.check_writable(student)
    values: dict[str, Any] = {
        "time_multiplier": time_multiplier,
        "extra_minutes": extra_minutes,
        "note": note,
    }
    ids = [student.id for student in students]
    if not ids:
        return 0
    effective_accommodations.lock_for_change(ids)
    before = _terms_of_each(select(Accommodation).where(Accommodation.student_id.in_(ids)))
    for student in students:
        _log(
            actor,
            student,
            before.get(student.id),
            _describe_terms(**values),
            now,
            branch_id=student.branch_id,
        )
    stored = insert(Accommodation).values([{"student_id": student_id, **values} for student_id in ids])
    db.session.execute(stored.on_conflict_do_update(index_elements=["student_id"], set_=values))
    return _grant_difference(Attempt.student_id.in_(ids), actor, note, now)


def participant_for(actor: User, session_id: uuid.UUID, student_id: uuid.UUID) -> tuple[ExamSession, User]:
    """A session that `actor` may see, and a student of its class whose accommodations `actor` may set.

    :raises NotFound: otherwise.
    """
    session = session_for(actor, session_id)
    student = student_for(actor, student_id)
    if db.session.get(Enrolment, (session.class_id, student.id)) is None:
        raise NotFound("This student is not in the class of the session. Add them to the class first.")
    return session, student


def accommodation_in(session: ExamSession, student: User) -> dict[str, Any]:
    """The effective accommodation of the student in this session, with its source: `session`, `standing` (the
    permanent one) or `none`."""
    (effective,) = accommodations_in(session, [student])
    return effective


def accommodations_in(session: ExamSession, students: Sequence[User]) -> list[dict[str, Any]]:
    """As `accommodation_in`, for each of them in their order; one query."""
    test_takers = [(session.id, student.id) for student in students]
    effective = effective_accommodations.in_effect(test_takers)
    return [
        {
            "sessionId": str(session.id),
            "source": _source(effective.get(test_taker)),
            **_describe(student, effective.get(test_taker)),
        }
        for test_taker, student in zip(test_takers, students, strict=True)
    ]


def _source(row: Accommodation | SessionAccommodation | None) -> str:
    if row is None:
        return "none"
    return "session" if isinstance(row, SessionAccommodation) else "standing"


def accommodate_in(
    actor: User,
    session: ExamSession,
    student: User,
    time_multiplier: Decimal,
    extra_minutes: int,
    note: str,
    now: datetime,
) -> None:
    """Set the student's accommodation for one session, instead of the permanent one. Commits.

    A running attempt gets the difference, as with the permanent one.
    """
    values: dict[str, Any] = {
        "time_multiplier": time_multiplier,
        "extra_minutes": extra_minutes,
        "note": note,
    }
    key = {"session_id": session.id, "student_id": student.id}
    effective_accommodations.lock_for_change([student.id])
    _log(actor, student, _own_terms(session, student), _describe_terms(**values), now, session_id=session.id)
    stored = insert(SessionAccommodation).values(**key, **values)
    db.session.execute(stored.on_conflict_do_update(index_elements=list(key), set_=values))
    _grant_difference(_attempt_of(session, student), actor, note, now)


def withdraw_in(actor: User, session: ExamSession, student: User, now: datetime) -> None:
    """Make the permanent accommodation effective in this session again. Commits."""
    effective_accommodations.lock_for_change([student.id])
    _log(actor, student, _own_terms(session, student), None, now, session_id=session.id)
    db.session.execute(
        delete(SessionAccommodation)
        .where(SessionAccommodation.session_id == session.id, SessionAccommodation.student_id == student.id)
        .execution_options(synchronize_session=False)
    )
    _grant_difference(_attempt_of(session, student), actor, "", now)


def _own_terms(session: ExamSession, student: User) -> dict[str, Any] | None:
    own = select(SessionAccommodation).where(
        SessionAccommodation.session_id == session.id, SessionAccommodation.student_id == student.id
    )
    return _terms_of_each(own).get(student.id)


def _terms_of_each(query: Select[Any]) -> dict[uuid.UUID, dict[str, Any]]:
    """The accommodations by student. Read again from the database: a concurrent change may have committed."""
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {row.student_id: _terms(row) for row in rows}


def _log(
    actor: User,
    student: User,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    now: datetime,
    **where: Any,
) -> None:
    """Record who granted what, whether or not an attempt is running; an equal value is no change."""
    if before != after:
        audit.record_change("accommodation_set", now, actor, before, after, student_id=student.id, **where)


def _attempt_of(session: ExamSession, student: User) -> ColumnElement[bool]:
    return and_(Attempt.session_id == session.id, Attempt.student_id == student.id)


def _grant_difference(which: ColumnElement[bool], actor: User, note: str, now: datetime) -> int:
    """Grant the open attempts among `which` the difference between the effective accommodation and what they
    have. Commits."""
    locked = ledger.lock(which)
    effective = effective_accommodations.in_effect(
        [effective_accommodations.test_taker(row) for row in locked]
    )
    granted = ledger.granted([row.id for row in locked], AdjustmentKind.ACCOMMODATION)
    differences = {}
    for row in locked:
        due = _seconds_due(row, effective.get(effective_accommodations.test_taker(row)))
        if difference := due - granted.get(row.id, 0):
            differences[row.id] = difference
    reason = note or "Your extra time was changed"
    moved = ledger.add(locked, differences, AdjustmentKind.ACCOMMODATION, actor, reason, now)
    db.session.commit()
    return len(moved)


def _seconds_due(attempt: Any, accommodation: Accommodation | SessionAccommodation | None) -> int:
    if accommodation is None:
        return 0
    limit = papers.compiled(attempt.paper_id).duration_minutes
    return deadlines.accommodation_seconds(limit, accommodation.time_multiplier, accommodation.extra_minutes)
