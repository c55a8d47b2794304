"""The marks of an answer, and how they, or else the rules, result in points."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import AnswerMark
from exam_app.rules import rubrics
from exam_app.rules.paper import CompiledPaper, Credit, PaperQuestion
from exam_app.rules.question_types import Score

Marks = dict[tuple[uuid.UUID, int], list[AnswerMark]]
"""All marks of each marked answer, the oldest first, by attempt and question."""


def marks_of(attempt_ids: Sequence[uuid.UUID]) -> Marks:
    """The marks of these attempts, including outdated ones. One query."""
    rows = db.session.scalars(
        select(AnswerMark)
        .where(AnswerMark.attempt_id.in_(attempt_ids))
        .order_by(AnswerMark.attempt_id, AnswerMark.question_id, AnswerMark.number)
    )
    by_answer = groupby(rows, key=lambda mark: (mark.attempt_id, mark.question_id))
    return {key: list(marks) for key, marks in by_answer}


@dataclass(frozen=True)
class Verdict:
    """The outcome of one version of an answer by the rules and by its marks. `is_given`: a correction gives
    everyone the same points, whatever the marks.

    `marks` are those for this version, the oldest first. If the rules have no points for it (an essay) and
    the test requires two markers, the newest mark of each of the two is effective.
    """

    by_rules: Score
    is_given: bool
    most: Decimal
    tolerance: Decimal
    needs_two: bool
    marks: list[AnswerMark]

    @cached_property
    def by_marker(self) -> dict[uuid.UUID, AnswerMark]:
        """The newest mark of each marker, in the order of their first ones; adjudications are left out."""
        return {mark.marked_by: mark for mark in self.marks if mark.reason is None}

    @property
    def adjudicated(self) -> AnswerMark | None:
        return next((mark for mark in reversed(self.marks) if mark.reason is not None), None)

    @property
    def has_two_marks(self) -> bool:
        return self.needs_two and len(self.by_marker) == 2

    @property
    def is_open(self) -> bool:
        """Whether all markers may see all marks: while one of two is missing, the other is hidden."""
        return self.has_two_marks or not self.needs_two

    def shown_to(self, viewer_id: uuid.UUID) -> list[AnswerMark]:
        return [mark for mark in self.marks if self.is_open or mark.marked_by == viewer_id]

    @property
    def effective_marks(self) -> list[AnswerMark]:
        """The marks that determine the points: one, two that agree, or none while marking is incomplete."""
        if self.adjudicated:
            return [self.adjudicated]
        if not self.needs_two:
            return self.marks[-1:]
        both = list(self.by_marker.values())
        agree = len(both) == 2 and abs(both[0].points - both[1].points) <= self.tolerance
        return both if agree else []

    @property
    def effective_mark(self) -> AnswerMark | None:
        """The single mark that determines the points, if there is exactly one."""
        return self.effective_marks[0] if len(self.effective_marks) == 1 else None

    @property
    def score(self) -> Score:
        """Marks take precedence over the rules; for two that agree it is their mean."""
        if self.is_given:
            return self.by_rules
        match self.effective_marks:
            case [mark]:
                points = mark.points
            case [first, second]:
                points = rubrics.mean(first.points, second.points)
            case _:
                return self.by_rules
        return Score(points, points == self.most)

    @property
    def comment(self) -> str | None:
        """The comments of the effective marks, for the student. None without a mark."""
        if not self.effective_marks:
            return None
        return "\n\n".join(dict.fromkeys(mark.comment for mark in self.effective_marks if mark.comment))

    @property
    def rubric(self) -> rubrics.Picked | None:
        return (
            rubrics.together([mark.rubric for mark in self.effective_marks]) if self.effective_marks else None
        )


def verdict(
    marks: Sequence[AnswerMark],
    version: int,
    response: dict[str, Any],
    question: PaperQuestion,
    paper: CompiledPaper,
) -> Verdict:
    """The verdict on this version of an answer, from all `marks` the answer ever got."""
    by_rules = question.score(response)
    return Verdict(
        by_rules=by_rules,
        is_given=question.credit is not Credit.BY_KEY,
        most=question.points,
        tolerance=paper.marking_tolerance,
        needs_two=by_rules.points is None and paper.markers == 2,
        marks=[mark for mark in marks if mark.version == version],
    )
