"""Durations as text."""

from __future__ import annotations


def compact(seconds: float) -> str:
    """``1h 45m``, ``4m 12s`` or ``45s``, the format of the API: the two largest units."""
    hours, minutes, rest = _parts(seconds)
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"


def readable(seconds: float) -> str:
    """``1 h 5 min``, ``12 min 30 s`` or ``45 s``, for readers: a unit that is 0 is omitted."""
    hours, minutes, rest = _parts(seconds)
    shown = [(hours, "h"), (minutes, "min")] if hours else [(minutes, "min"), (rest, "s")]
    return " ".join(f"{amount} {unit}" for amount, unit in shown if amount) or "0 s"


def _parts(seconds: float) -> tuple[int, int, int]:
    minutes, rest = divmod(int(seconds), 60)
    return minutes // 60, minutes % 60, rest
