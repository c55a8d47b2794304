"""Attendance of each student for the report of a session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LATE_AFTER = timedelta(minutes=1)
REPORTABLE_AFTER = timedelta(minutes=1)
"""A connection lost for no longer than this is not an incident."""


class Attendance(StrEnum):
    PRESENT = "present"
    LATE = "late"
    WAITED = "waited"
    """Joined the waiting room, and did not start."""
    ABSENT = "absent"


@dataclass(frozen=True)
class Absence:
    """Not connected between two moments; `ended_at` is None if the student did not reconnect."""

    began_at: datetime
    ended_at: datetime | None

    def lasted(self, until: datetime) -> timedelta:
        return (self.ended_at or until) - self.began_at

    def is_reportable(self, until: datetime) -> bool:
        return self.lasted(until) > REPORTABLE_AFTER


def attendance(
    joined_at: datetime | None, began_at: datetime | None, session_began_at: datetime
) -> Attendance:
    """`joined_at`: first joined the waiting room or the exam; `began_at`: the start of the attempt."""
    if began_at is None:
        return Attendance.ABSENT if joined_at is None else Attendance.WAITED
    return Attendance.LATE if began_at - session_began_at >= LATE_AFTER else Attendance.PRESENT


def absences(moments: Iterable[tuple[datetime, bool]]) -> list[Absence]:
    """From each disconnect to the next reconnect. `moments` in order: when, and whether it is a reconnect."""
    found: list[Absence] = []
    left_at: datetime | None = None
    for at, is_return in moments:
        if is_return and left_at is not None:
            found.append(Absence(left_at, at))
            left_at = None
        elif not is_return and left_at is None:
            left_at = at
    if left_at is not None:
        found.append(Absence(left_at, None))
    return found
