"""The append-only log of what happened, and the sentences people read about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, User
from exam_app.rules.activity_words import sentence


def record(
    kind: str,
    now: datetime,
    organization_id: int,
    session_id: uuid.UUID | None = None,
    attempt_id: uuid.UUID | None = None,
    student_id: uuid.UUID | None = None,
    actor_id: uuid.UUID | None = None,
    address: str | None = None,
    **details: Any,
) -> Activity:
    """Add one row; the caller commits. The row has its id on return."""
    activity = Activity(
        type=kind,
        at=now,
        organization_id=organization_id,
        session_id=session_id,
        attempt_id=attempt_id,
        student_id=student_id,
        actor_id=actor_id,
        address=address,
        details=details,
    )
    db.session.add(activity)
    db.session.flush()
    return activity


def record_all(
    attempts: Iterable[Attempt], kind: str, now: datetime, actor_id: uuid.UUID | None
) -> list[Activity]:
    """One row for each attempt, written together; the caller commits."""
    rows = [
        Activity(
            type=kind,
            at=now,
            organization_id=attempt.organization_id,
            session_id=attempt.session_id,
            attempt_id=attempt.id,
            student_id=attempt.student_id,
            actor_id=actor_id or attempt.student_id,
            details={},
        )
        for attempt in attempts
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def describe(activity: Activity, student_name: str | None) -> dict[str, Any]:
    """An event of the feed, as sent to proctors."""
    return {
        "eventId": activity.id,
        "at": clock.iso(activity.at),
        "type": activity.type,
        "studentId": str(activity.student_id) if activity.student_id else None,
        "studentName": student_name,
        "attemptId": str(activity.attempt_id) if activity.attempt_id else None,
        "text": sentence(activity.type, activity.details, student_name),
        "details": activity.details,
    }


def latest_of_session(session_id: uuid.UUID, limit: int) -> list[dict[str, Any]]:
    """The newest events of a session, newest first."""
    rows = db.session.execute(
        select(Activity, User)
        .outerjoin(User, User.id == Activity.student_id)
        .where(Activity.session_id == session_id)
        .order_by(Activity.id.desc())
        .limit(limit)
    )
    return [describe(activity, student.full_name if student else None) for activity, student in rows]
