"""Standing accommodations: stored once for a student, honoured in every attempt, also in a running one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from exam_app import after_commit, clock, live
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import (
    Accommodation,
    AdjustmentKind,
    Attempt,
    Enrolment,
    SchoolClass,
    TimeAdjustment,
    User,
)
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import OPEN
from exam_app.rules.permissions import Role
from exam_app.services import activities, papers
from exam_app.services.deadlines import plan_warnings


def student_for(actor: User, student_id: uuid.UUID) -> User:
    """The student, for whom `actor` may decide: admins for all, instructors for those in their classes.

    :raises NotFound: otherwise.
    """
    query = select(User).where(User.id == student_id, User.role == Role.STUDENT)
    if actor.role != Role.ADMIN:
        taught = select(Enrolment.student_id).join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        query = query.where(User.id.in_(taught.where(SchoolClass.teacher_id == actor.id)))
    student = db.session.scalar(query)
    if student is None:
        raise NotFound("There is no student with this id, or the student is not in a class of yours.")
    return student


def accommodation_of(student: User) -> dict[str, Any]:
    """What the student always gets; without an accommodation the neutral one."""
    row = db.session.get(Accommodation, student.id)
    return {
        "studentId": str(student.id),
        "timeMultiplier": float(row.time_multiplier) if row else 1.0,
        "extraMinutes": row.extra_minutes if row else 0,
        "note": row.note if row else "",
    }


def accommodate(
    actor: User,
    students: Sequence[User],
    time_multiplier: Decimal,
    extra_minutes: int,
    note: str,
    now: datetime,
) -> int:
    """Give these students this accommodation from now on. Commits.

    An attempt that is running gets the difference to what it has, through the ledger; its page hears of it.

    :returns: how many running attempts were moved.
    """
    values = {"time_multiplier": time_multiplier, "extra_minutes": extra_minutes, "note": note}
    rows = [{"student_id": student.id, **values} for student in students]
    if not rows:
        return 0
    stored = insert(Accommodation).values(rows)
    db.session.execute(stored.on_conflict_do_update(index_elements=["student_id"], set_=values))
    # The lock keeps a start or an extension of the same attempt from running between reading and moving.
    attempts = db.session.scalars(
        select(Attempt)
        .where(Attempt.student_id.in_([s.id for s in students]), Attempt.status.in_(OPEN))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).all()
    granted = _granted([attempt.id for attempt in attempts])
    moved: dict[Attempt, int] = {}
    for attempt in attempts:
        limit = papers.compiled(attempt.paper_id).duration_minutes
        due = deadlines.accommodation_seconds(limit, time_multiplier, extra_minutes)
        if difference := due - granted.get(attempt.id, 0):
            _move(attempt, actor, difference, note)
            moved[attempt] = difference
    _announce(moved, actor, note, now)
    plan_warnings(list(moved), now)
    db.session.commit()
    return len(moved)


def _granted(attempt_ids: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = db.session.execute(
        select(TimeAdjustment.attempt_id, func.sum(TimeAdjustment.seconds))
        .where(
            TimeAdjustment.attempt_id.in_(attempt_ids), TimeAdjustment.kind == AdjustmentKind.ACCOMMODATION
        )
        .group_by(TimeAdjustment.attempt_id)
    )
    return {attempt_id: int(seconds) for attempt_id, seconds in rows}


def _move(attempt: Attempt, actor: User, seconds: int, note: str) -> None:
    db.session.add(
        TimeAdjustment(
            attempt_id=attempt.id,
            kind=AdjustmentKind.ACCOMMODATION,
            seconds=seconds,
            reason=note or "Standing accommodation",
            granted_by=actor.id,
        )
    )
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id)
        .values(deadline_at=Attempt.deadline_at + timedelta(seconds=seconds))
    )


def _announce(moved: dict[Attempt, int], actor: User, note: str, now: datetime) -> None:
    db.session.flush()
    activities.record_all(list(moved), "accommodation_changed", now, actor.id, reason=note)
    for attempt, seconds in moved.items():
        db.session.refresh(attempt)
        told = {
            "expiresAt": clock.iso(attempt.deadline_at),
            "secondsAdded": seconds,
            "reason": note or "Your standing accommodation was changed",
        }
        after_commit.run(live.attempt_event, "deadline_changed", attempt.id, told)
        if attempt.session_id is not None:
            row = {"expiresAt": told["expiresAt"], "deadlineReceived": False}
            after_commit.run(live.student_changed, attempt.session_id, attempt.student_id, row)
