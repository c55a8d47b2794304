"""The append-only activity log, and its entries as readable sentences."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, User
from exam_app.realtime.shapes import ActivityEvent, Replacement
from exam_app.rules.activity_sentences import sentence
from exam_app.rules.attempt_states import AttemptStatus


def record(
    kind: str,
    now: datetime,
    organization_id: int,
    /,
    session_id: uuid.UUID | None = None,
    attempt_id: uuid.UUID | None = None,
    student_id: uuid.UUID | None = None,
    actor_id: uuid.UUID | None = None,
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
        details=details,
    )
    db.session.add(activity)
    db.session.flush()
    return activity


def record_all(
    attempts: Sequence[Any], kind: str, now: datetime, actor_id: uuid.UUID | None, **details: Any
) -> list[int]:
    """As `record_each`, with the same details for all."""
    return record_each(attempts, kind, now, actor_id, [details] * len(attempts))


def record_each(
    attempts: Sequence[Any],
    kind: str,
    now: datetime,
    actor_id: uuid.UUID | None,
    details: Sequence[dict[str, Any]],
) -> list[int]:
    """One row for each attempt (a model, or a row with its columns), in one statement; the caller commits.

    :param actor_id: None stands for the student.
    :returns: the ids of the rows, in the order of `attempts`.
    """
    rows = [
        {
            "type": kind,
            "at": now,
            "organization_id": attempt.organization_id,
            "session_id": attempt.session_id,
            "attempt_id": attempt.id,
            "student_id": attempt.student_id,
            "actor_id": actor_id or attempt.student_id,
            "details": about,
        }
        for attempt, about in zip(attempts, details, strict=True)
    ]
    if not rows:
        return []
    inserted = insert(Activity).returning(Activity.id, sort_by_parameter_order=True)
    return list(db.session.scalars(inserted, rows))


def pause_reason(attempt: Attempt) -> str | None:
    """Why an attempt is paused; None while it is not."""
    if attempt.status != AttemptStatus.PAUSED:
        return None
    return db.session.scalar(
        select(Activity.details["reason"].astext)
        .where(Activity.attempt_id == attempt.id, Activity.type == "attempt_paused")
        .order_by(Activity.id.desc())
        .limit(1)
    )


def replacement_of(attempt: Attempt) -> Replacement | None:
    """The attempt that replaced this one, with the reason; None if none did."""
    if attempt.status != AttemptStatus.CANCELLED:
        return None
    details = db.session.scalar(
        select(Activity.details).where(Activity.attempt_id == attempt.id, Activity.type == "attempt_reset")
    )
    return describe_reset(details) if details else None


def describe_reset(details: dict[str, Any]) -> Replacement:
    """A reset as sent to the student's page, from the details of its log entry."""
    return {
        "newAttemptId": details["newAttemptId"],
        "reason": details["reason"],
        "answersKept": details["preserveAnswers"],
    }


def describe(activity: Activity, student_name: str | None) -> ActivityEvent:
    """An event of the feed, as sent to proctors."""
    return describe_event(
        activity.id,
        activity.type,
        activity.at,
        activity.student_id,
        student_name,
        activity.attempt_id,
        activity.details,
    )


def describe_event(
    event_id: int,
    kind: str,
    at: datetime,
    student_id: uuid.UUID | None,
    student_name: str | None,
    attempt_id: uuid.UUID | None,
    details: dict[str, Any] | None = None,
) -> ActivityEvent:
    return {
        "eventId": event_id,
        "at": clock.iso(at),
        "type": kind,
        "studentId": str(student_id) if student_id else None,
        "studentName": student_name,
        "attemptId": str(attempt_id) if attempt_id else None,
        "text": sentence(kind, details or {}, student_name),
        "details": details or {},
    }


def latest_of_session(session_id: uuid.UUID, limit: int) -> list[ActivityEvent]:
    """The newest events of a session, newest first."""
    rows = db.session.execute(
        select(Activity, User)
        .outerjoin(User, User.id == Activity.student_id)
        .where(Activity.session_id == session_id)
        .order_by(Activity.id.desc())
        .limit(limit)
    )
    return [describe(activity, student.full_name if student else None) for activity, student in rows]
