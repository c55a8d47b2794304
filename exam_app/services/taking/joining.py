"""Joining a session: the waiting room, the exam, late, or again."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from exam_app.errors import SessionNotJoinable
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, ExamSession, Participant, User
from exam_app.realtime import deltas
from exam_app.rules.attempt_states import JOINABLE, AttemptStatus, SessionStatus
from exam_app.services.activity import activities
from exam_app.services.attempts import starting
from exam_app.services.organizations.visibility import session_for
from exam_app.services.sessions import proctor_actions


def join_session(student: User, session_id: uuid.UUID, now: datetime) -> tuple[ExamSession, Attempt | None]:
    """Join a session, or rejoin it. In a running session a student without an attempt gets one here: the
    attempt whose encrypted paper may be on their device.

    Two concurrent devices get the same attempt: it is created under the lock of the participant row.

    :raises NotFound: not on the class's list.
    :raises SessionNotJoinable: not open yet, cancelled, or over without the student.
    """
    session = session_for(student, session_id)
    # A cancelled attempt is final for the student, unless it was reset.
    own = (
        select(Attempt)
        .where(Attempt.session_id == session.id, Attempt.student_id == student.id)
        .order_by(Attempt.status == AttemptStatus.CANCELLED, Attempt.number.desc())
        .limit(1)
    )
    attempt = db.session.scalar(own)
    if attempt is None and session.status not in JOINABLE:
        raise SessionNotJoinable(details={"status": session.status.value})
    if attempt is None and session.reopened_at is not None:
        raise SessionNotJoinable(
            "The exam is over and continues only for reopened attempts. Ask your teacher what happens next.",
            {"status": session.status.value},
        )
    is_new = db.session.get(Participant, (session.id, student.id)) is None
    begins = attempt is None and session.status == SessionStatus.IN_PROGRESS
    if is_new:
        _add_participant(session, student, now)
    if begins:
        place = db.session.scalars(
            select(Participant)
            .where(Participant.session_id == session.id, Participant.student_id == student.id)
            .with_for_update()
        ).one()
        attempt = db.session.scalar(own)
        if attempt is None:
            _lock_running(session)
            (attempt,) = starting.create_attempts(
                session.test_id, session.paper_id, session, [student], now, places=[place]
            )
            proctor_actions.begin_late(session, attempt, now)
            if attempt.deadline_at <= (attempt.paused_at or now):
                db.session.rollback()
                raise SessionNotJoinable(
                    "The time of this exam is over. Ask your teacher what happens next.",
                    {"status": "in_progress"},
                )
    # Rejoining changes nothing; without a commit, the rows that were read stay loaded.
    if is_new or begins:
        db.session.commit()
    return session, attempt


def _lock_running(session: ExamSession) -> None:
    """Keep the session from ending or being paused until the caller commits: both find every attempt."""
    db.session.refresh(session, with_for_update={"read": True, "of": ExamSession})
    if session.status != SessionStatus.IN_PROGRESS:
        status = session.status.value
        db.session.rollback()
        raise SessionNotJoinable("The exam has ended. You cannot join it any more.", {"status": status})


def start_in_session(student: User, session_id: uuid.UUID, now: datetime) -> Attempt:
    """The student's attempt in a running session, created if there is none yet.

    :raises SessionNotJoinable: the session has not started, or is over, or the attempt was cancelled.
    """
    session, attempt = join_session(student, session_id, now)
    if attempt is None:
        raise SessionNotJoinable(
            "The exam has not started yet. Wait in the waiting room.", {"status": session.status.value}
        )
    if attempt.status == AttemptStatus.CANCELLED:
        raise SessionNotJoinable("Your attempt was cancelled. Ask your teacher what happens next.")
    return attempt


def _add_participant(session: ExamSession, student: User, now: datetime) -> None:
    row = {"session_id": session.id, "student_id": student.id, "joined_at": now}
    added = db.session.execute(insert(Participant).values(row).on_conflict_do_nothing())
    if added.rowcount:  # type: ignore[attr-defined]
        activity = activities.record(
            "student_joined",
            now,
            session.organization_id,
            session_id=session.id,
            student_id=student.id,
            actor_id=student.id,
        )
        event = activities.describe(activity, student.full_name)
        after_commit.run(deltas.student_changed, session.id, student.id, {}, event)
