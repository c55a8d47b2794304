"""The time at which all tests take place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
GRACE = 2


def later(seconds: float) -> datetime:
    """`NOW` plus some seconds."""
    return NOW + timedelta(seconds=seconds)


def minutes(count: float) -> datetime:
    """`NOW` plus some minutes."""
    return later(count * 60)
