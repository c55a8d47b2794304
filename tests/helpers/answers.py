"""Questions of a paper, changes on the wire, and what the change log says the answers must be."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Answer, AnswerChange, ChangeOutcome
from exam_app.services import papers
from tests.factories import RIGHT


def questions(test: Any) -> dict[str, int]:
    """Ids of a test's questions by type."""
    return {question.type.name: q for q, question in papers.compiled(test.current_paper_id).questions.items()}


def change(question_id: int, response: dict[str, Any], **extra: Any) -> dict[str, Any]:
    """A change as a page sends it."""
    return {"changeId": str(uuid.uuid4()), "questionId": question_id, "response": response, **extra}


def all_right(test: Any) -> list[dict[str, Any]]:
    """Changes that answer everything right."""
    return [change(question_id, RIGHT[kind]) for kind, question_id in questions(test).items()]


def log_of(attempt_id: uuid.UUID) -> list[AnswerChange]:
    query = select(AnswerChange).where(AnswerChange.attempt_id == attempt_id).order_by(AnswerChange.seq)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def answers_of(attempt_id: uuid.UUID) -> dict[int, Answer]:
    query = select(Answer).where(Answer.attempt_id == attempt_id).execution_options(populate_existing=True)
    return {answer.question_id: answer for answer in db.session.scalars(query)}


def assert_log_explains_answers(attempt: Any) -> None:
    """Replay the log: it must give the answers exactly, and count without a gap up to the version."""
    db.session.refresh(attempt)
    log, answers = log_of(attempt.id), answers_of(attempt.id)
    assert [entry.seq for entry in log] == list(range(1, attempt.version + 1))
    replayed = {entry.question_id: entry for entry in log if entry.outcome == ChangeOutcome.APPLIED}
    assert _fold(replayed) == _fold(answers)
    assert {q: entry.seq for q, entry in replayed.items()} == {q: a.version for q, a in answers.items()}
    assert attempt.answered_count == sum(answer.is_answered for answer in answers.values())


def _fold(rows: dict[int, Any]) -> dict[int, SimpleNamespace]:
    return {
        question_id: SimpleNamespace(
            response=row.response,
            flagged=row.flagged,
            time_spent=row.time_spent,
            typed_at=row.typed_at,
            device=row.device,
        )
        for question_id, row in rows.items()
    }
