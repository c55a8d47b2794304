"""Agreement between two markers of the same answers, each without seeing the other's mark.

Compared are the marks at the time the second one was given: later changes, made with the other mark visible,
say nothing about agreement.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import ColumnElement, select

from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, User
from exam_app.rules.agreement import Agreement, Pair, agreement
from exam_app.rules.names import text_key
from exam_app.rules.paper import PaperQuestion, number
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import visible_attempts

ANSWERS = 50
"""Maximum number of listed answers with a difference."""


@dataclass(frozen=True)
class _Marked:
    """An answer with the first marks of two markers, the earlier one first."""

    answer: Any
    question: PaperQuestion
    first: AnswerMark
    second: AnswerMark
    tolerance: Decimal

    @property
    def pair(self) -> Pair:
        return Pair(self.first.points, self.second.points, self.tolerance)

    @property
    def apart(self) -> Decimal:
        return abs(self.pair.difference)


def report(viewer: User, test_id: int | None = None, session_id: uuid.UUID | None = None) -> dict[str, Any]:
    """For the attempts that `viewer` may see, at one test or in one session. Two queries, plus the papers.

    :returns: `{count, questions, answers, answersLeftOut}`: a row for each question with one for each pair of
        its markers, and the answers with a difference, the largest first. No student is named.
    """
    where = [visible_attempts(viewer), AnswerMark.reason.is_(None)]
    where += [Attempt.test_id == test_id] if test_id is not None else []
    where += [Attempt.session_id == session_id] if session_id is not None else []
    marked = _marked(where)
    ids = {mark.marked_by for one in marked for mark in (one.first, one.second)}
    names = {user.id: user.full_name for user in db.session.scalars(select(User).where(User.id.in_(ids)))}
    differing = sorted((one for one in marked if one.apart), key=lambda one: -one.apart)
    return {
        "count": len(marked),
        "questions": _questions(marked, names),
        "answers": [_answer(one, names) for one in differing[:ANSWERS]],
        "answersLeftOut": len(differing[ANSWERS:]),
    }


def _marked(where: list[ColumnElement[bool]]) -> list[_Marked]:
    rows = db.session.execute(
        select(AnswerMark, Answer.id, Answer.points, Attempt.paper_id)
        .join(
            Answer,
            (Answer.attempt_id == AnswerMark.attempt_id)
            & (Answer.question_id == AnswerMark.question_id)
            & (Answer.version == AnswerMark.version),
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(*where)
        .order_by(AnswerMark.attempt_id, AnswerMark.question_id, AnswerMark.number)
    )
    found = []
    for _, group in groupby(rows, key=lambda row: row.id):
        answer, *_ = given = list(group)
        paper = papers.compiled(answer.paper_id)
        both = _blind([row.AnswerMark for row in given])
        if both and paper.markers == 2:
            question = paper.questions[both[0].question_id]
            found.append(_Marked(answer, question, *both, paper.marking_tolerance))
    return found


def _blind(marks: Sequence[AnswerMark]) -> tuple[AnswerMark, AnswerMark] | None:
    """The last mark of the first marker before the second marker's first one, and that one."""
    for before, mark in pairwise(marks):
        if mark.marked_by != before.marked_by:
            return before, mark
    return None


def _questions(marked: list[_Marked], names: dict[Any, str]) -> list[dict[str, Any]]:
    by_question: dict[int, list[_Marked]] = {}
    for one in marked:
        by_question.setdefault(one.question.id, []).append(one)
    return [
        {
            "questionId": question_id,
            "questionText": group[0].question.plain_text,
            "maxPoints": number(group[0].question.points),
            **_figures(agreement([one.pair for one in group])),
            "pairs": _pairs(group, names),
        }
        for question_id, group in sorted(by_question.items())
    ]


def _pairs(marked: list[_Marked], names: dict[Any, str]) -> list[dict[str, Any]]:
    """For each pair of markers, in the order of their names: the first's points minus the second's."""
    by_people: dict[tuple[Any, Any], list[Pair]] = {}
    for one in marked:
        first, second = sorted(
            (one.first, one.second), key=lambda mark: (text_key(names[mark.marked_by]), mark.marked_by)
        )
        pair = Pair(first.points, second.points, one.tolerance)
        by_people.setdefault((first.marked_by, second.marked_by), []).append(pair)
    rows = [
        {
            "markers": [{"userId": str(id_), "name": names[id_]} for id_ in people],
            **_figures(agreement(pairs)),
        }
        for people, pairs in by_people.items()
    ]
    return sorted(rows, key=lambda row: [text_key(marker["name"]) for marker in row["markers"]])


def _figures(figures: Agreement) -> dict[str, Any]:
    return {
        "count": figures.count,
        "meanDifference": figures.mean_difference,
        "meanAbsoluteDifference": figures.mean_absolute,
        "exactPercentage": figures.exact,
        "withinPercentage": figures.within,
        "weightedKappa": figures.kappa,
    }


def _answer(one: _Marked, names: dict[Any, str]) -> dict[str, Any]:
    points = one.answer.points
    return {
        "attemptId": str(one.first.attempt_id),
        "answerId": str(one.answer.id),
        "questionId": one.question.id,
        "marks": [
            {"name": names[mark.marked_by], "points": number(mark.points)} for mark in (one.first, one.second)
        ],
        "difference": number(one.apart),
        "points": None if points is None else number(points),
    }
