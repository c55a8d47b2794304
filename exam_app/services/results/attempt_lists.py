"""Lists of attempts: all visible ones, those at a test with its statistics, those of a student.

The rows are the same everywhere. A student's own list shows a score only if the result is visible. Averages
are of percentages: points of different papers cannot be added up.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import RELEASED_AT, Attempt, Course, ExamSession, Feedback, Paper, Result, Test, User
from exam_app.rules import durations
from exam_app.rules.analytics import rounded
from exam_app.rules.attempt_states import OPEN, SUBMITTED_STATES, AttemptStatus
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.paper import number
from exam_app.rules.permissions import Role
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts
from exam_app.services.timing.working_time import paused_seconds, seconds_worked, time_spent

FEEDBACK = Paper.content["settings"]["feedback"].astext


@dataclass(frozen=True)
class Filter:
    """The filter of a list; None does not filter. The dates are those of the start, inclusive."""

    student_id: uuid.UUID | None = None
    test_id: int | None = None
    session_id: uuid.UUID | None = None
    statuses: frozenset[AttemptStatus] | None = None
    completed: bool | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        where: list[ColumnElement[bool]] = []
        if self.student_id is not None:
            where.append(Attempt.student_id == self.student_id)
        if self.test_id is not None:
            where.append(Attempt.test_id == self.test_id)
        if self.session_id is not None:
            where.append(Attempt.session_id == self.session_id)
        if self.statuses is not None:
            where.append(Attempt.status.in_(self.statuses))
        if self.completed is not None:
            handed_in = Attempt.status.in_(SUBMITTED_STATES)
            where.append(handed_in if self.completed else ~handed_in)
        if self.date_from is not None:
            where.append(Attempt.started_at >= self.date_from)
        if self.date_to is not None:
            where.append(Attempt.started_at <= self.date_to)
        return where


def listing(
    viewer: User, chosen: Filter, page: int, limit: int, now: datetime
) -> tuple[list[dict[str, Any]], int]:
    """One page of the attempts that `viewer` may see, newest first, and how many there are. Two queries."""
    where = [visible_attempts(viewer), *chosen.conditions()]
    total = db.session.scalar(select(func.count(Attempt.id)).where(*where)) or 0
    query = (
        rows_query()
        .where(*where)
        .order_by(Attempt.started_at.desc(), Attempt.id)
        .limit(limit)
        .offset((page - 1) * limit)
    )
    return [describe_row(viewer, row, now) for row in db.session.execute(query)], total


def test_statistics(viewer: User, test_id: int) -> dict[str, Any]:
    """Counts and averages over all attempts at a test that `viewer` may see, regardless of the list's filter.

    `averageTime` is of the submitted attempts, `averageScore` and `passRate` of the graded ones.
    """
    handed_in = Attempt.status.in_(SUBMITTED_STATES)
    found = db.session.execute(
        select(
            func.count(Attempt.id).label("total"),
            func.count(Attempt.id).filter(handed_in).label("completed"),
            func.count(Attempt.id).filter(Attempt.status.in_(OPEN)).label("open"),
            func.avg(seconds_worked()).filter(handed_in).label("seconds"),
            func.avg(Result.percentage).label("percentage"),
            func.count(Result.number).label("graded"),
            func.count(Result.number).filter(Result.passed).label("passed"),
        )
        .select_from(Attempt)
        .outerjoin(Result, is_latest())
        .where(visible_attempts(viewer), Attempt.test_id == test_id)
    ).one()
    return {
        "totalAttempts": found.total,
        "completedAttempts": found.completed,
        "inProgressAttempts": found.open,
        "averageScore": rounded(found.percentage) if found.graded else None,
        "averageTime": durations.compact(found.seconds) if found.completed else None,
        "passRate": rounded(Decimal(100 * found.passed) / found.graded) if found.graded else None,
    }


def rows_query() -> Select[Any]:
    """The rows for `describe_row`, in one SELECT: no paper is read as a whole."""
    return (
        select(
            Attempt,
            User,
            Result,
            RELEASED_AT,
            Paper.content["title"].astext.label("title"),
            Paper.content["totalPoints"].astext.label("total_points"),
            FEEDBACK.label("feedback"),
            paused_seconds().label("paused_seconds"),
            Course.title.label("course"),
        )
        .join(User, User.id == Attempt.student_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Test, Test.id == Attempt.test_id)
        .outerjoin(Course, Course.id == Test.course_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .outerjoin(Result, is_latest())
    )


def may_see_result(viewer: User, row: Any) -> bool:
    """Whether the row's result may be shown to `viewer`: staff always, students as the test allows.

    `row` has a `status` or an `Attempt`, a `feedback` and a `released_at`.
    """
    attempt = getattr(row, "Attempt", row)
    is_graded = attempt.status == AttemptStatus.GRADED
    if viewer.role != Role.STUDENT:
        return is_graded
    return result_is_visible(row.feedback, is_graded, row.released_at)


def shown_to_its_student() -> ColumnElement[bool]:
    """`result_is_visible` as a condition on an `Attempt`, its `Paper` and the `ExamSession` it may have."""
    return (
        (Attempt.status == AttemptStatus.GRADED)
        & (FEEDBACK != Feedback.NEVER)
        & or_(FEEDBACK != Feedback.AFTER_RELEASE, RELEASED_AT.is_not(None))
    )


def describe_row(viewer: User, row: Any, now: datetime) -> dict[str, Any]:
    """An attempt in a list, with its test taker."""
    attempt: Attempt = row.Attempt
    student: User = row.User
    result: Result | None = row.Result if may_see_result(viewer, row) else None
    return {
        "attemptId": str(attempt.id),
        "testId": attempt.test_id,
        "test": {"title": row.title, "course": {"title": row.course} if row.course is not None else None},
        "sessionId": str(attempt.session_id) if attempt.session_id else None,
        "userId": str(student.id),
        "user": describe_test_taker(student),
        "attemptNumber": attempt.number,
        "status": attempt.status.value,
        "startTime": clock.iso(attempt.started_at),
        "endTime": clock.iso(attempt.submitted_at or attempt.closed_at),
        "expiresAt": clock.iso(attempt.deadline_at),
        "submittedAt": clock.iso(attempt.submitted_at),
        "submissionMethod": attempt.submission_method.value if attempt.submission_method else None,
        "timeSpent": time_spent(attempt, row.paused_seconds, now),
        "score": number(result.score) if result else None,
        "maxScore": number(result.max_score if result else Decimal(row.total_points)),
        "percentage": number(result.percentage) if result else None,
        "grade": result.grade if result else None,
        "passed": result.passed if result else None,
        "questionsAnswered": attempt.answered_count,
        "isCompleted": attempt.status in SUBMITTED_STATES,
        "isGraded": attempt.status == AttemptStatus.GRADED,
    }


def describe_test_taker(student: User) -> dict[str, Any]:
    return {"firstName": student.first_name, "lastName": student.last_name, "email": student.email}
