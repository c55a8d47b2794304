"""Branches, and the users bound to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError

from exam_app.errors import Conflict, Forbidden, NotFound
from exam_app.extensions import db
from exam_app.models import (
    Attempt,
    Base,
    Branch,
    Enrolment,
    ExamSession,
    Message,
    Participant,
    SchoolClass,
    SessionProctor,
    User,
)
from exam_app.models.base import OrganizationOwned
from exam_app.rules.attempt_states import SessionStatus
from exam_app.rules.direction import isolated
from exam_app.rules.names import text_key


def listing() -> list[Branch]:
    """All branches that the caller may see, by name."""
    return sorted(db.session.scalars(select(Branch)), key=lambda branch: text_key(branch.name))


def branch_for(branch_id: int) -> Branch:
    """:raises NotFound: no such branch, or one that the caller is not of."""
    branch = db.session.get(Branch, branch_id)
    if branch is None:
        raise NotFound("There is no branch with this id. Choose another one.")
    return branch


def create(actor: User, name: str) -> Branch:
    """Commits.

    :raises Forbidden: the actor is bound to a branch.
    :raises Conflict: the name is taken.
    """
    if actor.branch_id is not None:
        raise Forbidden("You are bound to a branch. Ask an administrator of the whole organization.")
    branch = Branch(organization_id=actor.organization_id)
    db.session.add(branch)
    return rename(branch, name)


def rename(branch: Branch, name: str) -> Branch:
    """Commits.

    :raises Conflict: the name is taken.
    """
    branch.name = name.strip()
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Conflict(
            f"There is already a branch with the name {name.strip()}. Choose another name."
        ) from None
    return branch


def delete(branch: Branch) -> None:
    """Commits.

    :raises Conflict: something belongs to it; the foreign keys decide.
    """
    db.session.delete(branch)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Conflict(
            "People, classes, courses or exams belong to this branch, so it stays. You can rename it."
        ) from None


def lock_users(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, User]:
    """These users, locked in their branches until the caller commits.

    Whatever ties a user to a branch (a class list, teaching, proctoring) locks them first, so that `move`
    either sees the tie or comes before it. Users that the caller cannot see are left out.
    """
    query = select(User).where(User.id.in_(user_ids)).order_by(User.id)
    users = db.session.scalars(
        query.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
    )
    return {user.id: user for user in users}


def move(actor: User, user: User, branch_id: int | None) -> None:
    """Bind `person` to a branch, or to none; the caller commits. Their records move with them.

    :raises NotFound: no such branch.
    :raises Forbidden: the actor is bound to a branch.
    :raises Conflict: the actor themselves, or something ties the person to another branch: the message says
        what.
    """
    if branch_id == user.branch_id:
        return
    if actor.branch_id is not None:
        raise Forbidden("You are bound to a branch. Ask an administrator of the whole organization.")
    if actor.id == user.id:
        raise Conflict("You cannot bind yourself to a branch. Ask another administrator.")
    if branch_id is not None:
        branch_for(branch_id)
    db.session.refresh(user, with_for_update=True)
    if branch_id is not None:
        _check_ties(user, branch_id)
        _take_along(user, branch_id)
    user.branch_id = branch_id


def _check_ties(user: User, branch_id: int) -> None:
    """No user loses sight of a class or a session they are in charge of, nor of an exam they took."""
    for tie, remedy in _ties(user, branch_id):
        if db.session.scalar(select(tie)):
            db.session.rollback()
            raise Conflict(f"{remedy} Or let them be of the whole organization (branchId: null).")


def _ties(user: User, branch_id: int) -> list[tuple[ColumnElement[bool], str]]:
    """What ties a person to another branch, and what to do about it."""
    name = isolated(user.full_name)
    is_over = ExamSession.status.in_([SessionStatus.COMPLETED, SessionStatus.CANCELLED])
    enrolled = select(Enrolment).join(SchoolClass, SchoolClass.id == Enrolment.class_id)
    joined = select(Participant).join(ExamSession, ExamSession.id == Participant.session_id)
    proctored = select(SessionProctor).join(ExamSession, ExamSession.id == SessionProctor.session_id)
    return [
        (
            enrolled.where(Enrolment.student_id == user.id, _elsewhere(SchoolClass, branch_id)).exists(),
            f"{name} is in a class of another branch. Take them off its list first.",
        ),
        (
            select(SchoolClass)
            .where(SchoolClass.teacher_id == user.id, SchoolClass.branch_id.is_distinct_from(branch_id))
            .exists(),
            f"{name} teaches a class that is not of this branch. Give it to another teacher first.",
        ),
        (
            proctored.where(
                SessionProctor.user_id == user.id,
                ~is_over,
                ExamSession.branch_id.is_distinct_from(branch_id),
            ).exists(),
            f"{name} is a proctor of a session that is not of this branch. Assign another proctor first.",
        ),
        (
            or_(
                select(Attempt).where(Attempt.student_id == user.id, _elsewhere(Attempt, branch_id)).exists(),
                joined.where(Participant.student_id == user.id, _elsewhere(ExamSession, branch_id)).exists(),
                select(Message).where(Message.sender_id == user.id, _elsewhere(Message, branch_id)).exists(),
            ),
            f"{name} has taken or proctored exams in another branch. Open a new account for this one.",
        ),
    ]


def _elsewhere(model: type[OrganizationOwned], branch_id: int) -> ColumnElement[bool]:
    return model.branch_id.is_not(None) & (model.branch_id != branch_id)


def _take_along(user: User, branch_id: int) -> None:
    """Move a student's records of the whole organization to their branch."""
    for mapper in Base.registry.mappers:
        model: Any = mapper.class_
        if issubclass(model, OrganizationOwned) and "student_id" in mapper.columns:
            db.session.execute(
                update(model)
                .where(model.student_id == user.id, model.branch_id.is_(None))
                .values(branch_id=branch_id)
                .execution_options(synchronize_session=False)
            )


def describe(branch: Branch) -> dict[str, object]:
    return {"branchId": branch.id, "name": branch.name}
