"""The answers of an attempt as they are stored, and the progress they make."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from exam_app.extensions import db
from exam_app.models import Answer, Attempt
from exam_app.services.answers.views import describe_progress
from exam_app.services.authoring import papers

_ANSWERS = (
    select(Answer.__table__).where(Answer.attempt_id == bindparam("attempt")).order_by(Answer.question_id)
)


def answers_of(attempt: Attempt) -> Sequence[Any]:
    """The answers of an attempt, in the order of their question ids: rows with the columns of `Answer`."""
    if not attempt.version:
        return []
    return db.session.connection().execute(_ANSWERS, {"attempt": attempt.id}).all()


def progress_of(attempt: Attempt, answers: Sequence[Any]) -> dict[str, Any]:
    score = sum((answer.points or Decimal(0) for answer in answers), Decimal(0))
    paper = papers.compiled(attempt.paper_id)
    return describe_progress(paper, attempt.answered_count, attempt.current_question, score)
