"""Closing attempts: by the deadline, by the student, by the end of a session. Close first, then grade.

Closing is one guarded UPDATE that also sets `grading_needed`; the mark outlives a crash before grading.
Whatever runs twice finds nothing the second time.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, exists, func, select, update

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit, metrics, origin, queues
from exam_app.models import Activity, Attempt, ExamSession, User
from exam_app.realtime import deltas, emit, student_row
from exam_app.realtime.shapes import SessionTimes
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod, sources
from exam_app.services.activity import activities, audit
from exam_app.services.proctoring import help_requests

CHUNK = 2000


def next_deadline() -> datetime | None:
    """When the clock must wake up: the earliest deadline of a running attempt, or the end of a running
    session in which nobody is at work any more."""
    attempt = select(func.min(Attempt.deadline_at)).where(Attempt.status == AttemptStatus.IN_PROGRESS)
    session = select(func.min(ExamSession.ends_at)).where(
        ExamSession.status == SessionStatus.IN_PROGRESS, _is_idle()
    )
    moments = [m for m in (db.session.scalar(attempt), db.session.scalar(session)) if m is not None]
    db.session.rollback()
    return min(moments, default=None)


def _is_idle() -> ColumnElement[bool]:
    """Nobody is at work in a session, and it does not wait for the end of a pause."""
    at_work = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.status.in_([AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED]),
    )
    return ExamSession.paused_at.is_(None) & ~at_work


@origin.by_the_clock()
def close_due(now: datetime) -> int:
    """Close every attempt whose deadline and grace have passed, and every session that is through.

    The recorded end is the deadline, however late this runs. Two workers at once share the work.

    :returns: how many attempts were closed.
    """
    closed = 0
    while count := _close_chunk(now):
        closed += count
    _complete_sessions(now)
    return closed


def _close_chunk(now: datetime) -> int:
    grace = timedelta(seconds=current_app.config["GRACE_SECONDS"])
    over = now - grace
    due = (
        select(Attempt.id)
        .where(Attempt.status == AttemptStatus.IN_PROGRESS, Attempt.deadline_at <= over)
        .order_by(Attempt.deadline_at)
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    )
    rows = _close(due, AttemptStatus.EXPIRED, SubmissionMethod.AUTOMATIC, now, Attempt.deadline_at)
    _record_and_publish(
        rows, activities.record_all(rows, "attempt_expired", now, None), "attempt_expired", now
    )
    if rows:
        after_commit.run(queues.enqueue_grading)
        after_commit.run(
            _record_closing_delay, [(row.organization_id, row.deadline_at + grace) for row in rows]
        )
    db.session.commit()
    return len(rows)


def _record_closing_delay(closed: list[tuple[int, datetime]]) -> None:
    now = clock.now()
    for organization_id, due_at in closed:
        metrics.attempt_closed(organization_id, (now - due_at).total_seconds())


def force_submit(which: ColumnElement[bool], now: datetime, actor: User, reason: str) -> list[Any]:
    """A person ends open attempts, as they stand; the caller commits. Returns those that were open."""
    locked = db.session.execute(
        select(Attempt.id, Attempt.status, Attempt.deadline_at)
        .where(which, Attempt.status.in_(sources(AttemptStatus.SUBMITTED)))
        .order_by(Attempt.id)
        .with_for_update()
    )
    before = {row.id: audit.state_of(row) for row in locked}
    ended_at = func.least(now, Attempt.deadline_at)
    rows = _close(list(before), AttemptStatus.SUBMITTED, SubmissionMethod.FORCED, now, ended_at)
    changes = [(before[row.id], audit.state_of(row)) for row in rows]
    logged = audit.record_changes(rows, "attempt_submitted", now, actor.id, changes, reason=reason)
    _record_and_publish(rows, logged, "attempt_submitted", now, reason=reason)
    if rows:
        after_commit.run(queues.enqueue_grading)
    return rows


def submit(attempt_id: uuid.UUID, now: datetime) -> bool:
    """The student hands in; the caller commits. False if the attempt is not open any more."""
    own = select(Attempt.id).where(Attempt.id == attempt_id, Attempt.status == AttemptStatus.IN_PROGRESS)
    ended_at = func.least(now, Attempt.deadline_at)
    rows = _close(own, AttemptStatus.SUBMITTED, SubmissionMethod.MANUAL, now, ended_at)
    _record_and_publish(
        rows, activities.record_all(rows, "attempt_submitted", now, None), "attempt_submitted", now
    )
    return bool(rows)


def _close(
    which: Any, status: AttemptStatus, method: SubmissionMethod, now: datetime, ended_at: Any
) -> list[Any]:
    """The one UPDATE that ends attempts. Guarded again on the row itself: who comes second gets nothing.

    It brings the names of the students along. Their table is asked, past the limits of who ends the attempts.
    """
    student = User.__table__.c
    result = db.session.execute(
        update(Attempt)
        .where(Attempt.id.in_(which), Attempt.status.in_([AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED]))
        .where(student.id == Attempt.student_id)
        .values(
            status=status,
            submission_method=method,
            submitted_at=ended_at,
            closed_at=now,
            grading_needed=True,
        )
        .returning(
            Attempt.id,
            Attempt.organization_id,
            Attempt.session_id,
            Attempt.student_id,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Attempt.status,
            Attempt.submission_method,
            func.trim(student.first_name + " " + student.last_name).label("student_name"),
        )
        .execution_options(synchronize_session=False)
    )
    return list(result.all())


def _record_and_publish(rows: list[Any], logged: list[int], kind: str, now: datetime, **details: Any) -> None:
    """What follows the commit, for closed attempts and their entries in the log."""
    if not rows:
        return
    help_requests.close_hands(rows, now)
    after_commit.run(_publish_closed, rows, logged, kind, now, details)


def _publish_closed(
    rows: list[Any], logged: list[int], kind: str, now: datetime, details: dict[str, Any]
) -> None:
    """The events of all: one signal, since thousands may end at once and nobody waits for them longer than
    for the commit."""
    for row, event_id in zip(rows, logged, strict=True):
        emit.attempt_closed(row.id, row.status, row.submitted_at, row.submission_method)
        if row.session_id is not None:
            event = activities.describe_event(
                event_id, kind, now, row.student_id, row.student_name, row.id, details
            )
            deltas.student_changed(row.session_id, row.student_id, student_row.closed(row), event)


def _complete_sessions(now: datetime) -> None:
    """Sessions whose common end and grace have passed, and in which nobody is at work any more."""
    over = now - timedelta(seconds=current_app.config["GRACE_SECONDS"])
    rows = db.session.execute(
        update(ExamSession)
        .where(
            ExamSession.status == SessionStatus.IN_PROGRESS,
            ExamSession.ends_at <= over,
            _is_idle(),
        )
        .values(status=SessionStatus.COMPLETED, completed_at=now)
        .returning(ExamSession.id, ExamSession.organization_id, ExamSession.started_at, ExamSession.ends_at)
        .execution_options(synchronize_session=False)
    ).all()
    for row in rows:
        db.session.add(
            Activity(
                type="session_completed",
                at=now,
                organization_id=row.organization_id,
                session_id=row.id,
                details={},
            )
        )
        times: SessionTimes = {
            "startedAt": clock.iso(row.started_at),
            "expiresAt": clock.iso(row.ends_at),
            "status": SessionStatus.COMPLETED.value,
        }
        after_commit.run(emit.session_moved, "session_completed", row.id, times)
    db.session.commit()
