"""Analytics of one attempt (source document 000): its questions, insights and comparison with others."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from exam_app.extensions import db
from exam_app.models import Answer, Attempt, Result
from exam_app.rules import analytics
from exam_app.rules.analytics import Outcome
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import Credit, PaperQuestion, number
from exam_app.services.answers.reading import answers_of
from exam_app.services.authoring import papers
from exam_app.services.grading.versions import is_latest, latest_result
from exam_app.services.timing.working_time import account_of, seconds_worked, time_spent


def analyse(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Document 000's analytics. Score and comparison are null until the attempt is graded. A fixed number of
    queries.

    The formulas are in `rules.analytics`, those of the comparison in `_comparison`.
    """
    paper = papers.compiled(attempt.paper_id)
    questions = _scored_questions(attempt)
    outcomes = outcomes_of(attempt)
    result = latest_result(attempt.id) if attempt.status == AttemptStatus.GRADED else None
    spent = time_spent(attempt, account_of(attempt).paused_seconds, now)
    return {
        "attemptInfo": {
            "attemptId": str(attempt.id),
            "user": {
                "firstName": attempt.student.first_name,
                "lastName": attempt.student.last_name,
            },
            "test": {"title": paper.title},
            "status": attempt.status.value,
            "score": number(result.score) if result else None,
            "timeSpent": spent,
        },
        "performanceAnalysis": analytics.performance(outcomes, spent),
        "questionBreakdown": [
            {
                "questionId": question.id,
                "questionText": question.plain_text,
                "isCorrect": outcome.is_correct,
                "points": number(outcome.points),
                "timeSpent": outcome.time_spent,
                "difficulty": question.difficulty,
                "category": question.category,
            }
            for question, outcome in zip(questions, outcomes, strict=True)
        ],
        "learningInsights": analytics.insights(outcomes),
        "comparisonMetrics": _comparison(attempt, result, spent),
    }


def outcomes_of(attempt: Attempt) -> list[Outcome]:
    """The outcome of each scored question, in the order of the attempt."""
    answers = {answer.question_id: answer for answer in answers_of(attempt)}
    return [_outcome(question, answers.get(question.id)) for question in _scored_questions(attempt)]


def _scored_questions(attempt: Attempt) -> list[PaperQuestion]:
    order = papers.compiled(attempt.paper_id).order(attempt.seed)
    return [question for question in order if question.credit is not Credit.LEFT_OUT]


def _outcome(question: PaperQuestion, answer: Answer | None) -> Outcome:
    return Outcome(
        name=question.name,
        category=question.category,
        difficulty=question.difficulty,
        points=(answer.points if answer else question.unanswered) or Decimal(0),
        max_points=question.points,
        is_correct=bool(answer.is_correct if answer else question.unanswered),
        is_answered=bool(answer and answer.is_answered),
        time_spent=answer.time_spent if answer else 0,
    )


def _comparison(attempt: Attempt, result: Result | None, own: int) -> dict[str, Any]:
    """The attempt among all graded ones of its test, itself included, in one query.

    `scorePercentile`: rank by percentage. `timePercentile`: rank by speed, 100 is the quickest.
    `classAverage`: mean percentage in the same session, or of all where there is none.
    `betterThanPeers`: share of the others with a lower percentage.
    """
    if result is None:
        return dict.fromkeys(("scorePercentile", "timePercentile", "classAverage", "betterThanPeers"))
    spent = seconds_worked()
    average = func.avg(Result.percentage)
    in_class = Attempt.session_id == attempt.session_id
    found = db.session.execute(
        select(
            func.count().label("total"),
            func.count().filter(Result.percentage < result.percentage).label("lower"),
            func.count().filter(Result.percentage == result.percentage).label("same"),
            func.count().filter(spent > own).label("slower"),
            func.count().filter(spent == own).label("as_quick"),
            (average.filter(in_class) if attempt.session_id else average).label("average"),
        )
        .select_from(Attempt)
        .join(Result, is_latest())
        .where(
            Attempt.organization_id == attempt.organization_id,
            Attempt.test_id == attempt.test_id,
            Attempt.status == AttemptStatus.GRADED,
        )
    ).one()
    return {
        "scorePercentile": analytics.percentile(found.lower, found.same, found.total),
        "timePercentile": analytics.percentile(found.slower, found.as_quick, found.total),
        "classAverage": analytics.rounded(found.average),
        "betterThanPeers": analytics.better_than_peers(found.lower, found.total),
    }
