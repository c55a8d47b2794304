"""Reminding teachers, once per session, of answers to be marked.

Due is a state and not an event: the session is over, automatic grading is done, and answers are left to mark.
Whichever came last, the end of the session or the grading, the clock finds it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update

from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession
from exam_app.rules.attempt_states import SUBMITTED_STATES, SessionStatus
from exam_app.services.notifications import notify


def is_due() -> bool:
    """Whether the teachers of a session are to be reminded."""
    return db.session.scalar(select(ExamSession.id).where(_needs_reminder()).limit(1)) is not None


def remind_due(now: datetime) -> int:
    """Notify the teachers of each session once, with any number of concurrent workers. Commits.

    :returns: the number of sessions.
    """
    won = db.session.scalars(
        update(ExamSession)
        .where(_needs_reminder())
        .values(marking_told_at=now)
        .returning(ExamSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    due = db.session.execute(
        select(ExamSession, func.sum(Attempt.marking_due))
        .join(Attempt, Attempt.session_id == ExamSession.id)
        .where(ExamSession.id.in_(won), Attempt.status.in_(SUBMITTED_STATES))
        .group_by(ExamSession.id)
    ).all()
    notify.notify_marking_due([(session, int(count)) for session, count in due], now)
    db.session.commit()
    return len(won)


def _needs_reminder() -> ColumnElement[bool]:
    to_mark = select(Attempt.session_id).where(Attempt.marking_due > 0, Attempt.status.in_(SUBMITTED_STATES))
    ungraded = exists().where(
        Attempt.session_id == ExamSession.id, Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES)
    )
    return (
        (ExamSession.status == SessionStatus.COMPLETED)
        & ExamSession.marking_told_at.is_(None)
        & ExamSession.id.in_(to_mark)
        & ~ungraded
    )
