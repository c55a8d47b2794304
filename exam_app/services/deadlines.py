"""The only writer of `attempts.deadline_at`, the ledger behind it, and the warnings before it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, insert, select, update

from exam_app import after_commit, clock, live
from exam_app.errors import InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Accommodation, AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import CompiledPaper, number
from exam_app.services import activities, audit, papers

MAX_EXTENSION_MINUTES = 24 * 60


def set_deadlines(
    attempts: list[Attempt],
    paper: CompiledPaper,
    counted_from: datetime,
    window_end: datetime | None,
    now: datetime,
) -> None:
    """Give new attempts their deadline, standing accommodations included; the caller commits."""
    granted = granted_beforehand([attempt.student_id for attempt in attempts], paper)
    for attempt in attempts:
        extra = 0
        if grant := granted.get(attempt.student_id):
            extra = grant.seconds
            db.session.add(
                TimeAdjustment(
                    attempt_id=attempt.id,
                    kind=AdjustmentKind.ACCOMMODATION,
                    seconds=grant.seconds,
                    reason=grant.reason,
                )
            )
        attempt.deadline_at = deadlines.deadline(counted_from, paper.duration_minutes, extra, window_end)
        attempt.warn_at = deadlines.next_warning(now, attempt.deadline_at, paper.settings["warningMinutes"])


class Grant(NamedTuple):
    """Extra time, and why."""

    seconds: int
    reason: str


def granted_beforehand(student_ids: Collection[uuid.UUID], paper: CompiledPaper) -> dict[uuid.UUID, Grant]:
    """The extra time that students have for a paper before they begin it; only those who have any."""
    rows = db.session.scalars(select(Accommodation).where(Accommodation.student_id.in_(student_ids)))
    return {
        row.student_id: Grant(
            deadlines.accommodation_seconds(paper.duration_minutes, row.time_multiplier, row.extra_minutes),
            row.note or "Standing accommodation",
        )
        for row in rows
    }


def extend_time(
    session: ExamSession,
    actor: User,
    attempt_ids: list[uuid.UUID] | None,
    minutes: int,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Give open attempts of a session more time: those named, or all with None. Commits.

    Each is one row of the ledger and one UPDATE; an attempt that is not open is refused by itself.

    :returns: `{done: [{attemptId, expiresAt}], refused: [{attemptId, reason}]}`
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    """
    which = Attempt.session_id == session.id
    if attempt_ids is not None:
        which &= Attempt.id.in_(attempt_ids)
    moved = _extend(which, actor, minutes, reason, now)
    done = {row.id for row in moved}
    refused = [attempt_id for attempt_id in attempt_ids or [] if attempt_id not in done]
    return {
        "done": [{"attemptId": str(row.id), "expiresAt": clock.iso(row.deadline_at)} for row in moved],
        "refused": [{"attemptId": str(a), "reason": "This attempt is not in progress."} for a in refused],
    }


def extend_attempt(attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime) -> dict[str, Any]:
    """Give one open attempt more time, in a session or self-paced. Commits.

    :returns: `{attemptId, newTimeLimit, timeAdded, newEndTime, reason}`; limit and added time in minutes.
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    :raises InvalidTransition: the attempt is not open any more.
    """
    moved = _extend(Attempt.id == attempt.id, actor, minutes, reason, now)
    db.session.refresh(attempt)
    if not moved:
        status = attempt.status.value
        words = f"The attempt is {status.replace('_', ' ')}, so it gets no more time."
        raise InvalidTransition(words, {"status": status})
    return {
        "attemptId": str(attempt.id),
        "newTimeLimit": number(time_limit(attempt)),
        "timeAdded": minutes,
        "newEndTime": clock.iso(attempt.deadline_at),
        "reason": reason.strip(),
    }


def time_limit(attempt: Attempt) -> Decimal:
    """The minutes an attempt has to work: the paper's limit, the accommodation, and all extensions."""
    granted = db.session.scalar(
        select(func.coalesce(func.sum(TimeAdjustment.seconds), 0)).where(
            TimeAdjustment.attempt_id == attempt.id,
            TimeAdjustment.kind.in_([AdjustmentKind.ACCOMMODATION, AdjustmentKind.EXTENSION]),
        )
    )
    return papers.compiled(attempt.paper_id).duration_minutes + Decimal(granted or 0) / 60


def _extend(
    which: ColumnElement[bool], actor: User, minutes: int, reason: str, now: datetime
) -> Sequence[Any]:
    """Move the deadline of the open attempts among `which`. Paused ones too: what they get waits for them."""
    if not 1 <= minutes <= MAX_EXTENSION_MINUTES:
        raise InvalidInput(details={"minutes": [f"Give 1 to {MAX_EXTENSION_MINUTES} minutes."]})
    if not reason.strip():
        raise InvalidInput(details={"reason": ["Say why, in a few words."]})
    more = timedelta(minutes=minutes)
    moved = db.session.execute(
        update(Attempt)
        .where(which, Attempt.status.in_([AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED]))
        .values(deadline_at=Attempt.deadline_at + more)
        .returning(
            Attempt.id,
            Attempt.organization_id,
            Attempt.session_id,
            Attempt.student_id,
            Attempt.paper_id,
            Attempt.deadline_at,
        )
        .execution_options(synchronize_session=False)
    ).all()
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
    changes = [
        ({"expiresAt": clock.iso(row.deadline_at - more)}, {"expiresAt": clock.iso(row.deadline_at)})
        for row in moved
    ]
    logged = audit.record_changes(moved, "time_extended", now, actor.id, changes, **told)
    for row, event_id in zip(moved, logged, strict=True):
        _announce(row, event_id, names[row.student_id], told, now)
    plan_warnings(moved, now)
    db.session.commit()
    return moved


def carry_over(
    original: Attempt, successor: Attempt, kinds: Collection[AdjustmentKind], now: datetime
) -> None:
    """Give `successor` the time that `original` was given, for these reasons; the caller commits.

    With `PAUSE` among them, a pause of the original that has not ended counts until now.
    """
    rows = db.session.scalars(
        select(TimeAdjustment)
        .where(TimeAdjustment.attempt_id == original.id, TimeAdjustment.kind.in_(kinds))
        .order_by(TimeAdjustment.id)
    )
    ledger = [(row.kind, row.seconds, row.reason, row.granted_by) for row in rows]
    if AdjustmentKind.PAUSE in kinds and original.paused_at is not None:
        paused = round((now - original.paused_at).total_seconds())
        ledger.append((AdjustmentKind.PAUSE, paused, "Paused until the reset", original.paused_by))
    db.session.add_all(
        TimeAdjustment(
            attempt_id=successor.id,
            kind=kind,
            seconds=seconds,
            reason=reason,
            granted_by=granted_by,
            created_at=now,
        )
        for kind, seconds, reason, granted_by in ledger
    )
    successor.deadline_at += timedelta(seconds=sum(seconds for _, seconds, _, _ in ledger))
    db.session.flush()
    plan_warnings([successor], now)


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
    if row.session_id is not None:
        event = activities.describe_event(
            event_id, "time_extended", now, row.student_id, name, row.id, details
        )
        changes = {"expiresAt": expires, "deadlineReceived": False}
        after_commit.run(live.student_changed, row.session_id, row.student_id, changes, event)


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
