"""What an answer that is due asks of somebody who marks."""

from __future__ import annotations

from enum import StrEnum


class Task(StrEnum):
    """A mark; patience, until another one has marked it too; or to settle the difference of two."""

    MARK = "mark"
    WAIT = "wait"
    ADJUDICATE = "settle"
