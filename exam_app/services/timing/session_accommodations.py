"""The effective extra time in one session, for its page: how much, why, and by whom."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import or_, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Activity, Enrolment, ExamSession, User
from exam_app.rules.permissions import Role
from exam_app.services.timing import accommodations


def may_accommodate(user: User, session: ExamSession) -> bool:
    """Whether `user` may set accommodations for all students of the session's class."""
    return user.role == Role.ADMIN or session.school_class.teacher_id == user.id


def effective_in(session: ExamSession) -> dict[str, dict[str, Any]]:
    """The effective accommodation of each student on the class list, by student id: as
    `accommodations.accommodation_in`, with `setBy` and `setAt`, which are None if none was set. The number of
    queries is fixed."""
    enrolled = select(User).join(Enrolment, Enrolment.student_id == User.id)
    students = db.session.scalars(enrolled.where(Enrolment.class_id == session.class_id)).all()
    set_by = _latest(session, [student.id for student in students])
    shown = {}
    for student, effective in zip(students, accommodations.accommodations_in(session, students), strict=True):
        by, at = set_by.get((student.id, effective["source"]), (None, None))
        shown[str(student.id)] = {**effective, "setBy": by, "setAt": at}
    return shown


def _latest(
    session: ExamSession, student_ids: list[uuid.UUID]
) -> dict[tuple[uuid.UUID | None, str], tuple[str, str | None]]:
    """Who set the accommodations last, and when, by student and `session` or `standing`."""
    rows = db.session.execute(
        select(Activity.student_id, Activity.session_id, Activity.at, User)
        .join(User, User.id == Activity.actor_id)
        .where(
            Activity.type == "accommodation_set",
            Activity.student_id.in_(student_ids),
            or_(Activity.session_id == session.id, Activity.session_id.is_(None)),
        )
        .order_by(Activity.id)
    )
    return {
        (student_id, "session" if session_id else "standing"): (actor.full_name, clock.iso(at))
        for student_id, session_id, at, actor in rows
    }
