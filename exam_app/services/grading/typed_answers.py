"""Stored answers that would earn other points if their texts and numbers were read as they are today.

Papers keep the comparison of the day on which they were published, and numbers are read when they are saved,
so nothing changes by itself. This says beforehand what a correction of the key, or a mark, would change.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, select

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt
from exam_app.rules.paper import CompiledPaper, Credit, PaperQuestion
from exam_app.rules.question_types import Score
from exam_app.services.answers.views import answer_text
from exam_app.services.authoring import papers
from exam_app.services.grading.marks import marks_of, verdict

CHUNK = 200
TYPED = ("short_answer", "numerical", "cloze")


@dataclass(frozen=True)
class ChangedAnswer:
    """`points_after` is None if a marker would have to mark it."""

    test_id: int
    test_title: str
    question_id: int
    question_text: str
    attempt_id: uuid.UUID
    answer: str
    points_before: Decimal | None
    points_after: Decimal | None


def changed(*which: ColumnElement[bool]) -> Iterator[ChangedAnswer]:
    """The answers in the attempts matching `which`, in chunks. Writes nothing."""
    last = uuid.UUID(int=0)
    while True:
        next_ones = select(Attempt).where(*which, Attempt.id > last).order_by(Attempt.id).limit(CHUNK)
        attempts = list(db.session.scalars(next_ones))
        if not attempts:
            return
        last = attempts[-1].id
        yield from _in_these(attempts)
        db.session.rollback()


def _in_these(attempts: Sequence[Attempt]) -> Iterator[ChangedAnswer]:
    by_id = {attempt.id: attempt for attempt in attempts}
    marks = marks_of(list(by_id))
    answers = select(Answer).where(Answer.attempt_id.in_(by_id))
    for answer in db.session.scalars(answers.order_by(Answer.attempt_id, Answer.question_id)):
        attempt = by_id[answer.attempt_id]
        paper = papers.compiled(attempt.paper_id)
        question = paper.questions[answer.question_id]
        given = marks.get((attempt.id, question.id), [])
        if not _is_scored_by_text(answer, question, given, paper):
            continue
        after = _score_today(question, answer)
        if after is None or after.points == answer.points:
            continue
        yield ChangedAnswer(
            test_id=attempt.test_id,
            test_title=paper.title,
            question_id=question.id,
            question_text=question.plain_text,
            attempt_id=attempt.id,
            answer=answer_text(question.id, answer.response, paper) or "",
            points_before=answer.points,
            points_after=after.points,
        )


def _is_scored_by_text(
    answer: Answer, question: PaperQuestion, given: list[AnswerMark], paper: CompiledPaper
) -> bool:
    """Marks take precedence over any comparison, and so does a credit for everybody."""
    if question.type.name not in TYPED or question.credit is not Credit.BY_KEY or not answer.is_answered:
        return False
    return not verdict(given, answer.version, answer.response, question, paper).effective_marks


def _score_today(question: PaperQuestion, answer: Answer) -> Score | None:
    """By the key as its author wrote it, with numbers read anew. None: today it would be refused."""
    try:
        response = question.type.check_response(question.written, answer.response)
    except InvalidInput:
        return None
    return question.type.score(question.written, response, question.points)
