"""The answers that are due for marking, and the task of each viewer.

If two markers are required, one who has marked an answer waits for the other; when both have and differ too
much, any marker may adjudicate.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, ExamSession, User
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.marking import Task
from exam_app.rules.paper import number
from exam_app.rules.question_types.essay import words_in
from exam_app.services.answers.views import answer_text
from exam_app.services.authoring import papers
from exam_app.services.grading.marks import Marks, Verdict, marks_of, verdict
from exam_app.services.organizations.visibility import visible_attempts


def is_due() -> list[ColumnElement[bool]]:
    """The conditions on `Answer` and its `Attempt` for being due."""
    return [Attempt.marking_due > 0, Attempt.status.in_(SUBMITTED_STATES), Answer.points.is_(None)]


def task_of(viewer: User) -> ColumnElement[str]:
    """The `Task` of `viewer` at a due `Answer`, as a column."""
    of_this = and_(
        AnswerMark.attempt_id == Answer.attempt_id,
        AnswerMark.question_id == Answer.question_id,
        AnswerMark.version == Answer.version,
    )
    of_markers = select(func.count(distinct(AnswerMark.marked_by))).where(of_this).correlate(Answer)
    markers = of_markers.scalar_subquery()
    has_marked = exists().where(of_this, AnswerMark.marked_by == viewer.id).correlate(Answer)
    return case(
        (markers >= 2, Task.ADJUDICATE.value),
        (has_marked, Task.WAIT.value),
        else_=Task.MARK.value,
    )


def task_for(viewer: User, judged: Verdict) -> Task | None:
    """The same from a verdict; None if nothing is due."""
    if judged.score.points is not None:
        return None
    if len(judged.by_marker) == 2:
        return Task.ADJUDICATE
    return Task.WAIT if viewer.id in judged.by_marker else Task.MARK


def state_of(version: int, marks: int) -> str:
    """The state of an answer as seen: its version and the number of the newest visible mark. Opaque to
    clients."""
    return f"{version}.{marks}"


def state_for(viewer: User, judged: Verdict, version: int) -> str:
    """The state that `viewer` may see: the other marker's blind mark does not change it yet."""
    return state_of(version, max((mark.number for mark in judged.shown_to(viewer.id)), default=0))


def due(
    viewer: User, test_id: int | None, session_id: uuid.UUID | None, page: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """One page of the answers to be marked in attempts that `viewer` may see, the earliest submissions first,
    and their total number. Three queries."""
    where: list[ColumnElement[bool]] = [visible_attempts(viewer), *is_due()]
    where += [Attempt.test_id == test_id] if test_id is not None else []
    where += [Attempt.session_id == session_id] if session_id is not None else []
    joined = select(func.count()).select_from(Answer).join(Attempt, Attempt.id == Answer.attempt_id)
    total = db.session.scalar(joined.where(*where)) or 0
    rows = db.session.execute(
        select(Answer, Attempt, User)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(User, User.id == Attempt.student_id)
        .where(*where)
        .order_by(Attempt.submitted_at, Attempt.id, Answer.question_id)
        .limit(limit)
        .offset((page - 1) * limit)
    ).all()
    marks = marks_of([attempt.id for _, attempt, _ in rows])
    return [_describe(viewer, *row, marks) for row in rows], total


def due_count(viewer: User, session: ExamSession | None = None) -> int:
    """How many answers `viewer` can mark or adjudicate now, in all visible attempts or in one session."""
    where = [visible_attempts(viewer), *is_due(), task_of(viewer) != Task.WAIT]
    where += [Attempt.session_id == session.id] if session else []
    joined = select(func.count()).select_from(Answer).join(Attempt, Attempt.id == Answer.attempt_id)
    return db.session.scalar(joined.where(*where)) or 0


def _describe(viewer: User, answer: Answer, attempt: Attempt, student: User, marks: Marks) -> dict[str, Any]:
    paper = papers.compiled(attempt.paper_id)
    question = paper.questions[answer.question_id]
    text = answer_text(question.id, answer.response, paper) or ""
    given = marks.get((attempt.id, question.id), [])
    judged = verdict(given, answer.version, answer.response, question, paper)
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
        "markers": 2 if judged.needs_two else 1,
        "task": task_for(viewer, judged),
        "seen": state_for(viewer, judged, answer.version),
    }
