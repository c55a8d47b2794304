"""An attempt's deadline: set at the start, extended by staff."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement

from exam_app import clock
from exam_app.errors import InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.rules import deadlines
from exam_app.rules.paper import CompiledPaper, number
from exam_app.rules.reasons import stated
from exam_app.services.timing import effective_accommodations, ledger, working_time

MAX_EXTENSION_MINUTES = 24 * 60


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
) -> dict[str, Any]:
    """Extend open attempts of a session: the named ones, or all with None. Commits.

    :param scaled: each gets the minutes times the time multiplier of its student.
    :returns: `{done: [{attemptId, expiresAt, secondsAdded}], refused: [{attemptId, reason}]}`; an attempt
        that is not open is refused by itself.
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    """
    which = Attempt.session_id == session.id
    if attempt_ids is not None:
        which &= Attempt.id.in_(attempt_ids)
    moved, seconds = _extend(which, actor, minutes, reason, now, scaled)
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


def extend_attempt(attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime) -> dict[str, Any]:
    """Extend one open attempt, in a session or self-paced. Commits.

    :returns: `{attemptId, newTimeLimit, timeAdded, newEndTime, reason}`; limit and added time in minutes.
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    :raises InvalidTransition: the attempt is no longer open.
    """
    moved, _ = _extend(Attempt.id == attempt.id, actor, minutes, reason, now)
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
    which: ColumnElement[bool], actor: User, minutes: int, reason: str, now: datetime, scaled: bool = False
) -> tuple[Sequence[Any], dict[uuid.UUID, int]]:
    """Extend the open attempts among `which`, paused ones included.

    :returns: those that were extended, and how many seconds each was given.
    """
    if not 1 <= minutes <= MAX_EXTENSION_MINUTES:
        raise InvalidInput(details={"minutes": [f"Enter 1 to {MAX_EXTENSION_MINUTES} minutes."]})
    reason = stated(reason)
    locked = ledger.lock(which)
    multipliers = effective_accommodations.multipliers(locked) if scaled else {}
    seconds = {
        row.id: deadlines.extension_seconds(minutes, multipliers.get(row.id, Decimal(1))) for row in locked
    }
    moved = ledger.add(locked, seconds, AdjustmentKind.EXTENSION, actor, reason, now)
    db.session.commit()
    return moved, seconds
