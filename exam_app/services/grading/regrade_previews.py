"""Whose result would change by the corrected keys of a test, before anything is written."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from exam_app.extensions import db
from exam_app.models import RELEASED_AT, Answer, Attempt, ExamSession, Result, Test, User
from exam_app.models.user import BY_NAME
from exam_app.rules import corrections as rules
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.grading import Outcome
from exam_app.rules.paper import CompiledPaper, number
from exam_app.services.authoring import papers
from exam_app.services.grading import corrections, rescoring
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts

_SHOWN = ("score", "percentage")
ROWS = 500
"""Maximum number of listed attempts; the counts are of all."""


def preview(viewer: User, test: Test) -> dict[str, Any]:
    """What a regrade would do now. Six queries, and two for each corrected paper.

    :returns: `{attempts, withoutResult, changing, kept, passing, failing, questions, rows, rowsLeftOut}`:
        `withoutResult` are to be marked first; `kept` have a score set by staff; `passing` would newly pass
        and `failing` newly fail. `rows` are the changing and kept attempts that `viewer` may see, the
        greatest change first.
    """
    found = db.session.execute(
        select(Attempt, Result, User, RELEASED_AT)
        .join(User, User.id == Attempt.student_id)
        .join(Result, is_latest())
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .where(corrections.waiting(test))
        .order_by(*BY_NAME, Attempt.id)
    ).all()
    attempts = [row.Attempt for row in found]
    newest = corrections.newest({attempt.paper_id for attempt in attempts})
    gains = _gains(attempts, newest)
    rows = [_row(*row, gains.get(row.Attempt.id, Decimal(0)), newest) for row in found]
    touched = [
        row for row in rows if row["kept"] or any(row[f"{x}After"] != row[f"{x}Before"] for x in _SHOWN)
    ]
    touched.sort(key=lambda row: -abs(row["percentageAfter"] - row["percentageBefore"]))
    seen = select(Attempt.id).where(corrections.waiting(test), visible_attempts(viewer))
    visible = set(map(str, db.session.scalars(seen)))
    named = [row for row in touched if row["attemptId"] in visible][:ROWS]
    changing = [row for row in touched if not row["kept"]]
    waiting = select(func.count()).select_from(Attempt).where(corrections.waiting(test))
    return {
        "attempts": len(rows),
        "withoutResult": (db.session.scalar(waiting) or 0) - len(rows),
        "changing": len(changing),
        "kept": len(touched) - len(changing),
        "passing": sum(row["passedAfter"] and not row["passedBefore"] for row in changing),
        "failing": sum(row["passedBefore"] and not row["passedAfter"] for row in changing),
        "questions": _questions(newest),
        "rows": named,
        "rowsLeftOut": len(touched) - len(named),
    }


def _gains(attempts: Sequence[Attempt], newest: dict[int, int]) -> dict[uuid.UUID, Decimal]:
    gains: dict[uuid.UUID, Decimal] = defaultdict(Decimal)
    moves = {a.id: (a.paper_id, newest[a.paper_id]) for a in attempts if a.paper_id in newest}
    for one in rescoring.rescored(attempts, newest):
        gains[one.answer.attempt_id] += one.gain
    for attempt_id, question_id in _unanswered(moves):
        before, after = (papers.compiled(paper_id) for paper_id in moves[attempt_id])
        gains[attempt_id] += after.questions[question_id].unanswered
        gains[attempt_id] -= before.questions[question_id].unanswered
    return gains


def _unanswered(moves: dict[uuid.UUID, tuple[int, int]]) -> Iterator[tuple[uuid.UUID, int]]:
    """The unanswered questions that earn points nevertheless, before or after. One query at most."""
    asked = {
        attempt_id: {q for paper_id in both for q in papers.compiled(paper_id).given}
        for attempt_id, both in moves.items()
    }
    if not any(asked.values()):
        return
    answers = select(Answer.attempt_id, Answer.question_id).where(
        Answer.attempt_id.in_(asked), Answer.question_id.in_(set().union(*asked.values()))
    )
    answered = set(map(tuple, db.session.execute(answers)))
    for attempt_id, question_ids in asked.items():
        yield from ((attempt_id, q) for q in question_ids if (attempt_id, q) not in answered)


def _row(
    attempt: Attempt, result: Result, student: User, released_at: Any, gain: Decimal, newest: dict[int, int]
) -> dict[str, Any]:
    """`kept`: a score set by staff stays; the keys change nothing then."""
    paper = papers.compiled(newest[attempt.paper_id])
    kept = result.graded_by is not None and (gain != 0 or paper.total_points != result.max_score)
    after = _after(result, paper, gain)
    return {
        "attemptId": str(attempt.id),
        "studentId": str(student.id),
        "studentName": student.full_name,
        "scoreBefore": number(result.score),
        "scoreAfter": number(after.score),
        "percentageBefore": number(result.percentage),
        "percentageAfter": number(after.percentage),
        "gradeBefore": result.grade,
        "gradeAfter": after.grade,
        "passedBefore": result.passed,
        "passedAfter": after.passed,
        "kept": kept,
        "seen": result_is_visible(paper.settings["feedback"], True, released_at),
    }


def _after(result: Result, paper: CompiledPaper, gain: Decimal) -> Outcome:
    if result.graded_by is not None or (gain == 0 and paper.total_points == result.max_score):
        return Outcome(result.score, result.max_score, result.percentage, result.grade, result.passed)
    return paper.outcome(result.score + gain)


def _questions(newest: dict[int, int]) -> list[dict[str, Any]]:
    """The questions with another key: the correct answer before and after, in each version."""
    described = {}
    for paper_id, newest_id in sorted(newest.items()):
        before, after = papers.compiled(paper_id), papers.compiled(newest_id)
        for question in rules.rekeyed(before, after).values():
            keys = [rules.key_text(before.questions[question.id]), rules.key_text(question)]
            described[question.id, *keys] = {
                "questionId": question.id,
                "questionText": question.text,
                "keyBefore": keys[0],
                "keyAfter": keys[1],
            }
    return list(described.values())
