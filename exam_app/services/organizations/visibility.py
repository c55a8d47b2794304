"""What one may see: admins all sessions and attempts, instructors their classes', proctors those assigned."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.sql.base import ExecutableOption

from exam_app.errors import Forbidden, NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, ExamSession, SchoolClass, SessionProctor, User
from exam_app.models.base import OrganizationOwned
from exam_app.rules.permissions import Role
from exam_app.services.organizations import visibility

_NO_SESSION = "There is no session with this address, or it is not yours."


def visible_sessions(user: User) -> ColumnElement[bool]:
    """The condition on `ExamSession` for what `user` may know of; organizations are kept apart besides."""
    own_organization = ExamSession.organization_id == user.organization_id
    return own_organization & _PARTS[user.role](user) & overseen(user, ExamSession)


def _assigned(user: User) -> ColumnElement[bool]:
    return exists().where(SessionProctor.session_id == ExamSession.id, SessionProctor.user_id == user.id)


def _taught(user: User) -> ColumnElement[bool]:
    teaches = exists().where(SchoolClass.id == ExamSession.class_id, SchoolClass.teacher_id == user.id)
    return or_(teaches, ExamSession.created_by == user.id, _assigned(user))


def _enrolled(user: User) -> ColumnElement[bool]:
    return exists().where(Enrolment.class_id == ExamSession.class_id, Enrolment.student_id == user.id)


_PARTS: dict[Role, Callable[[User], ColumnElement[bool]]] = {
    Role.ADMIN: lambda _user: true(),
    Role.INSTRUCTOR: _taught,
    Role.PROCTOR: _assigned,
    Role.STUDENT: _enrolled,
}


def overseen(user: User, model: type[OrganizationOwned]) -> ColumnElement[bool]:
    """Staff who are bound to a branch are not in charge of what people of other branches take part in: they
    would see some of them only, and hear of the others in the room."""
    if user.branch_id is None or user.role == Role.STUDENT:
        return true()
    return model.branch_id == user.branch_id


def session_for(user: User, session_id: uuid.UUID) -> ExamSession:
    """The session, if `user` may know of it.

    :raises NotFound: otherwise, whether it exists or not.
    """
    session = db.session.scalar(
        select(ExamSession).where(ExamSession.id == session_id, visible_sessions(user))
    )
    if session is None:
        raise NotFound(_NO_SESSION)
    return session


def check_session(user: User, session_id: uuid.UUID) -> None:
    """As `session_for`, for who reads the session later: nothing of it is kept until then."""
    if db.session.scalar(select(exists().where(ExamSession.id == session_id, visible_sessions(user)))):
        return
    raise NotFound(_NO_SESSION)


def visible_attempts(user: User) -> ColumnElement[bool]:
    """The condition on `Attempt` for what `user` may see: students their own, staff those of their
    sessions, and instructors and admins the self-paced ones of the organization besides."""
    own_organization = Attempt.organization_id == user.organization_id
    if user.role == Role.STUDENT:
        return own_organization & (Attempt.student_id == user.id)
    if user.role == Role.ADMIN and user.branch_id is None:
        return own_organization
    sessions = select(ExamSession.id).where(visible_sessions(user)).correlate(None)
    visible: ColumnElement[bool] = Attempt.session_id.in_(sessions)
    if user.role != Role.PROCTOR:
        visible = or_(visible, Attempt.session_id.is_(None))
    return own_organization & visible & overseen(user, Attempt)


def manages(user: User, session: ExamSession) -> bool:
    """Whether the session is the user's to plan and to decide on, and not only to watch."""
    own = (session.school_class.teacher_id, session.created_by)
    return user.role == Role.ADMIN or (user.role == Role.INSTRUCTOR and user.id in own)


def managed_session(user: User, session_id: uuid.UUID) -> ExamSession:
    """The session, if `user` may plan it and decide on it.

    :raises NotFound: `user` may not even know of it.
    :raises Forbidden: it is another teacher's, and `user` watches it.
    """
    session = session_for(user, session_id)
    if not manages(user, session):
        raise Forbidden("You watch this session. Its teacher, or an administrator, decides on this.")
    return session


def own_attempt(user: User, attempt_id: uuid.UUID) -> Attempt:
    """The student's own attempt, as only its student may work on it.

    :raises NotFound: anybody else's.
    """
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.student_id != user.id:
        raise NotFound
    return attempt


def attempt_for(user: User, attempt_id: uuid.UUID, *loading: ExecutableOption) -> Attempt:
    """The attempt, if it is the student's own or within what the staff member may watch; `loading` says what
    to read with it.

    :raises NotFound: otherwise.
    """
    attempt = db.session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, visibility.visible_attempts(user)).options(*loading)
    )
    if attempt is None:
        raise NotFound
    return attempt
