"""Which events follow from a change of an attempt's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exam_app.rules.attempt_states import OPEN, SUBMITTED_STATES, AttemptStatus

FINAL = frozenset({AttemptStatus.GRADED, AttemptStatus.CANCELLED})
"""Final states: nothing more happens to the attempt, unless staff reopen a graded one."""

VISIBLE_TO_STUDENTS = frozenset(
    {
        "attempt_started",
        "attempt_paused",
        "attempt_resumed",
        "attempt_submitted",
        "attempt_expired",
        "attempt_cancelled",
        "attempt_reset",
        "attempt_reopened",
        "time_extended",
        "accommodation_changed",
        "outage_credited",
        "answer_conflict",
        "answer_conflict_settled",
        "text_highlighted",
        "highlight_removed",
        "hand_raised",
        "hand_lowered",
        "question_reported",
        "request_resolved",
    }
)
"""Types of log entries that the student may read: their own actions, and what they are notified of anyway."""


@dataclass(frozen=True)
class Head:
    """The columns of an attempt that clients follow."""

    status: AttemptStatus
    version: int
    answered_count: int
    deadline_at: datetime
    submitted_at: datetime | None
    receipt: str | None


def events_between(before: Head, after: Head) -> list[str]:
    """Names of the events, in the order in which a client should receive them.

    Intermediate states produce no events; they are in the log.
    """
    events = []
    if after.version != before.version:
        events.append("answers_changed")
    if after.deadline_at != before.deadline_at:
        events.append("deadline_changed")
    if after.status != before.status:
        events += _status_events(before.status, after.status)
    elif after.receipt != before.receipt:
        events.append("attempt_closed")
    return events


def _status_events(before: AttemptStatus, after: AttemptStatus) -> list[str]:
    if before in SUBMITTED_STATES and after in OPEN:
        return ["attempt_reopened"]
    if after == AttemptStatus.PAUSED:
        return ["attempt_paused"]
    if after in OPEN:
        return ["attempt_resumed"]
    closed = ["attempt_closed"] if before in OPEN else []
    return [*closed, "attempt_graded"] if after == AttemptStatus.GRADED else closed or ["attempt_closed"]
