"""Planning a session, and changing the plan until its waiting room opens."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from exam_app import clock
from exam_app.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import ExamSession, Feedback, Release, SchoolClass, SessionProctor, Test, User
from exam_app.models.user import BY_NAME
from exam_app.realtime import emit
from exam_app.rules.attempt_states import SessionStatus
from exam_app.rules.branches import serves
from exam_app.rules.direction import isolated
from exam_app.rules.names import text_key
from exam_app.rules.permissions import STAFF, Role
from exam_app.services.activity import audit
from exam_app.services.authoring import papers
from exam_app.services.organizations import branches
from exam_app.services.organizations.classes import may_run

_ASK = "If you should be one, ask the teacher of the class to add you."


def create_session(
    actor: User,
    class_id: uuid.UUID,
    test_id: int,
    title: str,
    scheduled_at: datetime,
    global_timer: bool = True,
    proctor_ids: list[uuid.UUID] | None = None,
) -> ExamSession:
    """Plan a session with the test's current paper. Commits.

    :raises NotFound: class or test.
    :raises Conflict: the test is not published, deactivated or of another branch, or the class is archived.
    :raises InvalidInput: a proctor is not a staff member, or would not see all students.
    """
    test = db.session.get(Test, test_id)
    # Locked, so that the class cannot be archived before this session exists.
    school_class = db.session.scalar(
        select(SchoolClass)
        .where(SchoolClass.id == class_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    if school_class is None or test is None or not may_run(actor, school_class):
        raise NotFound("The class or the test does not exist, or is not yours. Choose another one.")
    if school_class.archived_at is not None:
        raise Conflict("This class is archived. Choose another one.")
    if not serves(test.branch_id, school_class.branch_id):
        raise Conflict("This test belongs to another branch than the class. Choose another test.")
    if not test.is_active:
        raise Conflict("This test is not active. Activate it, then plan the session.")
    if test.current_paper_id is None:
        raise Conflict("This test is not published yet. Publish it, then plan the session.")
    session = ExamSession(
        organization_id=actor.organization_id,
        class_id=class_id,
        test_id=test_id,
        paper_id=test.current_paper_id,
        title=title.strip() or test.title,
        scheduled_at=scheduled_at,
        global_timer=global_timer,
        release=_release_of(test),
        created_by=actor.id,
    )
    db.session.add(session)
    db.session.flush()
    _assign(session, proctor_ids or [])
    db.session.commit()
    return session


def _release_of(test: Test) -> Release:
    """Results need no release if the students see them anyway, or never."""
    return test.release if test.feedback == Feedback.AFTER_RELEASE else Release.BY_HAND


def change_session(actor: User, session: ExamSession, now: datetime, **plan: Any) -> ExamSession:
    """Change what is in `plan`: `title` (blank: the test's), `scheduled_at`, `global_timer`, `proctor_ids`.
    Commits.

    :raises InvalidTransition: the waiting room has been opened.
    :raises InvalidInput: a proctor is not a staff member.
    """
    # Locked, so that the waiting room does not open while the plan is being changed.
    query = select(ExamSession).where(ExamSession.id == session.id)
    session = db.session.scalars(
        query.with_for_update(of=ExamSession).execution_options(populate_existing=True)
    ).one()
    check_open_plan(session)
    before = _describe_plan(session)
    if "title" in plan:
        session.title = plan["title"].strip() or papers.compiled(session.paper_id).title
    session.scheduled_at = plan.get("scheduled_at", session.scheduled_at)
    session.global_timer = plan.get("global_timer", session.global_timer)
    if "proctor_ids" in plan:
        assigned = {proctor.id for proctor in proctors_of(session)}
        db.session.execute(delete(SessionProctor).where(SessionProctor.session_id == session.id))
        _assign(session, plan["proctor_ids"])
        for proctor_id in assigned - set(plan["proctor_ids"]):
            message = f"You are no longer a proctor of {isolated(session.title)}. {_ASK}"
            after_commit.run(emit.access_changed, proctor_id, message)
    after = _describe_plan(session)
    if after != before:
        audit.record_change("session_changed", now, actor, before, after, session_id=session.id)
    db.session.commit()
    return session


def check_open_plan(session: ExamSession) -> None:
    """:raises InvalidTransition: the waiting room has been opened."""
    if session.status != SessionStatus.SCHEDULED:
        status = session.status.value
        db.session.rollback()
        raise InvalidTransition(
            "The session can be changed only before the waiting room is open.", {"status": status}
        )


def proctors_of(session: ExamSession) -> Sequence[User]:
    """The proctors of a session, by name."""
    return db.session.scalars(
        select(User)
        .join(SessionProctor, SessionProctor.user_id == User.id)
        .where(SessionProctor.session_id == session.id)
        .order_by(*BY_NAME)
    ).all()


def plannable_tests() -> list[dict[str, Any]]:
    """The tests that a session can be planned with, by title: `{testId, title}`."""
    published = select(Test.id, Test.title).where(Test.is_active, Test.current_paper_id.is_not(None))
    rows = sorted(db.session.execute(published.order_by(Test.id)), key=lambda row: text_key(row.title))
    return [{"testId": test_id, "title": title} for test_id, title in rows]


def possible_proctors(actor: User, teacher_id: uuid.UUID) -> Sequence[User]:
    """The staff who can be proctors of this teacher's sessions, by name; administrators have access
    anyway."""
    proctor_roles = (Role.PROCTOR, Role.INSTRUCTOR)
    return db.session.scalars(
        select(User)
        .where(User.organization_id == actor.organization_id, User.role.in_(proctor_roles), User.is_active)
        .where(User.id != teacher_id)
        .order_by(*BY_NAME)
    ).all()


def _assign(session: ExamSession, proctor_ids: list[uuid.UUID]) -> None:
    people = branches.lock_users(proctor_ids)
    for proctor_id in dict.fromkeys(proctor_ids):
        if wrong := _reason_against(people.get(proctor_id), session):
            db.session.rollback()
            raise InvalidInput(details={"proctorIds": [f"{proctor_id} {wrong}."]})
        db.session.add(SessionProctor(session_id=session.id, user_id=proctor_id))
    db.session.flush()


def _reason_against(person: User | None, session: ExamSession) -> str | None:
    """Why a user cannot be a proctor of a session, or None."""
    if person is None or person.role not in STAFF or person.organization_id != session.organization_id:
        return "is not a staff member"
    if not serves(person.branch_id, session.branch_id):
        return "is bound to another branch than the session and would not see all of its students"
    return None


def _describe_plan(session: ExamSession) -> dict[str, Any]:
    return {
        "title": session.title,
        "scheduledAt": clock.iso(session.scheduled_at),
        "globalTimer": session.global_timer,
        "proctors": [proctor.full_name for proctor in proctors_of(session)],
    }
