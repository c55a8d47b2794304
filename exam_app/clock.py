"""The only reader of system time. One `now` is taken per request, event or job, and passed down."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The server's time, timezone-aware, in UTC."""
    return datetime.now(UTC)


def iso(moment: datetime | None) -> str | None:
    """``2025-01-15T10:30:00.000Z``, the only format for times in the API; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
