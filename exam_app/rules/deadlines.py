"""When time is up: the one place that computes a deadline and judges an arrival against it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal


def deadline(
    started_at: datetime, limit_minutes: int, adjustments: int, window_end: datetime | None = None
) -> datetime:
    """The moment time is up.

    `started_at` is the session's start under the global timer and the attempt's own start otherwise.
    `adjustments` is the sum of the ledger in seconds. It is added after the window's end is applied:
    whoever has extra time is never cut off by the closing date.
    """
    end = started_at + timedelta(minutes=limit_minutes)
    if window_end is not None:
        end = min(end, window_end)
    return end + timedelta(seconds=adjustments)


def accommodation_seconds(limit_minutes: int, multiplier: Decimal, extra_minutes: int) -> int:
    """The extra seconds a standing accommodation gives for a limit; part seconds in the student's favour."""
    extra = limit_minutes * 60 * (multiplier - 1) + extra_minutes * 60
    return int(extra.to_integral_value(rounding=ROUND_CEILING))


def accepts(arrived_at: datetime, deadline_at: datetime, grace_seconds: float) -> bool:
    """Whether a write that reached the server at `arrived_at` counts as in time."""
    return arrived_at <= deadline_at + timedelta(seconds=grace_seconds)


def seconds_left(now: datetime, deadline_at: datetime) -> int:
    """Whole seconds until the deadline, never negative."""
    return max(0, int((deadline_at - now).total_seconds()))


def due_warning(now: datetime, deadline_at: datetime, minutes: list[int], warned: int | None) -> int | None:
    """The warning to give now, in minutes before the end, or None.

    `warned` is the last one given. Only the smallest reached warning is due; earlier ones that were
    missed are not repeated, since they would be wrong by now.
    """
    left = (deadline_at - now).total_seconds()
    reached = [m for m in minutes if left <= m * 60]
    if left <= 0 or not reached:
        return None
    due = min(reached)
    return due if warned is None or due < warned else None
