"""Resetting an attempt: the old one is cancelled and a new one begins, in one transaction.

How it is safe beside concurrent changes to the attempt:

1. Lock the session for share, so that its end finds the new attempt; then lock the student's accommodation.
   The lock order is always session, student, attempt.
2. Lock the attempt and read its state: the first writer wins, and a second reset is refused.
3. Cancel it. A save that waited for the lock finds a state that takes no answers, and does nothing.
4. Begin the new attempt and grant it the time the old one was granted.
5. Copy the current answers through the change log: replaying the log gives the answers, as everywhere.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from exam_app.errors import Conflict, InvalidTransition
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import (
    AdjustmentKind,
    Answer,
    AnswerChange,
    Attempt,
    ChangeOutcome,
    ExamSession,
    Test,
    User,
)
from exam_app.realtime import deltas, emit, student_row
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, sources
from exam_app.rules.reasons import stated
from exam_app.services.activity import activities, audit
from exam_app.services.answers import reading
from exam_app.services.attempts import control, starting
from exam_app.services.authoring import papers
from exam_app.services.proctoring import help_requests
from exam_app.services.timing import effective_accommodations, ledger

_KIND = "attempt_reset"
_WITHOUT_PAUSES = frozenset({AdjustmentKind.EXTENSION, AdjustmentKind.OUTAGE_CREDIT})
_WITH_PAUSES = _WITHOUT_PAUSES | {AdjustmentKind.PAUSE, AdjustmentKind.REOPENING}


def reset(actor: User, attempt: Attempt, reason: str, preserve_answers: bool, now: datetime) -> Attempt:
    """Cancel an open attempt and begin another one on the same paper. Commits.

    In a session the new attempt keeps the extensions of the old one; under the global timer it counts from
    the session's start and keeps the pauses too, so that no time is lost or gained. A self-paced one starts
    anew. With `preserve_answers` the answers, the order of the questions and the position are kept.

    :returns: the new attempt.
    :raises InvalidTransition: the attempt is no longer open, or its session is over.
    :raises Conflict: the time of the session, or the window of the test, is over.
    :raises InvalidInput: no reason was given.
    """
    reason = stated(reason)
    session = _lock_session(attempt.session_id)
    effective_accommodations.lock_for_start([attempt.student_id])
    original = _lock_attempt(attempt.id)
    before = {"status": original.status.value, "attemptId": str(original.id)}
    original.status = AttemptStatus.CANCELLED
    original.closed_at = now
    original.cancel_reason = reason
    db.session.flush()
    help_requests.close_hands([original], now)
    try:
        successor = _begin(original, session, now)
    except IntegrityError:
        db.session.rollback()
        raise InvalidTransition from None
    if preserve_answers:
        successor.seed = original.seed
        successor.current_question = original.current_question
        successor.furthest_question = original.furthest_question
        _copy_answers(original, successor, now)
    after = {"status": AttemptStatus.CANCELLED.value, "attemptId": str(successor.id)}
    details = {"reason": reason, "newAttemptId": str(successor.id), "preserveAnswers": preserve_answers}
    (event_id,) = audit.record_changes([original], _KIND, now, actor.id, [(before, after)], **details)
    _publish_reset(original, successor, event_id, details, now)
    db.session.commit()
    return successor


def _lock_session(session_id: uuid.UUID | None) -> ExamSession | None:
    if session_id is None:
        return None
    session = db.session.scalar(
        select(ExamSession)
        .where(ExamSession.id == session_id)
        .with_for_update(read=True, of=ExamSession)
        .execution_options(populate_existing=True)
    )
    if session is None or session.status != SessionStatus.IN_PROGRESS:
        db.session.rollback()
        raise InvalidTransition("The session of this attempt is over, so the attempt cannot be reset.")
    return session


def _lock_attempt(attempt_id: uuid.UUID) -> Attempt:
    attempt = db.session.scalars(
        select(Attempt)
        .where(Attempt.id == attempt_id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).one()
    if attempt.status not in sources(AttemptStatus.CANCELLED):
        status = attempt.status.value
        db.session.rollback()
        raise InvalidTransition(
            f"The attempt is {status.replace('_', ' ')}, so it cannot be reset.", {"status": status}
        )
    return attempt


def _begin(original: Attempt, session: ExamSession | None, now: datetime) -> Attempt:
    student = db.session.get_one(User, original.student_id)
    window_end = None if session else db.session.get_one(Test, original.test_id).available_until
    (successor,) = starting.create_attempts(
        original.test_id, original.paper_id, session, [student], now, window_end
    )
    successor.reset_of = original.id
    if session is not None:
        kinds = _WITH_PAUSES if session.global_timer else _WITHOUT_PAUSES
        ledger.carry_over(original, successor, kinds, now)
        control.pause_with_session(session, successor, now)
    if successor.deadline_at <= now:
        db.session.rollback()
        raise Conflict("There is no time left for a new attempt. Extend the time first, then reset.")
    return successor


def _copy_answers(original: Attempt, successor: Attempt, now: datetime) -> None:
    """Copy the current answers as the first changes of the new attempt, in the order they were made."""
    order = func.row_number().over(order_by=Answer.version)
    shared = ("question_id", "response", "flagged", "time_spent", "typed_at", "device")
    copied = [getattr(Answer, name) for name in shared]
    current = select().where(Answer.attempt_id == original.id).select_from(Answer)
    change: list[tuple[str, Any]] = [
        ("attempt_id", literal(successor.id)),
        ("seq", order),
        ("change_id", func.gen_random_uuid()),
        ("base_version", literal(0)),
        ("arrived_at", literal(now)),
        ("outcome", literal(ChangeOutcome.APPLIED, AnswerChange.outcome.type)),
    ]
    answer: list[tuple[str, Any]] = [
        ("attempt_id", literal(successor.id)),
        ("version", order),
        ("id", func.gen_random_uuid()),
        ("saved_at", literal(now)),
        *((name, getattr(Answer, name)) for name in ("is_answered", "points", "is_correct")),
    ]
    for model, columns in ((AnswerChange, change), (Answer, answer)):
        rows = current.add_columns(*(value for _, value in columns), *copied)
        names = [name for name, _ in columns] + list(shared)
        db.session.execute(insert(model).from_select(names, rows))
    count = select(func.count()).where(Answer.attempt_id == successor.id).scalar_subquery()
    answered = select(func.count()).where(Answer.attempt_id == successor.id, Answer.is_answered)
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == successor.id)
        .values(version=count, answered_count=answered.scalar_subquery(), last_saved_at=now)
        .execution_options(synchronize_session=False)
    )
    db.session.flush()
    db.session.refresh(successor)


def _publish_reset(
    original: Attempt, successor: Attempt, event_id: int, details: dict[str, Any], now: datetime
) -> None:
    """Send the old page to the new attempt, and replace the row on the dashboard."""
    closed = (original.id, original.status, original.submitted_at, original.submission_method)
    after_commit.run(emit.attempt_closed, *closed, replacement=activities.describe_reset(details))
    if successor.session_id is None:
        return
    paper = papers.compiled(successor.paper_id)
    answered = {answer.question_id for answer in reading.answers_of(successor) if answer.is_answered}
    change = student_row.replaced(successor, answered, paper.questions)
    student = db.session.get_one(User, successor.student_id)
    event = activities.describe_event(
        event_id, _KIND, now, student.id, student.full_name, original.id, details
    )
    after_commit.run(deltas.student_changed, successor.session_id, student.id, change, event)
