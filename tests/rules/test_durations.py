"""Formatting of durations: on the wire, and for users."""

from __future__ import annotations

import pytest

from exam_app.rules import durations


@pytest.mark.parametrize(
    ("seconds", "compact", "readable"),
    [
        (0, "0s", "0 s"),
        (45.9, "45s", "45 s"),
        (60, "1m 0s", "1 min"),
        (252, "4m 12s", "4 min 12 s"),
        (3600, "1h 0m", "1 h"),
        (6300, "1h 45m", "1 h 45 min"),
        (6359, "1h 45m", "1 h 45 min"),
    ],
)
def test_words(seconds: float, compact: str, readable: str) -> None:
    assert (durations.compact(seconds), durations.readable(seconds)) == (compact, readable)
