"""What people gave for answers, and how it stands to what the rules give."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from exam_app.extensions import db
from exam_app.models import AnswerMark
from exam_app.rules.paper import PaperQuestion
from exam_app.rules.question_types import Score

Marks = dict[tuple[uuid.UUID, int], AnswerMark]
"""The latest mark of each answer that has one, by attempt and question."""


def marks_of(attempt_ids: Sequence[uuid.UUID]) -> Marks:
    """Of these attempts, whether or not a mark still holds. One query."""
    latest = (
        select(AnswerMark)
        .ext(distinct_on(AnswerMark.attempt_id, AnswerMark.question_id))
        .where(AnswerMark.attempt_id.in_(attempt_ids))
        .order_by(AnswerMark.attempt_id, AnswerMark.question_id, AnswerMark.number.desc())
    )
    return {(mark.attempt_id, mark.question_id): mark for mark in db.session.scalars(latest)}


def holding(marks: Marks, attempt_id: uuid.UUID, question_id: int, version: int) -> AnswerMark | None:
    """The mark that was given for this version of the answer: it goes before what the rules give."""
    mark = marks.get((attempt_id, question_id))
    return mark if mark is not None and mark.version == version else None


def score_of(mark: AnswerMark, question: PaperQuestion) -> Score:
    return Score(mark.points, mark.points == question.points)
