"""An answer as the person who marks it reads it."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, User
from exam_app.rules.paper import number, shown_images
from exam_app.rules.question_types.essay import rubric_for, words_in
from exam_app.services import papers
from exam_app.services.answer_views import answer_words
from exam_app.services.marking import state_of


def shown(attempt: Attempt, answer_id: uuid.UUID) -> dict[str, Any]:
    """What a marker reads of an answer: question, rubric, response, and the marks so far, the latest first.

    :raises NotFound: the attempt has no such answer.
    """
    answer = db.session.scalar(select(Answer).where(Answer.attempt_id == attempt.id, Answer.id == answer_id))
    if answer is None:
        raise NotFound("This attempt has no answer with this id.")
    paper = papers.compiled(attempt.paper_id)
    question = paper.questions[answer.question_id]
    text = answer_words(question.id, answer.response, paper) or ""
    marks = _marks(answer)
    return {
        "questionText": question.plain_text,
        "images": shown_images(question.images),
        "passage": paper.passages.get(question.passage_id) if question.passage_id else None,
        "maxPoints": number(question.points),
        "answer": text,
        "words": words_in(text),
        "minWords": question.definition.get("minWords"),
        "maxWords": question.definition.get("maxWords"),
        "rubric": rubric_for(question.definition, question.points),
        "graderNotes": question.definition.get("graderNotes"),
        "seen": state_of(answer.version, len(marks)),
        "marks": marks,
        "standing": marks[0] if marks and marks[0]["isForThis"] else None,
    }


def _marks(answer: Answer) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(AnswerMark, User)
        .join(User, User.id == AnswerMark.marked_by)
        .where(AnswerMark.attempt_id == answer.attempt_id, AnswerMark.question_id == answer.question_id)
        .order_by(AnswerMark.number.desc())
    )
    return [
        {
            "points": number(mark.points),
            "comment": mark.comment,
            "markedAt": clock.iso(mark.marked_at),
            "markedBy": marker.full_name,
            "isForThis": mark.version == answer.version,
        }
        for mark, marker in rows
    ]
