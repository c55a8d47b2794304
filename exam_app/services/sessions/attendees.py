"""Everyone whom a session concerns."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, union

from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, ExamSession, Participant, User
from exam_app.models.user import BY_NAME
from exam_app.rules.attempt_states import AttemptStatus

Attendee = tuple[User, Participant | None, Attempt | None]


def attendees(session: ExamSession) -> list[Attendee]:
    """The students on the class list, and those who took part and are no longer on it, by name.

    Each with the row of having joined, and with the attempt that was not cancelled.
    """
    concerned = union(
        select(Enrolment.student_id).where(Enrolment.class_id == session.class_id),
        select(Participant.student_id).where(Participant.session_id == session.id),
        select(Attempt.student_id).where(_is_effective(session)),
    )
    joined = (Participant.session_id == session.id) & (Participant.student_id == User.id)
    rows = db.session.execute(
        select(User, Participant, Attempt)
        .outerjoin(Participant, joined)
        .outerjoin(Attempt, _is_effective(session) & (Attempt.student_id == User.id))
        .where(User.id.in_(concerned))
        .order_by(*BY_NAME)
    )
    return [(student, participant, attempt) for student, participant, attempt in rows]


def _is_effective(session: ExamSession) -> ColumnElement[bool]:
    return (Attempt.session_id == session.id) & (Attempt.status != AttemptStatus.CANCELLED)
