"""What an answer in the marking queue requires of a marker."""

from __future__ import annotations

from enum import StrEnum


class Task(StrEnum):
    """To mark it, to wait for the second marker, or to adjudicate the difference of two marks."""

    MARK = "mark"
    WAIT = "wait"
    ADJUDICATE = "settle"
