"""Ranges in a passage. Positions count UTF-16 code units, as browsers do; the end is exclusive."""

from __future__ import annotations

MOST_MARKED = 5000
"""The longest text that is sent and stored of a range; its positions are always stored in full."""


def stretch(text: str, start: int, end: int) -> str | None:
    """The text between two positions; None if it is empty, out of bounds, or splits a character."""
    units = text.encode("utf-16-le")
    if not 0 <= start < end <= len(units) // 2:
        return None
    try:
        return units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
