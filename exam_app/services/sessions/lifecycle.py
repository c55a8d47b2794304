"""A session from its waiting room to its end: every transition is one guarded UPDATE, and of two concurrent
actors the second is refused."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from exam_app import clock
from exam_app.errors import InvalidTransition, NoStudentsConnected
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, Enrolment, ExamSession, Participant, User
from exam_app.realtime import emit, presence
from exam_app.realtime.shapes import SessionTimes
from exam_app.rules.attempt_states import SessionStatus, session_sources
from exam_app.services.activity import activities
from exam_app.services.attempts import closing, starting
from exam_app.services.authoring import papers
from exam_app.services.notifications import notify
from exam_app.services.sessions import sealed_papers


def open_waiting_room(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """:raises InvalidTransition: the session is no longer scheduled."""
    return _move(actor, session, SessionStatus.WAITING, now, {}, "session_waiting")


def start_session(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """Start the timer, and an attempt for every connected student. Students who join later get theirs on
    joining.

    :raises NoStudentsConnected: no student is connected.
    :raises InvalidTransition: the waiting room is not open.
    """
    connected = presence.here(session.id, now)
    if session.status == SessionStatus.WAITING and not connected:
        raise NoStudentsConnected
    ends_at = now + timedelta(minutes=papers.compiled(session.paper_id).duration_minutes)
    times = {"started_at": now, "ends_at": ends_at}
    waiting = [SessionStatus.WAITING]
    return _move(
        actor, session, SessionStatus.IN_PROGRESS, now, times, "session_started", list(connected), waiting
    )


def complete_session(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """End the session for everyone now: open attempts are submitted with their current answers.

    :raises InvalidTransition: it is not in progress.
    """
    over = {"completed_at": now, "paused_at": None}
    return _move(actor, session, SessionStatus.COMPLETED, now, over, "session_completed")


def cancel_session(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """:raises InvalidTransition: it has started, or is over."""
    return _move(actor, session, SessionStatus.CANCELLED, now, {"completed_at": now}, "session_cancelled")


def _move(
    actor: User,
    session: ExamSession,
    target: SessionStatus,
    now: datetime,
    values: dict[str, Any],
    event: str,
    student_ids: list[uuid.UUID] | None = None,
    states: list[SessionStatus] | None = None,
) -> ExamSession:
    """:param states: those from which this action is possible; None: from which the target can be reached."""
    moved = db.session.execute(
        update(ExamSession)
        .where(ExamSession.id == session.id, ExamSession.status.in_(states or session_sources(target)))
        .values(status=target, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount == 0:  # type: ignore[attr-defined]
        db.session.rollback()
        status = db.session.scalar(select(ExamSession.status).where(ExamSession.id == session.id))
        raise InvalidTransition(
            f"The session is {str(status).replace('_', ' ')}, so this is not possible. Reload the page.",
            {"status": status},
        )
    db.session.refresh(session)
    activities.record(event, now, session.organization_id, session_id=session.id, actor_id=actor.id)
    if student_ids:
        _start_for(session, student_ids, now)
    if target == SessionStatus.COMPLETED:
        closing.force_submit(Attempt.session_id == session.id, now, actor, "The exam was ended")
    times: SessionTimes = {
        "status": target.value,
        "startedAt": clock.iso(session.started_at),
        "expiresAt": clock.iso(session.ends_at),
    }
    key = sealed_papers.opening_key(session) if target == SessionStatus.IN_PROGRESS else None
    after_commit.run(emit.session_moved, event, session.id, times, key)
    if target == SessionStatus.IN_PROGRESS:
        notify.notify_started(session, now)
    db.session.commit()
    return session


def _start_for(session: ExamSession, student_ids: list[uuid.UUID], now: datetime) -> None:
    students = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.student_id == User.id)
        .where(Enrolment.class_id == session.class_id, User.id.in_(student_ids))
        .where(User.id.not_in(select(Attempt.student_id).where(Attempt.session_id == session.id)))
    ).all()
    places = db.session.scalars(
        select(Participant).where(
            Participant.session_id == session.id, Participant.student_id.in_([s.id for s in students])
        )
    ).all()
    starting.create_attempts(session.test_id, session.paper_id, session, list(students), now, places=places)
