"""Questions of a paper, changes as they are sent, and the answers that the change log implies."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Answer, AnswerChange
from exam_app.services.authoring import papers
from exam_app.services.operations import consistency
from tests.factories import RIGHT


def questions(test: Any) -> dict[str, int]:
    """Ids of a test's questions by type."""
    return {question.type.name: q for q, question in papers.compiled(test.current_paper_id).questions.items()}


def change(question_id: int, response: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A change in the form in which a page sends it."""
    return {"changeId": str(uuid.uuid4()), "questionId": question_id, "response": response, **extra}


def all_right(test: Any) -> list[dict[str, Any]]:
    """Changes that answer every question correctly."""
    return [change(question_id, RIGHT[kind]) for kind, question_id in questions(test).items()]


def log_of(attempt_id: uuid.UUID) -> list[AnswerChange]:
    query = select(AnswerChange).where(AnswerChange.attempt_id == attempt_id).order_by(AnswerChange.seq)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def answers_of(attempt_id: uuid.UUID) -> dict[int, Answer]:
    query = select(Answer).where(Answer.attempt_id == attempt_id).execution_options(populate_existing=True)
    return {answer.question_id: answer for answer in db.session.scalars(query)}


def assert_log_explains_answers(attempt: Any) -> None:
    """Replay the log: it must reproduce the answers exactly, with consecutive numbers up to the version."""
    assert consistency.differences([attempt.id]) == []
