"""The audit log: who changed what, when, from which client IP, with the state before and after."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Activity, User
from exam_app.rules.activity_sentences import sentence
from exam_app.services.activity import activities


def record_changes(
    attempts: Sequence[Any],
    kind: str,
    now: datetime,
    actor_id: uuid.UUID | None,
    changes: Sequence[tuple[dict[str, Any], dict[str, Any]]],
    **details: Any,
) -> list[int]:
    """As `activities.record_all`, with the state of each attempt before and after."""
    states = [{**details, "before": before, "after": after} for before, after in changes]
    return activities.record_each(attempts, kind, now, actor_id, states)


def state_of(attempt: Any) -> dict[str, Any]:
    """The state of an attempt (a model, or a row with its columns) as logged before and after a change."""
    return {"status": attempt.status.value, "expiresAt": clock.iso(attempt.deadline_at)}


def record_change(
    kind: str,
    now: datetime,
    actor: User,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    session_id: uuid.UUID | None = None,
    student_id: uuid.UUID | None = None,
    branch_id: int | None = None,
    **details: Any,
) -> None:
    """Record a change by staff of something other than an attempt; the caller commits.

    :param before: None if it was created; `after`: None if it was deleted.
    :param branch_id: the branch of the changed object, if it is no session: staff of other branches cannot
        read it.
    """
    db.session.add(
        Activity(
            type=kind,
            at=now,
            organization_id=actor.organization_id,
            branch_id=branch_id,
            session_id=session_id,
            student_id=student_id,
            actor_id=actor.id,
            details={**details, "before": before, "after": after},
        )
    )


def filters(
    actor_id: uuid.UUID | None = None,
    student_id: uuid.UUID | None = None,
    attempt_id: uuid.UUID | None = None,
    session_id: uuid.UUID | None = None,
    type: str | None = None,
    date_from: datetime | None = None,
    date_to: datetime | None = None,
) -> list[ColumnElement[bool]]:
    """Conditions on `Activity`; None does not filter. Both dates are inclusive."""
    equal = {
        Activity.actor_id: actor_id,
        Activity.student_id: student_id,
        Activity.attempt_id: attempt_id,
        Activity.session_id: session_id,
        Activity.type: type,
    }
    where = [column == value for column, value in equal.items() if value is not None]
    if date_from is not None:
        where.append(Activity.at >= date_from)
    if date_to is not None:
        where.append(Activity.at <= date_to)
    return where


def entries(
    organization_id: int, where: list[ColumnElement[bool]], page: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """One page of an organization's log, newest first, and the total number of entries. Two queries."""
    actor, student = aliased(User), aliased(User)
    chosen = [Activity.organization_id == organization_id, *where]
    total = db.session.scalar(select(func.count(Activity.id)).where(*chosen)) or 0
    rows = db.session.execute(
        select(Activity, actor, student)
        .outerjoin(actor, actor.id == Activity.actor_id)
        .outerjoin(student, student.id == Activity.student_id)
        .where(*chosen)
        .order_by(Activity.id.desc())
        .limit(limit)
        .offset((page - 1) * limit)
    )
    return [_describe(*row) for row in rows], total


def _describe(activity: Activity, actor: User | None, student: User | None) -> dict[str, Any]:
    name = student.full_name if student else None
    details = {k: v for k, v in activity.details.items() if k not in ("before", "after")}
    return {
        "eventId": activity.id,
        "at": clock.iso(activity.at),
        "type": activity.type,
        "text": sentence(activity.type, activity.details, name),
        "actor": _describe_actor(actor) if actor else None,
        "studentId": str(student.id) if student else None,
        "studentName": name,
        "attemptId": str(activity.attempt_id) if activity.attempt_id else None,
        "sessionId": str(activity.session_id) if activity.session_id else None,
        "address": activity.address,
        "before": activity.details.get("before"),
        "after": activity.details.get("after"),
        "details": details,
    }


def _describe_actor(actor: User) -> dict[str, Any]:
    return {
        "userId": str(actor.id),
        "firstName": actor.first_name,
        "lastName": actor.last_name,
        "role": actor.role.value,
    }
