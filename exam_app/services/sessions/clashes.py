"""Sessions that overlap for a student: a warning for whoever plans, not a refusal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Enrolment, ExamSession, User
from exam_app.models.user import BY_NAME
from exam_app.rules.attempt_states import SessionStatus
from exam_app.services.authoring import papers

_TO_COME = (SessionStatus.SCHEDULED, SessionStatus.WAITING, SessionStatus.IN_PROGRESS)
_LONGEST = timedelta(days=7)


def clashes_of(session: ExamSession) -> list[dict[str, Any]]:
    """The other sessions at whose time students of this one have an exam, the earliest first, by the planned
    time and the time limit; accommodations are not counted.

    :returns: `[{sessionId, title, className, scheduledAt, students: [name]}]`, empty when this one is over.
    """
    if session.status not in _TO_COME:
        return []
    begin, end = _span(session)
    own, other = aliased(Enrolment), aliased(Enrolment)
    rows = db.session.execute(
        select(ExamSession, User)
        .join(other, other.class_id == ExamSession.class_id)
        .join(own, own.student_id == other.student_id)
        .join(User, User.id == other.student_id)
        .where(own.class_id == session.class_id, ExamSession.id != session.id)
        .where(ExamSession.status.in_(_TO_COME))
        .where(ExamSession.scheduled_at < end, ExamSession.scheduled_at > begin - _LONGEST)
        .order_by(ExamSession.scheduled_at, ExamSession.id, *BY_NAME)
    ).all()
    students: dict[ExamSession, list[str]] = {}
    for found, student in rows:
        if _span(found)[1] > begin:
            students.setdefault(found, []).append(student.full_name)
    return [
        {
            "sessionId": str(found.id),
            "title": found.title,
            "className": found.school_class.name,
            "scheduledAt": clock.iso(found.scheduled_at),
            "students": names,
        }
        for found, names in students.items()
    ]


def _span(session: ExamSession) -> tuple[datetime, datetime]:
    begin = session.started_at or session.scheduled_at
    return begin, begin + timedelta(minutes=papers.compiled(session.paper_id).duration_minutes)
