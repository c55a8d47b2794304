"""One session as staff read it: with who watches, and everybody who is to come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, union

from exam_app import clock, presence
from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, ExamSession, Participant, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.permissions import STAFF
from exam_app.services.exam_sessions import describe_session
from exam_app.services.session_planning import proctors_of


def details(viewer: User, session: ExamSession, now: datetime) -> dict[str, Any]:
    """The session; for staff with `proctors` and `participants` besides."""
    described = describe_session(session)
    if viewer.role not in STAFF:
        return described
    return {
        **described,
        "proctors": [{"userId": str(user.id), "name": user.full_name} for user in proctors_of(session)],
        "participants": participants(session, now),
    }


def participants(session: ExamSession, now: datetime) -> list[dict[str, Any]]:
    """Everybody on the list of the class, and whoever took part and is not on it any more, by name.

    `lastActivity` is the last sign of life of somebody who is connected; of the others the last save that is
    known, or when they came.
    """
    here = presence.here(session.id, now)
    return [
        _describe(student, participant, attempt, here.get(student.id))
        for student, participant, attempt in attendance(session)
    ]


def attendance(session: ExamSession) -> list[tuple[User, Participant | None, Attempt | None]]:
    """Everybody whom the session concerns, by name; with the attempt that was not cancelled."""
    concerned = union(
        select(Enrolment.student_id).where(Enrolment.class_id == session.class_id),
        select(Participant.student_id).where(Participant.session_id == session.id),
        select(Attempt.student_id).where(_counts(session)),
    )
    came = (Participant.session_id == session.id) & (Participant.student_id == User.id)
    rows = db.session.execute(
        select(User, Participant, Attempt)
        .outerjoin(Participant, came)
        .outerjoin(Attempt, _counts(session) & (Attempt.student_id == User.id))
        .where(User.id.in_(concerned))
        .order_by(User.last_name, User.first_name, User.id)
    )
    return [(student, participant, attempt) for student, participant, attempt in rows]


def _counts(session: ExamSession) -> ColumnElement[bool]:
    return (Attempt.session_id == session.id) & (Attempt.status != AttemptStatus.CANCELLED)


def _describe(
    student: User, participant: Participant | None, attempt: Attempt | None, state: dict[str, Any] | None
) -> dict[str, Any]:
    joined_at = participant.joined_at if participant else None
    known = (attempt.last_saved_at if attempt else None) or joined_at
    return {
        "studentId": str(student.id),
        "firstName": student.first_name,
        "lastName": student.last_name,
        "attemptId": str(attempt.id) if attempt else None,
        "joinedAt": clock.iso(joined_at),
        "connectionStatus": "CONNECTED" if state else "DISCONNECTED",
        "lastActivity": state["lastSeen"] if state else clock.iso(known),
    }
