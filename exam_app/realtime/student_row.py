"""A student's row on the dashboard: the complete row, and each change of it that is sent.

The only place that defines its fields. A snapshot sends complete rows, `student_status_update` changes: a
change holds only the changed fields, since the dashboard merges it into its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from exam_app import clock
from exam_app.rules.attempt_states import AttemptStatus


class StudentChange(TypedDict, total=False):
    """The changed fields.

    `answered` maps question ids to whether they are answered now. `deadlineReceived`: whether a page of
    the student shows the effective deadline; None: unknown.
    """

    attemptId: str | None
    status: str | None
    pausedAt: str | None
    expiresAt: str | None
    submittedAt: str | None
    receipt: str | None
    connected: bool
    visible: bool
    awaySince: str | None
    pending: int
    notSavingSince: str | None
    lastSeen: str | None
    deadlineReceived: bool | None
    currentQuestionIndex: int
    questionsAnswered: int
    completionPercentage: float
    answered: dict[str, bool]
    violations: int
    highlights: int
    alerts: int
    requests: int


class StudentRow(StudentChange):
    """`timeAdded` in seconds, of all adjustments; `multiplier` of the student's accommodation."""

    studentId: str
    firstName: str
    lastName: str
    totalQuestions: int
    timeAdded: int
    multiplier: float


def row(
    student: Any,
    attempt: Any | None,
    presence: Mapping[str, Any] | None,
    *,
    total_questions: int,
    time_added: int,
    multiplier: Decimal,
    requests: int,
    alerts: int,
) -> StudentRow:
    """The complete row of a student (a `User`) with their `Attempt`, or None before it started."""
    answered = attempt.answered_count if attempt else 0
    is_paused = attempt is not None and attempt.status == AttemptStatus.PAUSED
    deadline = clock.iso(attempt.deadline_at) if attempt else None
    return {
        "studentId": str(student.id),
        "firstName": student.first_name,
        "lastName": student.last_name,
        "attemptId": str(attempt.id) if attempt else None,
        "status": attempt.status.value if attempt else None,
        "pausedAt": clock.iso(attempt.paused_at) if attempt and is_paused else None,
        **connection(presence, deadline),
        "currentQuestionIndex": attempt.current_question if attempt else 0,
        "questionsAnswered": answered,
        "totalQuestions": total_questions,
        "completionPercentage": percentage(answered, total_questions),
        "violations": attempt.violation_count if attempt else 0,
        "highlights": attempt.highlight_count if attempt else 0,
        "alerts": alerts,
        "expiresAt": deadline,
        "timeAdded": time_added,
        "multiplier": float(multiplier),
        "requests": requests,
        "submittedAt": clock.iso(attempt.submitted_at) if attempt else None,
        "receipt": attempt.receipt if attempt else None,
    }


def percentage(answered: int, total: int) -> float:
    """The share of questions that are answered, in percent, to one decimal."""
    return round(answered * 100 / total, 1)


# --- changes; `attempt` is an `Attempt` or a row with its columns ---------------------------------


def started(attempt: Any) -> StudentChange:
    return {
        "attemptId": str(attempt.id),
        "status": attempt.status.value,
        "expiresAt": clock.iso(attempt.deadline_at),
    }


def state_changed(attempt: Any) -> StudentChange:
    """Paused, resumed, or ended by staff. A resumed page has not confirmed its deadline yet."""
    is_paused = attempt.status == AttemptStatus.PAUSED
    change: StudentChange = {
        "status": attempt.status.value,
        "expiresAt": clock.iso(attempt.deadline_at),
        "pausedAt": clock.iso(attempt.paused_at) if is_paused else None,
        "submittedAt": clock.iso(attempt.submitted_at),
    }
    if attempt.status == AttemptStatus.IN_PROGRESS:
        change["deadlineReceived"] = False
    return change


def reopened(attempt: Any) -> StudentChange:
    return {**state_changed(attempt), "receipt": None, "deadlineReceived": False}


def paused(status: AttemptStatus, since: datetime | None) -> StudentChange:
    return {"status": status.value, "pausedAt": clock.iso(since)}


def closed(attempt: Any) -> StudentChange:
    return {
        "status": attempt.status.value,
        "pausedAt": None,
        "submittedAt": clock.iso(attempt.submitted_at),
    }


def graded(status: AttemptStatus, receipt: str) -> StudentChange:
    return {"status": status.value, "receipt": receipt}


def replaced(successor: Any, answered: Collection[int], questions: Collection[int]) -> StudentChange:
    """The row of the attempt after a reset, of which `answered` of the `questions` have an answer."""
    return {
        **started(successor),
        "submittedAt": None,
        "receipt": None,
        "currentQuestionIndex": successor.current_question,
        "questionsAnswered": successor.answered_count,
        "completionPercentage": percentage(successor.answered_count, len(questions)),
        "violations": 0,
        "highlights": 0,
        "alerts": 0,
        "answered": {str(question_id): question_id in answered for question_id in questions},
    }


def saved(answered_count: int, total: int, answered: Mapping[int, bool], at: datetime) -> StudentChange:
    return {
        "questionsAnswered": answered_count,
        "completionPercentage": percentage(answered_count, total),
        "answered": {str(question_id): is_answered for question_id, is_answered in answered.items()},
        "lastSeen": clock.iso(at),
    }


def at_question(index: int, at: datetime) -> StudentChange:
    return {"currentQuestionIndex": index, "lastSeen": clock.iso(at)}


def deadline_moved(deadline: datetime) -> StudentChange:
    return {"expiresAt": clock.iso(deadline), "deadlineReceived": False}


def connection(presence: Mapping[str, Any] | None, deadline: str | None = None) -> StudentChange:
    """The combined state of a student's pages; None or empty: not connected.

    :param deadline: the effective one, as it is sent.
    """
    state = presence or {}
    shown: Iterable[str] = state.get("deadlines") or ()
    return {
        "connected": bool(state),
        "visible": state.get("visible", True),
        "awaySince": state.get("awaySince"),
        "pending": state.get("pending", 0),
        "notSavingSince": state.get("pendingSince"),
        "lastSeen": state.get("lastSeen"),
        "deadlineReceived": deadline in shown if deadline and shown else None,
    }


def disconnected(at: datetime) -> StudentChange:
    return {**connection(None), "lastSeen": clock.iso(at)}


class Counts(TypedDict, total=False):
    violations: int
    highlights: int
    alerts: int
    requests: int


def counted(**counts: Unpack[Counts]) -> StudentChange:
    """The new counts."""
    return {**counts}
