"""The hour at which all tests happen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
GRACE = 2


def later(seconds: float) -> datetime:
    """`NOW` and some seconds."""
    return NOW + timedelta(seconds=seconds)


def minutes(count: float) -> datetime:
    """`NOW` and some minutes."""
    return later(count * 60)
