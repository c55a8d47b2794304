"""Answers that a person marks: what is due, and giving points with a comment. Every mark is kept.

The rules score an answer when it is saved; where they cannot (an essay), its points are null until somebody
marks it. A mark may also replace points that the rules gave. It holds for the response that was marked: when
another one comes into force, which after the end only a late answer can, the answer is due again.

An attempt with answers due stays `submitted` or `expired`: it has a receipt and points so far, and no
result. When the last one is marked it is graded like any other. A result that was there before stays until
then.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from exam_app import clock
from exam_app.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, User
from exam_app.rules.attempt_states import HANDED_IN
from exam_app.rules.paper import PaperQuestion, number
from exam_app.rules.question_types.essay import words_in
from exam_app.services import audit, papers
from exam_app.services.access import visible_attempts
from exam_app.services.answer_views import answer_words, points_of
from exam_app.services.grading import grade_closed
from exam_app.services.marks import marks_of


def due(
    viewer: User, test_id: int | None, session_id: uuid.UUID | None, page: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """One page of the answers that wait for a mark in attempts that `viewer` may see, those handed in first
    at the top, and how many there are. Two queries."""
    where: list[ColumnElement[bool]] = [visible_attempts(viewer), *is_due()]
    where += [Attempt.test_id == test_id] if test_id is not None else []
    where += [Attempt.session_id == session_id] if session_id is not None else []
    joined = select(func.count()).select_from(Answer).join(Attempt, Attempt.id == Answer.attempt_id)
    total = db.session.scalar(joined.where(*where)) or 0
    rows = db.session.execute(
        select(Answer, Attempt, User, _number_of_marks())
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(User, User.id == Attempt.student_id)
        .where(*where)
        .order_by(Attempt.submitted_at, Attempt.id, Answer.question_id)
        .limit(limit)
        .offset((page - 1) * limit)
    )
    return [_describe_due(*row) for row in rows], total


def grade_answer(
    actor: User,
    attempt: Attempt,
    answer_id: uuid.UUID,
    points: Decimal,
    comment: str,
    now: datetime,
    seen: str | None = None,
) -> dict[str, Any]:
    """Give an answer these points and a comment, and grade the attempt when nothing is due any more. Commits.

    The same mark again changes nothing. `seen` is `state_of` the answer as it was read; without it two people
    at once make two marks, and the later one counts.

    :raises NotFound: the attempt has no such answer.
    :raises InvalidInput: points outside 0 to what the question is worth.
    :raises InvalidTransition: the attempt has not been handed in.
    :raises Conflict: the answer is not as `seen` any more, and `details` say how it is.
    """
    # The lock keeps saves, grading and other markers away until the commit.
    db.session.execute(select(Attempt.id).where(Attempt.id == attempt.id).with_for_update())
    db.session.refresh(attempt)
    try:
        answer, question = _gradable(attempt, answer_id, points)
        latest = marks_of([attempt.id]).get((attempt.id, answer.question_id))
        is_new = not _says(latest, answer, points, comment)
        if is_new:
            _check_unchanged(seen, answer, latest)
    except (NotFound, InvalidInput, Conflict):
        db.session.rollback()
        raise
    if is_new:
        _mark(actor, attempt, answer, latest, points, comment, now)
        answer.points, answer.is_correct = points, points == question.points
        _count_due(attempt)
    db.session.commit()
    if attempt.grading_needed:
        grade_closed(now, only=attempt.id)
        db.session.refresh(attempt)
    return {
        "attemptId": str(attempt.id),
        "answerId": str(answer_id),
        "questionId": question.id,
        "points": number(points),
        "maxPoints": number(question.points),
        "comment": comment,
        "markingDue": attempt.marking_due,
        "status": attempt.status.value,
    }


def state_of(version: int, marks: int) -> str:
    """What a marker has seen of an answer: its version and how many marks it had. Opaque to clients."""
    return f"{version}.{marks}"


def is_due() -> list[ColumnElement[bool]]:
    """The conditions on `Answer` and its `Attempt` for waiting to be marked."""
    return [Attempt.marking_due > 0, Attempt.status.in_(HANDED_IN), Answer.points.is_(None)]


def _gradable(attempt: Attempt, answer_id: uuid.UUID, points: Decimal) -> tuple[Answer, PaperQuestion]:
    answer = db.session.scalar(
        select(Answer)
        .where(Answer.attempt_id == attempt.id, Answer.id == answer_id)
        .execution_options(populate_existing=True)
    )
    if answer is None:
        raise NotFound("This attempt has no answer with this id.")
    if attempt.status not in HANDED_IN:
        raise InvalidTransition(
            "Answers are marked when the attempt has been handed in.", {"status": attempt.status.value}
        )
    question = papers.compiled(attempt.paper_id).questions[answer.question_id]
    if not 0 <= points <= question.points:
        raise InvalidInput(details={"points": [f"Give 0 to {number(question.points)} points."]})
    return answer, question


def _check_unchanged(seen: str | None, answer: Answer, latest: AnswerMark | None) -> None:
    """What somebody else gave in the meantime, or a response that nobody has read, is not marked over."""
    state = state_of(answer.version, latest.number if latest else 0)
    if seen is None or seen == state:
        return
    details: dict[str, Any] = {"seen": state}
    if latest is None or latest.version != answer.version:
        raise Conflict("Another response is in force now. Read it before you mark it.", details)
    marker = db.session.get_one(User, latest.marked_by).full_name
    details |= {"markedBy": marker, "points": number(latest.points), "comment": latest.comment}
    raise Conflict(
        f"{marker} has marked this answer in the meantime ({number(latest.points)} points).", details
    )


def _number_of_marks() -> ScalarSelect[int]:
    """Of an `Answer`, also those for earlier versions of it."""
    return (
        select(func.count())
        .where(AnswerMark.attempt_id == Answer.attempt_id, AnswerMark.question_id == Answer.question_id)
        .correlate(Answer)
        .scalar_subquery()
    )


def _says(mark: AnswerMark | None, answer: Answer, points: Decimal, comment: str) -> bool:
    return mark is not None and (mark.version, mark.points, mark.comment) == (answer.version, points, comment)


def _mark(
    actor: User,
    attempt: Attempt,
    answer: Answer,
    latest: AnswerMark | None,
    points: Decimal,
    comment: str,
    now: datetime,
) -> None:
    db.session.add(
        AnswerMark(
            attempt_id=attempt.id,
            question_id=answer.question_id,
            number=latest.number + 1 if latest else 1,
            version=answer.version,
            points=points,
            comment=comment,
            marked_at=now,
            marked_by=actor.id,
        )
    )
    change = ({"points": points_of(answer.points)}, {"points": number(points)})
    audit.record_changes(
        [attempt], "answer_marked", now, actor.id, [change], questionId=answer.question_id, comment=comment
    )


def _count_due(attempt: Attempt) -> None:
    """How many answers are due still; with none of them, grading is."""
    db.session.flush()
    unmarked = select(func.count()).where(Answer.attempt_id == attempt.id, Answer.points.is_(None))
    attempt.marking_due = db.session.scalar(unmarked) or 0
    if not attempt.marking_due:
        attempt.grading_needed = True


def _describe_due(answer: Answer, attempt: Attempt, student: User, marks: int) -> dict[str, Any]:
    paper = papers.compiled(attempt.paper_id)
    question = paper.questions[answer.question_id]
    text = answer_words(question.id, answer.response, paper) or ""
    return {
        "answerId": str(answer.id),
        "attemptId": str(attempt.id),
        "sessionId": str(attempt.session_id) if attempt.session_id else None,
        "testId": attempt.test_id,
        "testTitle": paper.title,
        "studentId": str(student.id),
        "studentName": student.full_name,
        "submittedAt": clock.iso(attempt.submitted_at),
        "questionId": question.id,
        "questionText": question.plain_text,
        "questionType": question.type.name,
        "maxPoints": number(question.points),
        "answer": text,
        "words": words_in(text),
        "seen": state_of(answer.version, marks),
    }
