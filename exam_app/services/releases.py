"""Showing the results of a session to its students: by a person, or by the clock when everybody is graded."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update

from exam_app import after_commit, live
from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Release, User
from exam_app.rules.attempt_states import HANDED_IN, AttemptStatus, SessionStatus
from exam_app.services import activities, notifications


def release_results(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """Show the results of a session to its students, and tell them. A second time changes nothing. Commits.

    :raises Conflict: the session is not over, or grading is not done.
    """
    if session.status == SessionStatus.CANCELLED:
        raise Conflict("This session was cancelled, so it has no results.")
    if session.status != SessionStatus.COMPLETED:
        raise Conflict("The exam is still running. Release the results when it is over.")
    ungraded = db.session.scalar(
        select(func.count()).where(
            Attempt.session_id == session.id, Attempt.grading_needed, Attempt.status.in_(HANDED_IN)
        )
    )
    if ungraded:
        raise Conflict(f"{ungraded} attempts are not graded yet. Try again in a moment.")
    due = db.session.scalar(select(func.sum(Attempt.marking_due)).where(Attempt.session_id == session.id))
    if due:
        answers = "1 answer has" if due == 1 else f"{due} answers have"
        raise Conflict(f"{answers} to be marked by a person first.", {"markingDue": int(due)})
    _release(ExamSession.id == session.id, actor.id, now)
    db.session.commit()
    db.session.refresh(session)
    return session


def is_due() -> bool:
    """Whether the results of a session are to be released by the clock."""
    return db.session.scalar(select(ExamSession.id).where(_by_the_clock()).limit(1)) is not None


def release_due(now: datetime) -> int:
    """Release what is to be released by the clock: each session once, however many workers do it. Commits.

    :returns: how many sessions were released.
    """
    released = _release(_by_the_clock(), None, now)
    db.session.commit()
    return released


def _by_the_clock() -> ColumnElement[bool]:
    """Sessions that are over, in which nobody waits for a grade or for a person to mark an answer."""
    waits = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.status.in_(HANDED_IN),
        or_(Attempt.grading_needed, Attempt.status != AttemptStatus.GRADED),
    )
    return (
        (ExamSession.status == SessionStatus.COMPLETED)
        & (ExamSession.release == Release.AFTER_CLOSE)
        & ExamSession.results_released_at.is_(None)
        & ~waits
    )


def _release(which: ColumnElement[bool], actor_id: uuid.UUID | None, now: datetime) -> int:
    """One guarded UPDATE decides who releases; whoever comes second finds nothing."""
    released = db.session.execute(
        update(ExamSession)
        .where(which, ExamSession.results_released_at.is_(None))
        .values(results_released_at=now)
        .returning(ExamSession.id, ExamSession.organization_id)
        .execution_options(synchronize_session=False)
    ).all()
    for session in released:
        activities.record(
            "results_released", now, session.organization_id, session_id=session.id, actor_id=actor_id
        )
    seen = [session.id for session in released]
    graded = db.session.scalars(
        select(Attempt).where(Attempt.session_id.in_(seen), Attempt.status == AttemptStatus.GRADED)
    ).all()
    notifications.notify_released(list(graded), now)
    for attempt in graded:
        after_commit.run(live.attempt_event, "result_released", attempt.id, {})
    return len(released)
