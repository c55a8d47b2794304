"""Closing attempts: at the deadline, by the student, at the end of a session. Close first, then grade.

Closing is one guarded UPDATE that also sets `grading_needed`; the flag survives a crash before grading. Every
step is idempotent.
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

_END = func.least(ExamSession.ends_at, ExamSession.reopened_at)
"""When a session without open attempts ends; one that only continued for reopened attempts, at once."""


def next_deadline() -> datetime | None:
    """When the clock must wake up: the earliest deadline of a running attempt, or the end of a running
    session that has no open attempts."""
    attempt = select(func.min(Attempt.deadline_at)).where(Attempt.status == AttemptStatus.IN_PROGRESS)
    session = select(func.min(_END)).where(ExamSession.status == SessionStatus.IN_PROGRESS, _is_idle())
    moments = [m for m in (db.session.scalar(attempt), db.session.scalar(session)) if m is not None]
    db.session.rollback()
    return min(moments, default=None)


def _is_idle() -> ColumnElement[bool]:
    """The session has no open attempts and is not paused."""
    at_work = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.status.in_([AttemptStatus.IN_PROGRESS, AttemptStatus.PAUSED]),
    )
    return ExamSession.paused_at.is_(None) & ~at_work


@origin.without_client_ip()
def close_due(now: datetime) -> int:
    """Close every attempt whose deadline and grace have passed, and every session that has ended.

    The recorded end is the deadline, however late this runs. Concurrent workers share the work.

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
    """Submit open attempts with their current answers on behalf of staff; the caller commits. Returns those
    that were open."""
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
    """Submit the student's attempt; the caller commits. Returns False if the attempt is no longer open."""
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
    """The one UPDATE that ends attempts. Guarded on the row itself, so a concurrent second call closes
    nothing.

    It returns the students' names with the rows. It reads the users table directly, past the scope of the
    actor.
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
    """Resolve raised hands, and register the events of closed attempts and their log entries for after the
    commit."""
    if not rows:
        return
    help_requests.close_hands(rows, now)
    after_commit.run(_publish_closed, rows, logged, kind, now, details)


def _publish_closed(
    rows: list[Any], logged: list[int], kind: str, now: datetime, details: dict[str, Any]
) -> None:
    """Emit the events of all closed attempts as one signal: thousands may end at once, and must not be
    delayed beyond the commit."""
    for row, event_id in zip(rows, logged, strict=True):
        emit.attempt_closed(row.id, row.status, row.submitted_at, row.submission_method)
        if row.session_id is not None:
            event = activities.describe_event(
                event_id, kind, now, row.student_id, row.student_name, row.id, details
            )
            deltas.student_changed(row.session_id, row.student_id, student_row.closed(row), event)


def _complete_sessions(now: datetime) -> None:
    """Complete sessions whose common end and grace have passed and that have no open attempts."""
    over = now - timedelta(seconds=current_app.config["GRACE_SECONDS"])
    is_over = (ExamSession.status == SessionStatus.IN_PROGRESS) & (over >= _END) & _is_idle()
    # Lock first and look again in a second statement: an attempt may just be reopened under this lock.
    due = db.session.scalars(select(ExamSession.id).where(is_over).with_for_update(key_share=True)).all()
    rows = db.session.execute(
        update(ExamSession)
        .where(ExamSession.id.in_(due), is_over)
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
