"""Insights into a student's own result, for callers that have checked its visibility."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Paper, Result
from exam_app.rules import analytics
from exam_app.services.grading.versions import is_latest, latest_result
from exam_app.services.results.attempt_lists import shown_to_its_student
from exam_app.services.statistics.attempt_analytics import outcomes_of
from exam_app.services.timing.working_time import seconds_worked


def insights_of(attempt: Attempt, seconds: int) -> dict[str, Any]:
    """For a graded attempt that took `seconds`: `categories` and `performance` as in `rules.analytics`, and
    `comparison` with the others, None if they are too few. A fixed number of queries."""
    outcomes = outcomes_of(attempt)
    return {
        "categories": analytics.by_category(outcomes),
        "performance": analytics.performance(outcomes, seconds),
        "comparison": _comparison(attempt),
    }


def _comparison(attempt: Attempt) -> dict[str, Any] | None:
    """Compared with the other students of the same session, or else the first attempts of others at the same
    test; only results visible to themselves. Coarse, so that a single new result cannot be inferred from a
    change.

    `above`: percentage of the `others` with a lower result, to the nearest ten. `medianMinutes`: their median
    time.
    """
    result = latest_result(attempt.id)
    if result is None:
        return None
    same = (
        Attempt.session_id == attempt.session_id
        if attempt.session_id
        else (Attempt.test_id == attempt.test_id) & Attempt.session_id.is_(None)
    )
    first = (
        select(Result.percentage, seconds_worked().label("seconds"))
        .ext(distinct_on(Attempt.student_id))
        .select_from(Attempt)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .join(Result, is_latest())
        .where(same, shown_to_its_student(), Attempt.student_id != attempt.student_id)
        .order_by(Attempt.student_id, Attempt.started_at)
        .subquery()
    )
    found = db.session.execute(
        select(
            func.count().label("others"),
            func.count().filter(first.c.percentage < result.percentage).label("below"),
            func.count().filter(first.c.percentage == result.percentage).label("equal"),
            func.percentile_cont(0.5).within_group(first.c.seconds).label("median"),
        ).select_from(first)
    ).one()
    above = analytics.about_above(found.below, found.equal, found.others)
    if above is None:
        return None
    return {"others": found.others, "above": above, "medianMinutes": round(found.median / 60)}
