"""One session as staff see it: with its proctors and everyone who is expected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Paper, Participant, User
from exam_app.realtime import presence
from exam_app.rules.permissions import STAFF
from exam_app.services.sessions.attendees import attendees
from exam_app.services.sessions.planning import proctors_of
from exam_app.services.sessions.views import describe_session


def details(viewer: User, session: ExamSession, now: datetime) -> dict[str, Any]:
    """The session; for staff also `paperVersion`, `proctors` and `participants`."""
    described = describe_session(session)
    if viewer.role not in STAFF:
        return described
    return {
        **described,
        "paperVersion": paper_version(session),
        "proctors": [{"userId": str(user.id), "name": user.full_name} for user in proctors_of(session)],
        "participants": participants(session, now),
    }


def paper_version(session: ExamSession) -> int:
    """The number of the test's published version used by the session, from 1."""
    return db.session.scalars(select(Paper.number).where(Paper.id == session.paper_id)).one()


def participants(session: ExamSession, now: datetime) -> list[dict[str, Any]]:
    """The students on the class list, and those who took part and are no longer on it, by name.

    `lastActivity` is the last heartbeat of a connected student; otherwise the last known save, or the time of
    joining.
    """
    here = presence.here(session.id, now)
    return [
        _describe(student, participant, attempt, here.get(student.id))
        for student, participant, attempt in attendees(session)
    ]


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
