"""Points by the newest key: attempts whose paper has been corrected move to the correction.

The caller has locked the attempts. A concurrent save of the same attempt was judged by the old paper, so its
guard fails and it starts again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import select, text, update

from exam_app.extensions import db
from exam_app.models import Answer, Attempt
from exam_app.rules import corrections as rules
from exam_app.services.authoring import papers
from exam_app.services.grading import corrections
from exam_app.services.grading.marks import marks_of, verdict

_WRITE = text(
    """
    UPDATE answers a SET points = n.points, is_correct = n.is_correct
      FROM jsonb_to_recordset(cast(:answers AS jsonb)) AS n(
               attempt_id uuid, question_id int, points numeric, is_correct bool)
     WHERE a.attempt_id = n.attempt_id AND a.question_id = n.question_id
    """
)


@dataclass(frozen=True)
class Rescored:
    """An answer scored by the newest key, and what it earned by the previous key."""

    answer: Answer
    points: Decimal | None
    is_correct: bool | None

    @property
    def differs(self) -> bool:
        return (self.points, self.is_correct) != (self.answer.points, self.answer.is_correct)

    @property
    def gain(self) -> Decimal:
        return (self.points or Decimal(0)) - (self.answer.points or Decimal(0))


def bring_up_to_date(attempts: Sequence[Attempt]) -> set[uuid.UUID]:
    """Move these attempts to the newest papers and points; the caller commits. One query if nothing was
    corrected, and two more for each corrected paper.

    :returns: the attempts in which the points of an answer changed.
    """
    newest = corrections.newest({attempt.paper_id for attempt in attempts})
    new = [one for one in rescored(attempts, newest) if one.differs]
    answers = [
        {
            "attempt_id": str(one.answer.attempt_id),
            "question_id": one.answer.question_id,
            "points": None if one.points is None else str(one.points),
            "is_correct": one.is_correct,
        }
        for one in new
    ]
    if answers:
        db.session.execute(_WRITE, {"answers": json.dumps(answers)})
    for paper_id, newest_id in newest.items():
        moved = [attempt.id for attempt in attempts if attempt.paper_id == paper_id]
        db.session.execute(update(Attempt).where(Attempt.id.in_(moved)).values(paper_id=newest_id))
    return {one.answer.attempt_id for one in new}


def rescored(attempts: Sequence[Attempt], newest: dict[int, int]) -> Iterator[Rescored]:
    """The answers of these attempts whose question has another key in the `newest` paper. Marks stay
    effective.

    Nothing is written. One query, and one for each corrected paper.
    """
    outdated = [attempt for attempt in attempts if attempt.paper_id in newest]
    marks = marks_of([attempt.id for attempt in outdated]) if outdated else {}
    for paper_id, group in groupby(sorted(outdated, key=_paper), key=_paper):
        paper = papers.compiled(newest[paper_id])
        changed = rules.rekeyed(papers.compiled(paper_id), paper)
        answers = select(Answer).where(
            Answer.attempt_id.in_([attempt.id for attempt in group]), Answer.question_id.in_(changed)
        )
        for answer in db.session.scalars(answers.execution_options(populate_existing=True)):
            given = marks.get((answer.attempt_id, answer.question_id), [])
            question = changed[answer.question_id]
            score = verdict(given, answer.version, answer.response, question, paper).score
            yield Rescored(answer, score.points, score.is_correct)


def _paper(attempt: Any) -> int:
    return int(attempt.paper_id)
