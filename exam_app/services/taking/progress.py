"""What a page reports while the exam runs: its position and its heartbeat."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from exam_app import clock
from exam_app.errors import AttemptNotInProgress, InvalidInput, NotFound, QuestionLocked
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, QuestionVisit, User
from exam_app.realtime import deltas, student_row
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import student_question
from exam_app.services.answers.reading import answers_of, progress_of
from exam_app.services.answers.views import describe_answer
from exam_app.services.attempts.views import navigation_after
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import own_attempt

_HEAD = select(
    Attempt.student_id, Attempt.session_id, Attempt.status, Attempt.deadline_at, Attempt.version
).where(Attempt.id == bindparam("attempt"))


def move_to(student: User, attempt_id: uuid.UUID, index: int, now: datetime) -> Attempt:
    """Record which question is displayed (from 0), and the visit. Commits.

    If the test does not allow going back, the furthest index only grows: the statement itself refuses a step
    back, also if a second device has moved on at the same moment.

    :raises InvalidInput: the question does not exist.
    :raises QuestionLocked: the test goes forward only.
    :raises AttemptNotInProgress: the attempt is closed or paused.
    """
    attempt = own_attempt(student, attempt_id)
    paper = papers.compiled(attempt.paper_id)
    total = len(paper.questions)
    if not 0 <= index < total:
        raise InvalidInput(details={"targetQuestionIndex": [f"Send a question index from 0 to {total - 1}."]})
    guard = [Attempt.id == attempt.id, Attempt.status == AttemptStatus.IN_PROGRESS]
    if not paper.settings["allowBack"]:
        guard.append(Attempt.furthest_question <= index)
    moved = db.session.execute(
        update(Attempt)
        .where(*guard)
        .values(current_question=index, furthest_question=func.greatest(Attempt.furthest_question, index))
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        db.session.refresh(attempt)
        if attempt.status != AttemptStatus.IN_PROGRESS:
            raise AttemptNotInProgress(details={"status": attempt.status.value})
        raise QuestionLocked(details={"furthestQuestionIndex": attempt.furthest_question})
    db.session.add(QuestionVisit(attempt_id=attempt.id, question_index=index, at=now))
    change = student_row.at_question(index, now)
    after_commit.run(deltas.student_changed, attempt.session_id, student.id, change)
    db.session.commit()
    return attempt


def visits_of(attempt: Attempt) -> list[dict[str, Any]]:
    """The student's path through the paper: each displayed question, in order of time."""
    rows = db.session.scalars(
        select(QuestionVisit).where(QuestionVisit.attempt_id == attempt.id).order_by(QuestionVisit.id)
    )
    return [{"questionIndex": row.question_index, "at": clock.iso(row.at)} for row in rows]


def describe_position(attempt: Attempt) -> dict[str, Any]:
    """The current question of an attempt and its neighbours (document 000's reply to `navigate`)."""
    paper = papers.compiled(attempt.paper_id)
    question = paper.order(attempt.seed)[attempt.current_question]
    answers = answers_of(attempt)
    answer = next((a for a in answers if a.question_id == question.id), None)
    shown = student_question(
        question, attempt.current_question + 1, attempt.seed, paper.settings["shuffleOptions"]
    )
    return {
        "currentQuestion": {
            **shown,
            "timeLimit": None,
            "previousAnswer": describe_answer(answer._mapping, paper) if answer else None,
        },
        "navigation": navigation_after(paper, attempt.seed, question.id),
        "progress": progress_of(attempt, answers),
    }


def heartbeat(
    student_id: uuid.UUID, attempt_id: uuid.UUID, now: datetime
) -> tuple[dict[str, Any], uuid.UUID | None]:
    """The state of an attempt in four fields, and its session's id: one indexed read, no writes.

    :raises NotFound: not the student's own.
    """
    row = db.session.execute(_HEAD, {"attempt": attempt_id}).one_or_none()
    if row is None or row.student_id != student_id:
        raise NotFound
    state = {
        "serverTime": clock.iso(now),
        "status": row.status.value,
        "expiresAt": clock.iso(row.deadline_at),
        "version": row.version,
    }
    return state, row.session_id
