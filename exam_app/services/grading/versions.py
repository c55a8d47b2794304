"""Versions of a result: which one is effective, and how a version is described.

Those of a submission that was undone by a reopening are history: until the attempt is graded again, it has no
effective result.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Attempt, Reopening, Result, User
from exam_app.rules.paper import number
from exam_app.services.organizations.people import user_in_brief


def latest_result(attempt_id: uuid.UUID) -> Result | None:
    versions = select(Result).where(Result.attempt_id == attempt_id, is_of_current_submission())
    return db.session.scalar(versions.order_by(Result.number.desc()).limit(1))


@cache
def is_of_current_submission() -> ColumnElement[bool]:
    """The condition on `Result` that no reopening has undone its submission."""
    undone = exists().where(
        Reopening.attempt_id == Result.attempt_id, Reopening.result_number >= Result.number
    )
    return ~undone.correlate(Result)


@cache
def is_latest() -> ColumnElement[bool]:
    """The condition that joins an `Attempt` with the effective version of its `Result`."""
    other = aliased(Result)
    newest = select(func.max(other.number)).where(other.attempt_id == Attempt.id).correlate(Attempt)
    is_newest = Result.number == newest.scalar_subquery()
    return (Result.attempt_id == Attempt.id) & is_newest & is_of_current_submission()


def describe_result(result: Result, grader: User | None) -> dict[str, Any]:
    return {
        "number": result.number,
        "score": number(result.score),
        "maxScore": number(result.max_score),
        "penalty": number(result.penalty),
        "percentage": number(result.percentage),
        "grade": result.grade,
        "passed": result.passed,
        "correctAnswers": result.correct_count,
        "reason": result.reason,
        "regraded": result.regrade_id is not None,
        "gradedBy": user_in_brief(grader),
        "gradedAt": clock.iso(result.created_at),
    }
