"""The questions of a test draft: their order and points."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Question, Test, TestQuestion
from exam_app.rules import question_types
from exam_app.services.authoring import catalog, papers


class Place(NamedTuple):
    """The position of a question, smallest first, and its points; None: those of the bank."""

    number: int
    points: Decimal | None


def questions_in(test: Test) -> list[dict[str, Any]]:
    """`{questionId, name, text, type, category, points, bankPoints}` in the order of the test.

    `points` is None if those of the bank apply.
    """
    rows = db.session.execute(
        select(TestQuestion, Question)
        .join(Question, Question.id == TestQuestion.question_id)
        .where(TestQuestion.test_id == test.id)
        .order_by(TestQuestion.position)
    )
    return [
        {
            "questionId": question.id,
            "name": question.name,
            "text": question_types.get(question.type).plain_text(question.text),
            "type": question.type,
            "category": question.category,
            "points": item.points,
            "bankPoints": question.points,
        }
        for item, question in rows
    ]


def add_questions(test: Test, question_ids: Collection[int]) -> int:
    """Append these questions. Commits. Those already in the test keep their position.

    :returns: the number of added questions.
    :raises InvalidInput: as `catalog.set_questions`, or there would be too many.
    """
    current = _locked_questions(test)
    new = [question_id for question_id in question_ids if question_id not in current]
    if len(current) + len(new) > catalog.MAX_IN_A_TEST:
        most = f"A test can have at most {catalog.MAX_IN_A_TEST} questions. Choose fewer."
        raise InvalidInput(details={"questionIds": [most]})
    catalog.set_questions(test, [*current, *new])
    db.session.commit()
    return len(new)


def arrange_questions(test: Test, places: Mapping[int, Place], removed: Collection[int]) -> None:
    """Order the questions by `places`, without those `removed`. Commits.

    Questions that were removed concurrently stay out, and added ones go to the end.
    """
    kept = [question_id for question_id in _locked_questions(test) if question_id not in removed]
    placed = sorted((q for q in kept if q in places), key=lambda q: places[q].number)
    others = [question_id for question_id in kept if question_id not in places]
    catalog.set_questions(test, [*placed, *others], {q: places[q].points for q in placed})
    db.session.commit()


def _locked_questions(test: Test) -> list[int]:
    """The questions in order; the test is locked until the commit."""
    papers.lock(test)
    items = select(TestQuestion.question_id).where(TestQuestion.test_id == test.id)
    return list(db.session.scalars(items.order_by(TestQuestion.position)))
