"""Deadlines: the one place that computes a deadline and checks an arrival against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from math import ceil


def deadline(
    started_at: datetime, limit_minutes: int, adjustments: int, window_end: datetime | None = None
) -> datetime:
    """The moment when time is up.

    `started_at` is the session's start under the global timer, and otherwise the attempt's own start.
    `adjustments` is the sum of the time adjustments in seconds. It is added after the end of the window is
    applied, so that extra time is never cut off by the closing date.
    """
    end = started_at + timedelta(minutes=limit_minutes)
    if window_end is not None:
        end = min(end, window_end)
    return end + timedelta(seconds=adjustments)


def accommodation_seconds(limit_minutes: int, multiplier: Decimal, extra_minutes: int) -> int:
    """The extra seconds an accommodation gives for a limit, rounded up."""
    extra = limit_minutes * 60 * (multiplier - 1) + extra_minutes * 60
    return int(extra.to_integral_value(rounding=ROUND_CEILING))


def extension_seconds(minutes: int, multiplier: Decimal) -> int:
    """The seconds a student with this time multiplier gets when others get `minutes`, rounded up."""
    return int((minutes * 60 * multiplier).to_integral_value(rounding=ROUND_CEILING))


def accepts(arrived_at: datetime, deadline_at: datetime, grace_seconds: float) -> bool:
    """Whether a write that reached the server at `arrived_at` counts as in time."""
    return arrived_at <= deadline_at + timedelta(seconds=grace_seconds)


def seconds_left(now: datetime, deadline_at: datetime) -> int:
    """Whole seconds until the deadline, never negative."""
    return max(0, int((deadline_at - now).total_seconds()))


def paused_seconds(started_at: datetime, pauses: Iterable[tuple[int, datetime]]) -> int:
    """How long an attempt was paused, from its pauses (length in seconds, end); not before it started."""
    return sum(min(seconds, ceil((ended_at - started_at).total_seconds())) for seconds, ended_at in pauses)


def limit_minutes(started_at: datetime, deadline_at: datetime, paused: int) -> Decimal:
    """The working minutes between start and deadline, without `paused` seconds; to two decimals."""
    seconds = Decimal((deadline_at - started_at).total_seconds()) - paused
    return (seconds / 60).quantize(Decimal("0.01"))


def seconds_worked(started_at: datetime, ended_at: datetime, paused_at: datetime | None, paused: int) -> int:
    """Whole working seconds from start to end, without `paused` and without a pause that has not ended."""
    stopped_at = ended_at if paused_at is None else min(ended_at, max(paused_at, started_at))
    return max(0, int((stopped_at - started_at).total_seconds()) - paused)


def next_warning(after: datetime, deadline_at: datetime, minutes: list[int]) -> datetime | None:
    """The first moment later than `after` at which one of the warnings, in minutes before the end, is due.

    A warning whose time has passed is not sent later: it would be wrong by then.
    """
    moments = (deadline_at - timedelta(minutes=m) for m in minutes)
    return min((moment for moment in moments if moment > after), default=None)
