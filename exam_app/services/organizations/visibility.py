"""Access to sessions and attempts: administrators all, instructors their classes', proctors their assigned
ones."""

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

_NO_SESSION = "There is no session with this id, or it is not yours. Choose another one."


def visible_sessions(user: User) -> ColumnElement[bool]:
    """The condition on `ExamSession` for what `user` may see; the organization is checked in addition."""
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
    """Staff bound to a branch do not oversee what users of other branches take part in: they would see only
    some of them, and get events about the others."""
    if user.branch_id is None or user.role == Role.STUDENT:
        return true()
    return model.branch_id == user.branch_id


def session_for(user: User, session_id: uuid.UUID) -> ExamSession:
    """The session, if `user` may see it.

    :raises NotFound: otherwise, whether it exists or not.
    """
    session = db.session.scalar(
        select(ExamSession).where(ExamSession.id == session_id, visible_sessions(user))
    )
    if session is None:
        raise NotFound(_NO_SESSION)
    return session


def check_session(user: User, session_id: uuid.UUID) -> None:
    """As `session_for`, for callers that read the session later: nothing is loaded."""
    if db.session.scalar(select(exists().where(ExamSession.id == session_id, visible_sessions(user)))):
        return
    raise NotFound(_NO_SESSION)


def visible_attempts(user: User) -> ColumnElement[bool]:
    """The condition on `Attempt` for what `user` may see: students their own, staff those of their sessions,
    and instructors and administrators also the self-paced ones of the organization."""
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
    """Whether `user` may plan and manage the session, and not only proctor it."""
    own = (session.school_class.teacher_id, session.created_by)
    return user.role == Role.ADMIN or (user.role == Role.INSTRUCTOR and user.id in own)


def managed_session(user: User, session_id: uuid.UUID) -> ExamSession:
    """The session, if `user` may plan and manage it.

    :raises NotFound: `user` may not see it.
    :raises Forbidden: it is another teacher's, and `user` is only a proctor.
    """
    session = session_for(user, session_id)
    if not manages(user, session):
        raise Forbidden("You are only a proctor of this session. Ask its teacher or an administrator.")
    return session


def own_attempt(user: User, attempt_id: uuid.UUID) -> Attempt:
    """The student's own attempt; only its student may work on it.

    :raises NotFound: not the student's own attempt.
    """
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is None or attempt.student_id != user.id:
        raise NotFound
    return attempt


def attempt_for(user: User, attempt_id: uuid.UUID, *loading: ExecutableOption) -> Attempt:
    """The attempt, if it is the student's own or visible to the staff member; `loading` has ORM loader
    options.

    :raises NotFound: otherwise.
    """
    attempt = db.session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, visibility.visible_attempts(user)).options(*loading)
    )
    if attempt is None:
        raise NotFound
    return attempt
