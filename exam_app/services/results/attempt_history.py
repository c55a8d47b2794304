"""All attempts of one student, with remaining attempts and a summary."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import (
    RELEASED_AT,
    Attempt,
    Enrolment,
    ExamSession,
    Paper,
    Result,
    SchoolClass,
    Test,
    User,
)
from exam_app.rules import durations
from exam_app.rules.analytics import rounded
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.eligibility import reasons_against
from exam_app.rules.paper import number
from exam_app.rules.permissions import Role
from exam_app.services.attempts.starting import attempts_by_test, terms_of
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts, visible_sessions
from exam_app.services.results.attempt_lists import FEEDBACK, Filter, listing, may_see_result
from exam_app.services.timing.working_time import paused_seconds, time_spent


def student_visible_to(viewer: User, user_id: uuid.UUID) -> User:
    """The user with this id, if `viewer` may see their attempts: students themselves; administrators
    everyone; other staff their classes, their proctored sessions, and the attempts they may see.

    :raises NotFound: otherwise, whether the user exists or not.
    """
    query = select(User).where(User.id == user_id, User.organization_id == viewer.organization_id)
    if viewer.role == Role.STUDENT:
        query = query.where(User.id == viewer.id)
    elif viewer.role != Role.ADMIN:
        taught = select(SchoolClass.id).where(SchoolClass.teacher_id == viewer.id)
        proctored = select(ExamSession.class_id).where(visible_sessions(viewer)).correlate(None)
        enrolled = exists().where(
            Enrolment.student_id == User.id,
            or_(Enrolment.class_id.in_(taught), Enrolment.class_id.in_(proctored)),
        )
        attempted = exists().where(Attempt.student_id == User.id, visible_attempts(viewer))
        query = query.where(or_(User.id == viewer.id, enrolled, attempted))
    student = db.session.scalar(query)
    if student is None:
        raise NotFound("There is no student with this id whose attempts you may see. Check the id.")
    return student


def history(
    viewer: User, student: User, chosen: Filter, page: int, limit: int, now: datetime
) -> tuple[list[dict[str, Any]], int, dict[str, Any]]:
    """One page of the student's attempts, their total number, and the summary over all of them.

    `attemptsRemaining` counts the remaining attempts at the test; `canRetake` is whether the next one may
    begin now. Six queries for any number of attempts.
    """
    rows, total = listing(viewer, replace(chosen, student_id=student.id), page, limit, now)
    terms = _terms(student, {row["testId"] for row in rows})
    attempts = [
        {
            **row,
            "canRetake": not reasons_against(terms[row["testId"]], now),
            "attemptsRemaining": max(
                0, terms[row["testId"]].max_attempts - terms[row["testId"]].attempts_used
            ),
        }
        for row in rows
    ]
    return attempts, total, _summary(viewer, student, now)


def _terms(student: User, test_ids: set[int]) -> dict[int, Any]:
    used = attempts_by_test(student, list(test_ids))
    tests = db.session.scalars(select(Test).where(Test.id.in_(test_ids)))
    return {test.id: terms_of(test, used.get(test.id, [])) for test in tests}


def _summary(viewer: User, student: User, now: datetime) -> dict[str, Any]:
    """Over all attempts that `viewer` may see; scores and passes only of visible results.

    A course is completed when each of its active, published tests has been passed.
    """
    rows = db.session.execute(
        select(
            Attempt.status,
            Attempt.test_id,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.closed_at,
            Attempt.deadline_at,
            Attempt.paused_at,
            paused_seconds().label("paused_seconds"),
            RELEASED_AT,
            FEEDBACK.label("feedback"),
            Result.percentage,
            Result.passed,
        )
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .outerjoin(Result, is_latest())
        .where(Attempt.student_id == student.id, visible_attempts(viewer))
    ).all()
    seen = [row for row in rows if row.percentage is not None and may_see_result(viewer, row)]
    percentages = [row.percentage for row in seen]
    return {
        "totalAttempts": len(rows),
        "completedAttempts": sum(row.status in SUBMITTED_STATES for row in rows),
        "averageScore": rounded(sum(percentages) / len(percentages)) if percentages else None,
        "bestScore": number(max(percentages)) if percentages else None,
        "totalTimeSpent": durations.compact(sum(time_spent(row, row.paused_seconds, now) for row in rows)),
        "coursesCompleted": _courses_completed({row.test_id for row in seen if row.passed}),
    }


def _courses_completed(passed: set[int]) -> int:
    begun = select(Test.course_id).where(Test.id.in_(passed), Test.course_id.is_not(None))
    rows = db.session.execute(
        select(Test.course_id, Test.id).where(
            Test.course_id.in_(begun), Test.is_active, Test.current_paper_id.is_not(None)
        )
    )
    tests: dict[int | None, set[int]] = {}
    for course_id, test_id in rows:
        tests.setdefault(course_id, set()).add(test_id)
    return sum(wanted <= passed for wanted in tests.values())
