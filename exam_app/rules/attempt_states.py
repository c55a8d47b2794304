"""The states of an attempt and of an exam session, and the permitted transitions."""

from __future__ import annotations

from enum import StrEnum


class AttemptStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    GRADED = "graded"
    CANCELLED = "cancelled"


class SubmissionMethod(StrEnum):
    """Who ended the attempt: the student, the deadline, or a proctor."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    FORCED = "forced"


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_A = AttemptStatus
TRANSITIONS: dict[AttemptStatus, frozenset[AttemptStatus]] = {
    _A.NOT_STARTED: frozenset({_A.IN_PROGRESS, _A.CANCELLED}),
    _A.IN_PROGRESS: frozenset({_A.PAUSED, _A.SUBMITTED, _A.EXPIRED, _A.CANCELLED}),
    _A.PAUSED: frozenset({_A.IN_PROGRESS, _A.SUBMITTED, _A.CANCELLED}),
    # Back to work only by a reopening.
    _A.SUBMITTED: frozenset({_A.GRADED, _A.IN_PROGRESS}),
    _A.EXPIRED: frozenset({_A.GRADED, _A.IN_PROGRESS}),
    _A.GRADED: frozenset({_A.IN_PROGRESS}),
    _A.CANCELLED: frozenset(),
}
OPEN = frozenset({_A.NOT_STARTED, _A.IN_PROGRESS, _A.PAUSED})
"""An attempt that can still be worked on; a student has at most one of these for a test."""
SUBMITTED_STATES = frozenset({_A.SUBMITTED, _A.EXPIRED, _A.GRADED})

_S = SessionStatus
SESSION_TRANSITIONS: dict[SessionStatus, frozenset[SessionStatus]] = {
    _S.SCHEDULED: frozenset({_S.WAITING, _S.CANCELLED}),
    _S.WAITING: frozenset({_S.IN_PROGRESS, _S.CANCELLED}),
    _S.IN_PROGRESS: frozenset({_S.COMPLETED}),
    _S.COMPLETED: frozenset({_S.IN_PROGRESS}),  # an attempt was reopened
    _S.CANCELLED: frozenset(),
}
JOINABLE = frozenset({_S.WAITING, _S.IN_PROGRESS})


def sources(target: AttemptStatus) -> list[AttemptStatus]:
    """The states from which `target` can be reached, for the WHERE clause of a conditional UPDATE."""
    return [status for status, targets in TRANSITIONS.items() if target in targets]


def session_sources(target: SessionStatus) -> list[SessionStatus]:
    return [status for status, targets in SESSION_TRANSITIONS.items() if target in targets]
