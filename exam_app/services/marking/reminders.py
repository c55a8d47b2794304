"""Telling teachers, once for a session, that it has answers which a person has to mark.

Due is a state and not a moment: the session is over, everybody is graded as far as that goes by itself, and
something is left. Whether the end of the session or the last grading came first, the clock finds it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update

from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession
from exam_app.rules.attempt_states import HANDED_IN, SessionStatus
from exam_app.services.notifications import notify


def is_due() -> bool:
    """Whether teachers of a session are to be told."""
    return db.session.scalar(select(ExamSession.id).where(_needs_reminder()).limit(1)) is not None


def remind_due(now: datetime) -> int:
    """Tell the teachers of each session once, however many workers do it. Commits.

    :returns: for how many sessions.
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
        .where(ExamSession.id.in_(won), Attempt.status.in_(HANDED_IN))
        .group_by(ExamSession.id)
    ).all()
    notify.notify_marking_due([(session, int(count)) for session, count in due], now)
    db.session.commit()
    return len(won)


def _needs_reminder() -> ColumnElement[bool]:
    to_mark = select(Attempt.session_id).where(Attempt.marking_due > 0, Attempt.status.in_(HANDED_IN))
    ungraded = exists().where(
        Attempt.session_id == ExamSession.id, Attempt.grading_needed, Attempt.status.in_(HANDED_IN)
    )
    return (
        (ExamSession.status == SessionStatus.COMPLETED)
        & ExamSession.marking_told_at.is_(None)
        & ExamSession.id.in_(to_mark)
        & ~ungraded
    )
