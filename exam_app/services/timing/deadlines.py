"""An attempt's deadline: set at the start, extended by staff."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from exam_app import clock
from exam_app.errors import AlreadyGranted, InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.rules import deadlines, durations
from exam_app.rules.paper import CompiledPaper, number
from exam_app.rules.reasons import stated
from exam_app.services.timing import effective_accommodations, ledger, working_time

MAX_EXTENSION_MINUTES = 24 * 60
SAME_GRANT = timedelta(seconds=60)
"""Two staff members who give the same minutes within this time probably mean the same ones."""


def set_deadlines(
    attempts: list[Attempt],
    paper: CompiledPaper,
    counted_from: datetime,
    window_end: datetime | None,
    now: datetime,
) -> None:
    """Set the deadline of new attempts, accommodations included; the caller commits."""
    effective_accommodations.lock_for_start([attempt.student_id for attempt in attempts])
    granted = effective_accommodations.grants(
        [effective_accommodations.test_taker(attempt) for attempt in attempts], paper
    )
    for attempt in attempts:
        extra = 0
        if grant := granted.get(effective_accommodations.test_taker(attempt)):
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


def extend_time(
    session: ExamSession,
    actor: User,
    attempt_ids: list[uuid.UUID] | None,
    minutes: int,
    reason: str,
    now: datetime,
    scaled: bool = False,
    confirmed: bool = False,
) -> dict[str, Any]:
    """Extend open attempts of a session: the named ones, or all with None. Commits.

    :param scaled: each gets the minutes times the time multiplier of its student.
    :returns: `{done: [{attemptId, expiresAt, secondsAdded}], refused: [{attemptId, reason}]}`; an attempt
        that is not open is refused by itself.
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    :raises AlreadyGranted: somebody else has just given the same; not if `confirmed`.
    """
    moved, seconds = _extend(chosen(session, attempt_ids), actor, minutes, reason, now, scaled, confirmed)
    done = {row.id for row in moved}
    refused = [attempt_id for attempt_id in attempt_ids or [] if attempt_id not in done]
    return {
        "done": [
            {
                "attemptId": str(row.id),
                "expiresAt": clock.iso(row.deadline_at),
                "secondsAdded": seconds[row.id],
            }
            for row in moved
        ],
        "refused": [
            {"attemptId": str(a), "reason": "This attempt is not open, so its time cannot be extended."}
            for a in refused
        ],
    }


def extend_attempt(
    attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime, confirmed: bool = False
) -> dict[str, Any]:
    """Extend one open attempt, in a session or self-paced. Commits.

    :returns: `{attemptId, newTimeLimit, timeAdded, newEndTime, reason}`; limit and added time in minutes.
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    :raises InvalidTransition: the attempt is no longer open.
    :raises AlreadyGranted: as `extend_time`.
    """
    moved, _ = _extend(Attempt.id == attempt.id, actor, minutes, reason, now, confirmed=confirmed)
    db.session.refresh(attempt)
    if not moved:
        status = attempt.status.value
        message = f"The attempt is {status.replace('_', ' ')}, so its time cannot be extended."
        raise InvalidTransition(message, {"status": status})
    return {
        "attemptId": str(attempt.id),
        "newTimeLimit": number(working_time.time_limit(attempt, working_time.account_of(attempt))),
        "timeAdded": minutes,
        "newEndTime": clock.iso(attempt.deadline_at),
        "reason": reason.strip(),
    }


def _extend(
    which: ColumnElement[bool],
    actor: User,
    minutes: int,
    reason: str,
    now: datetime,
    scaled: bool = False,
    confirmed: bool = False,
) -> tuple[Sequence[Any], dict[uuid.UUID, int]]:
    """Extend the open attempts among `which`, paused ones included.

    :returns: those that were extended, and how many seconds each was given.
    """
    reason = checked(minutes, reason)
    locked = ledger.lock(which)
    seconds = seconds_for(locked, minutes, scaled)
    if not confirmed:
        _check_not_granted(seconds, actor, now)
    moved = ledger.add(locked, seconds, AdjustmentKind.EXTENSION, actor, reason, now)
    db.session.commit()
    return moved, seconds


def chosen(session: ExamSession, attempt_ids: list[uuid.UUID] | None) -> ColumnElement[bool]:
    """The condition on `Attempt` for the named ones of the session, or for all with None."""
    which = Attempt.session_id == session.id
    return which if attempt_ids is None else which & Attempt.id.in_(attempt_ids)


def checked(minutes: int, reason: str) -> str:
    """The reason, trimmed.

    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    """
    if not 1 <= minutes <= MAX_EXTENSION_MINUTES:
        raise InvalidInput(details={"minutes": [f"Enter 1 to {MAX_EXTENSION_MINUTES} minutes."]})
    return stated(reason)


def seconds_for(attempts: Sequence[Any], minutes: int, scaled: bool) -> dict[uuid.UUID, int]:
    """The seconds that each attempt gets when all get `minutes`."""
    multipliers = effective_accommodations.multipliers(attempts) if scaled else {}
    return {
        row.id: deadlines.extension_seconds(minutes, multipliers.get(row.id, Decimal(1))) for row in attempts
    }


def _check_not_granted(seconds: dict[uuid.UUID, int], actor: User, now: datetime) -> None:
    """Refuse what somebody else has just given. The attempts are locked, so of two the second sees the first.

    :raises AlreadyGranted: with who and when.
    """
    recent = db.session.execute(
        select(TimeAdjustment.attempt_id, TimeAdjustment.seconds, TimeAdjustment.created_at, User)
        .join(User, User.id == TimeAdjustment.granted_by)
        .where(
            TimeAdjustment.attempt_id.in_(seconds),
            TimeAdjustment.kind == AdjustmentKind.EXTENSION,
            TimeAdjustment.created_at > now - SAME_GRANT,
            TimeAdjustment.granted_by != actor.id,
        )
        .order_by(TimeAdjustment.created_at.desc())
    ).all()
    same = [row for row in recent if row.seconds == seconds[row.attempt_id]]
    if not same:
        return
    other, granted_at = same[0].User, same[0].created_at
    granter = {"userId": str(other.id), "name": other.full_name}
    ids = sorted({str(row.attempt_id) for row in same})
    db.session.rollback()
    students = "1 student" if len(ids) == 1 else f"{len(ids)} students"
    given = durations.readable(abs(same[0].seconds))
    raise AlreadyGranted(
        f"{granter['name']} has just given the same time ({given}) to {students}. Confirm it if both should"
        " count.",
        {"grantedBy": granter, "grantedAt": clock.iso(granted_at), "attemptIds": ids},
    )
