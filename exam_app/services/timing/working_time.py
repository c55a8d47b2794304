"""The time limit and the time spent of an attempt. Its pauses are part of neither.

A session's pause may have begun before the attempt did: the part before its start does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, case, cast, func, select

from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, TimeAdjustment
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import OPEN


@dataclass(frozen=True)
class TimeAccount:
    """The ledger of one attempt: the seconds of its ended pauses, and the last extension."""

    paused_seconds: int = 0
    latest_extension: dict[str, Any] | None = None


_ADDED = frozenset({AdjustmentKind.EXTENSION, AdjustmentKind.OUTAGE_CREDIT})
_ENTRIES = (
    select(TimeAdjustment.kind, TimeAdjustment.seconds, TimeAdjustment.reason, TimeAdjustment.created_at)
    .where(
        TimeAdjustment.attempt_id == bindparam("attempt"),
        TimeAdjustment.kind.in_(_ADDED | {AdjustmentKind.PAUSE}),
    )
    .order_by(TimeAdjustment.id)
)


def account_of(attempt: Attempt) -> TimeAccount:
    """One query."""
    rows = db.session.execute(_ENTRIES, {"attempt": attempt.id}).all()
    pauses = [(row.seconds, row.created_at) for row in rows if row.kind == AdjustmentKind.PAUSE]
    added = [{"secondsAdded": row.seconds, "reason": row.reason} for row in rows if row.kind in _ADDED]
    return TimeAccount(deadlines.paused_seconds(attempt.started_at, pauses), added[-1] if added else None)


def time_limit(attempt: Attempt, account: TimeAccount) -> Decimal:
    """The minutes from the attempt's start to its deadline, with all adjustments."""
    return deadlines.limit_minutes(attempt.started_at, attempt.deadline_at, account.paused_seconds)


def time_spent(attempt: Any, paused_seconds: int, now: datetime) -> int:
    """Working time in seconds from the start to the end, or until now; of an `Attempt`, or a row with its
    times."""
    ended_at = attempt.submitted_at or min(attempt.closed_at or now, attempt.deadline_at)
    return deadlines.seconds_worked(attempt.started_at, ended_at, attempt.paused_at, paused_seconds)


def paused_seconds() -> ColumnElement[int]:
    """`TimeAccount.paused_seconds` as a column beside `Attempt`."""
    since_start = func.ceil(func.extract("epoch", TimeAdjustment.created_at - Attempt.started_at))
    total = cast(func.coalesce(func.sum(func.least(TimeAdjustment.seconds, since_start)), 0), Integer)
    return (
        select(total)
        .where(TimeAdjustment.attempt_id == Attempt.id, TimeAdjustment.kind == AdjustmentKind.PAUSE)
        .correlate(Attempt)
        .scalar_subquery()
    )


def seconds_worked() -> ColumnElement[int]:
    """`time_spent` of submitted attempts, as a column beside `Attempt`."""
    stopped_at = case((Attempt.paused_at.is_not(None), func.greatest(Attempt.paused_at, Attempt.started_at)))
    worked = func.least(Attempt.submitted_at, stopped_at) - Attempt.started_at
    return func.greatest(0, func.floor(func.extract("epoch", worked)) - paused_seconds())


def time_left(attempt: Attempt, now: datetime) -> int:
    """Seconds until the deadline, constant during a pause; 0 when the attempt is over."""
    if attempt.status not in OPEN:
        return 0
    return deadlines.seconds_left(attempt.paused_at or now, attempt.deadline_at)
