"""The marking queues: one for each session, and one for a test's attempts outside sessions.

A queue contains what is due and what is marked already, so that markers can go back. Its order is the same
for all markers: by question or by student, and students by the random ids of their attempts. That does not
reveal their identity, so the number of a student can replace the name.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, exists, func, or_, select

from exam_app import clock
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Answer, AnswerMark, Attempt, ExamSession, SchoolClass, Test, User
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.marking import Task
from exam_app.services.authoring import papers
from exam_app.services.marking.tasks import is_due, task_of
from exam_app.services.organizations.visibility import visible_attempts

Attempts = ColumnElement[bool]
"""The condition on `Attempt` that defines a queue."""


class Order(StrEnum):
    """By question, or by student."""

    QUESTION = "question"
    STUDENT = "student"


@dataclass(frozen=True)
class Entry:
    """An answer in a queue: `position` is that of its question, `student` the number of the attempt, `task`
    what the viewer has to do; None when it is marked."""

    attempt_id: uuid.UUID
    answer_id: uuid.UUID
    question_id: int
    paper_id: int
    position: int
    student: int
    name: str
    task: Task | None

    @property
    def is_due(self) -> bool:
        """Whether the viewer can mark or adjudicate it now."""
        return self.task in (Task.MARK, Task.ADJUDICATE)


@dataclass(frozen=True)
class Place:
    """A position in a queue. `next_due` is the next one to mark, wrapping around at the end; `left` is the
    number of due ones, including this one."""

    entry: Entry
    index: int
    total: int
    left: int
    previous: Entry | None
    next: Entry | None
    next_due: Entry | None


def queues(viewer: User) -> list[dict[str, Any]]:
    """The queues with answers due, the longest waiting first; `sessionId` is None outside sessions. `due` is
    for `viewer` to do; `waiting` is for another marker. One query."""
    waits = task_of(viewer) == Task.WAIT
    rows = db.session.execute(
        select(
            Test,
            ExamSession,
            SchoolClass.name,
            func.count().filter(~waits),
            func.count().filter(waits),
            func.count(distinct(Attempt.id)),
            func.min(Attempt.closed_at),
        )
        .select_from(Answer)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(Test, Test.id == Attempt.test_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .outerjoin(SchoolClass, SchoolClass.id == ExamSession.class_id)
        .where(visible_attempts(viewer), *is_due())
        .group_by(Test.id, ExamSession.id, SchoolClass.name)
        .order_by(func.min(Attempt.closed_at), Test.id)
    )
    return [
        {
            "testId": test.id,
            "testTitle": test.title,
            "sessionId": session and session.id,
            "title": session.title if session else test.title,
            "className": class_name,
            "due": due,
            "waiting": waiting,
            "attempts": attempts,
            "since": clock.iso(since),
        }
        for test, session, class_name, due, waiting, attempts, since in rows
    ]


def of_session(session: ExamSession) -> Attempts:
    """The attempts of a session's queue."""
    return Attempt.session_id == session.id


def outside_sessions(test: Test) -> Attempts:
    return (Attempt.test_id == test.id) & Attempt.session_id.is_(None)


def queue_with(attempt: Attempt) -> Attempts:
    """The attempts of this attempt's queue."""
    return of_session(attempt.session) if attempt.session else outside_sessions(attempt.test)


def entries(viewer: User, attempts: Attempts, order: Order) -> list[Entry]:
    """The queue as `viewer` may see it. One query, plus the papers."""
    numbered = (
        select(Attempt.id, func.row_number().over(order_by=Attempt.id).label("student"))
        .where(attempts, visible_attempts(viewer))
        .subquery()
    )
    is_marked = exists().where(
        AnswerMark.attempt_id == Answer.attempt_id,
        AnswerMark.question_id == Answer.question_id,
        AnswerMark.version == Answer.version,
    )
    waits = and_(*is_due())
    task = case((waits, task_of(viewer))).label("task")
    rows = db.session.execute(
        select(Answer.id, Answer.question_id, Attempt, User, numbered.c.student, task)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .join(numbered, numbered.c.id == Attempt.id)
        .join(User, User.id == Attempt.student_id)
        .where(Attempt.status.in_(SUBMITTED_STATES), or_(waits, is_marked))
    ).all()
    positions = {paper_id: _positions(paper_id) for paper_id in {row.Attempt.paper_id for row in rows}}
    found = [
        Entry(
            attempt_id=row.Attempt.id,
            answer_id=row.id,
            question_id=row.question_id,
            paper_id=row.Attempt.paper_id,
            position=positions[row.Attempt.paper_id][row.question_id],
            student=row.student,
            name=row.User.full_name,
            task=row.task and Task(row.task),
        )
        for row in rows
    ]
    by_question = order is Order.QUESTION
    return sorted(found, key=lambda e: (e.position, e.student) if by_question else (e.student, e.position))


def questions_in(queue: list[Entry]) -> list[dict[str, Any]]:
    """The progress of each question, in the order of the paper."""
    rows: dict[int, dict[str, Any]] = {}
    for entry in sorted(queue, key=lambda entry: entry.position):
        question = papers.compiled(entry.paper_id).questions[entry.question_id]
        row = rows.setdefault(
            question.id,
            {
                "questionId": question.id,
                "questionText": question.plain_text,
                "due": 0,
                "settle": 0,
                "wait": 0,
                "marked": 0,
            },
        )
        row["due"] += entry.is_due
        if entry.task is not Task.MARK:
            row[entry.task or "marked"] += 1
    return list(rows.values())


def first_due(queue: list[Entry], question_id: int | None = None) -> Entry | None:
    """The first due answer, of this question if one is named."""
    return next((e for e in queue if e.is_due and question_id in (None, e.question_id)), None)


def place(queue: list[Entry], answer_id: uuid.UUID) -> Place:
    """:raises NotFound: the queue has no such answer."""
    index = next((index for index, entry in enumerate(queue) if entry.answer_id == answer_id), None)
    if index is None:
        raise NotFound("This answer is not in the marking queue. Reload the page.")
    others = queue[index + 1 :] + queue[:index]
    return Place(
        entry=queue[index],
        index=index + 1,
        total=len(queue),
        left=sum(entry.is_due for entry in queue),
        previous=queue[index - 1] if index else None,
        next=queue[index + 1] if index + 1 < len(queue) else None,
        next_due=first_due(others),
    )


def _positions(paper_id: int) -> dict[int, int]:
    return {question_id: place for place, question_id in enumerate(papers.compiled(paper_id).questions, 1)}
