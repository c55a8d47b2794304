"""The only writer of `attempts.deadline_at`, the ledger behind it, and the warnings before it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from exam_app import after_commit, clock, live
from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Accommodation, AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import CompiledPaper
from exam_app.services import activities, papers

MAX_EXTENSION_MINUTES = 24 * 60


def set_deadlines(
    attempts: list[Attempt],
    paper: CompiledPaper,
    counted_from: datetime,
    window_end: datetime | None,
    now: datetime,
) -> None:
    """Give new attempts their deadline, standing accommodations included; the caller commits."""
    standing = {
        row.student_id: row
        for row in db.session.scalars(
            select(Accommodation).where(Accommodation.student_id.in_([a.student_id for a in attempts]))
        )
    }
    for attempt in attempts:
        extra = 0
        if row := standing.get(attempt.student_id):
            extra = deadlines.accommodation_seconds(
                paper.duration_minutes, row.time_multiplier, row.extra_minutes
            )
            db.session.add(
                TimeAdjustment(
                    attempt_id=attempt.id,
                    kind=AdjustmentKind.ACCOMMODATION,
                    seconds=extra,
                    reason=row.note or "Standing accommodation",
                )
            )
        attempt.deadline_at = deadlines.deadline(counted_from, paper.duration_minutes, extra, window_end)
        attempt.warn_at = deadlines.next_warning(now, attempt.deadline_at, paper.settings["warningMinutes"])


def extend_time(
    session: ExamSession,
    actor: User,
    attempt_ids: list[uuid.UUID] | None,
    minutes: int,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Give running attempts of a session more time: those named, or all with None. Commits.

    Each is one row of the ledger and one UPDATE; an attempt that is not running is refused by itself.

    :returns: `{done: [{attemptId, expiresAt}], refused: [{attemptId, reason}]}`
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    """
    if not 1 <= minutes <= MAX_EXTENSION_MINUTES:
        raise InvalidInput(details={"minutes": [f"Give 1 to {MAX_EXTENSION_MINUTES} minutes."]})
    if not reason.strip():
        raise InvalidInput(details={"reason": ["Say why, in a few words."]})
    query = (
        update(Attempt)
        .where(Attempt.session_id == session.id, Attempt.status == AttemptStatus.IN_PROGRESS)
        .values(deadline_at=Attempt.deadline_at + timedelta(minutes=minutes))
        .returning(
            Attempt.id,
            Attempt.organization_id,
            Attempt.session_id,
            Attempt.student_id,
            Attempt.paper_id,
            Attempt.deadline_at,
        )
        .execution_options(synchronize_session=False)
    )
    if attempt_ids is not None:
        query = query.where(Attempt.id.in_(attempt_ids))
    moved = db.session.execute(query).all()
    names = {
        user.id: user.full_name
        for user in db.session.scalars(select(User).where(User.id.in_([row.student_id for row in moved])))
    }
    told = {"seconds": minutes * 60, "reason": reason.strip()}
    ledger = [
        {
            "attempt_id": row.id,
            "kind": AdjustmentKind.EXTENSION,
            "granted_by": actor.id,
            "created_at": now,
            **told,
        }
        for row in moved
    ]
    if ledger:
        db.session.execute(insert(TimeAdjustment), ledger)
    logged = activities.record_all(moved, "time_extended", now, actor.id, **told)
    for row, event_id in zip(moved, logged, strict=True):
        _announce(row, event_id, names[row.student_id], told, now)
    plan_warnings(moved, now)
    db.session.commit()
    done = {row.id for row in moved}
    refused = [attempt_id for attempt_id in attempt_ids or [] if attempt_id not in done]
    return {
        "done": [{"attemptId": str(row.id), "expiresAt": clock.iso(row.deadline_at)} for row in moved],
        "refused": [{"attemptId": str(a), "reason": "This attempt is not in progress."} for a in refused],
    }


def latest_extension(attempt_id: uuid.UUID) -> dict[str, Any] | None:
    """What was last added to an attempt's time and why, for a page that was away when it was told."""
    row = db.session.scalar(
        select(TimeAdjustment)
        .where(TimeAdjustment.attempt_id == attempt_id, TimeAdjustment.kind == AdjustmentKind.EXTENSION)
        .order_by(TimeAdjustment.id.desc())
        .limit(1)
    )
    return {"secondsAdded": row.seconds, "reason": row.reason} if row else None


def _announce(row: Any, event_id: int, name: str, details: dict[str, Any], now: datetime) -> None:
    expires = clock.iso(row.deadline_at)
    told = {"expiresAt": expires, "secondsAdded": details["seconds"], "reason": details["reason"]}
    after_commit.run(live.attempt_event, "deadline_changed", row.id, told)
    event = activities.describe_event(event_id, "time_extended", now, row.student_id, name, row.id, details)
    after_commit.run(live.student_changed, row.session_id, row.student_id, {"expiresAt": expires}, event)


def plan_warnings(attempts: Sequence[Any], now: datetime) -> None:
    """Set when the next warning of each attempt (id, paper_id, deadline_at) is due; the caller commits."""
    rows = [
        {
            "id": attempt.id,
            "warn_at": deadlines.next_warning(
                now, attempt.deadline_at, papers.compiled(attempt.paper_id).settings["warningMinutes"]
            ),
        }
        for attempt in attempts
    ]
    if rows:
        db.session.execute(update(Attempt), rows)


def give_due_warnings(now: datetime) -> int:
    """Send `time_warning` to the attempts whose next warning is due, and plan the one after. Commits.

    :returns: how many were warned.
    """
    due = db.session.execute(
        select(Attempt.id, Attempt.paper_id, Attempt.deadline_at, Attempt.warn_at)
        .where(Attempt.status == AttemptStatus.IN_PROGRESS, Attempt.warn_at <= now)
        .limit(2000)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        minutes = round((row.deadline_at - row.warn_at).total_seconds() / 60)
        payload = {"minutesLeft": minutes, "expiresAt": clock.iso(row.deadline_at)}
        after_commit.run(live.attempt_event, "time_warning", row.id, payload)
    plan_warnings(due, now)
    db.session.commit()
    return len(due)
