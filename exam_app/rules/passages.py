"""Places in a passage. Positions count UTF-16 units, as every browser does; the end is outside."""

from __future__ import annotations

MOST_MARKED = 5000
"""A longer stretch is kept whole by its positions; of its text, so many units are sent and kept."""


def stretch(text: str, start: int, end: int) -> str | None:
    """The text between two positions; None if it is empty, reaches beyond, or cuts a character in two."""
    units = text.encode("utf-16-le")
    if not 0 <= start < end <= len(units) // 2:
        return None
    try:
        return units[2 * start : 2 * end].decode("utf-16-le")
    except UnicodeDecodeError:
        return None


def length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
