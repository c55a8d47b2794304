"""The users of an organization, as managed by its administrators."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select

from exam_app import clock
from exam_app.errors import Conflict, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import User
from exam_app.models.user import BY_NAME
from exam_app.realtime import emit
from exam_app.rules.permissions import Role
from exam_app.services.organizations import accounts, branches, passwords

_CHANGED = "An administrator has changed your access. Reload the page."
_CLOSED = "Your account was closed. If this is a mistake, ask an administrator of your school."


def add(
    actor: User,
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    role: Role,
    branch_id: int | None = None,
) -> User:
    """A new user in the actor's organization, bound to a branch if one is named or the actor is. Commits.

    :raises Conflict: the email is taken.
    :raises NotFound: no such branch.
    """
    if branch_id is not None:
        branches.branch_for(branch_id)
    password_hash = passwords.hash_password(password)
    user = accounts.create_user(
        actor.organization_id, email, password_hash, first_name, last_name, role, branch_id
    )
    db.session.commit()
    return user


def listing(role: Role | None, page: int, limit: int) -> tuple[list[User], int]:
    """One page of the organization's users by name, and their total number."""
    query = select(User) if role is None else select(User).where(User.role == role)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(*BY_NAME)
    return list(db.session.scalars(ordered.limit(limit).offset((page - 1) * limit))), total


def user_for(user_id: uuid.UUID) -> User:
    """:raises NotFound: no user with this id in the organization."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound("There is no user with this id. Check the id.")
    return user


def change(actor: User, user: User, fields: dict[str, Any]) -> User:
    """Change names, role, password, the branch, or whether the account is active. Commits.

    :raises Conflict: administrators cannot close their own account or give up their own role; or what
        `branches.move` refuses.
    """
    if user.id == actor.id and (
        fields.get("is_active") is False or fields.get("role", user.role) != user.role
    ):
        raise Conflict(
            "You cannot close your own account or change your own role. Ask another administrator."
        )
    branch_id = user.branch_id
    if "branch_id" in fields:
        branches.move(actor, user, fields.pop("branch_id"))
    if "password" in fields:
        user.password_hash = passwords.hash_password(fields.pop("password"))
    before = (user.role, user.is_active, branch_id)
    names = {name: fields.pop(name) for name in ("first_name", "last_name") if name in fields}
    names = {name: accounts.clean_name(value) for name, value in names.items()}
    accounts.check_named(**{"first_name": user.first_name, "last_name": user.last_name} | names)
    for name, value in (fields | names).items():
        setattr(user, name, value)
    if before != (user.role, user.is_active, user.branch_id):
        after_commit.run(emit.access_changed, user.id, _CHANGED if user.is_active else _CLOSED)
    db.session.commit()
    return user


def describe_user(user: User) -> dict[str, Any]:
    return {
        "userId": str(user.id),
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "role": user.role.value,
        "branchId": user.branch_id,
        "isActive": user.is_active,
        "lastLoginAt": clock.iso(user.last_login_at),
    }


def names_of(student_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not student_ids:
        return {}
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name).where(User.id.in_(student_ids))
    )
    return {row.id: f"{row.first_name} {row.last_name}".strip() for row in rows}


def user_in_brief(user: User | None) -> dict[str, Any] | None:
    return {"userId": str(user.id), "name": user.full_name} if user else None
