"""Isolation of organizations and branches: one filter on the ORM, so that new code cannot forget it.

`limit_to(organization_id, branch_id)` scopes the session of this request or event. From then on

- every SELECT, UPDATE and DELETE of an organization's rows through the ORM carries the condition, joins and
relationships included. Users bound to a branch find the rows of that branch and of the whole organization;
users without a branch find all rows of the organization;

- users bound to a branch write its rows only: rows of the whole organization are read-only for them.

Jobs and commands work for all organizations and do not call it. All new rows get their branch from their
parent, or else from their author.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria

from exam_app.errors import Forbidden
from exam_app.extensions import db
from exam_app.models.base import OrganizationOwned
from exam_app.services.organizations import branch_inheritance

_ORGANIZATION, _BRANCH = "organization_id", "branch_id"


def limit_to(organization_id: int, branch_id: int | None) -> None:
    """Scope the session from here on; `branch_id` None is for users who see the whole organization."""
    db.session.info[_ORGANIZATION] = organization_id
    db.session.info[_BRANCH] = branch_id


def organization() -> int | None:
    """The organization that this request or event is scoped to; None for jobs, commands and anonymous
    users."""
    found: int | None = db.session.info.get(_ORGANIZATION)
    return found


def check_writable(row: OrganizationOwned) -> None:
    """For writes that bypass the row itself, such as to a class list.

    :raises Forbidden: the row is the whole organization's, and the user is bound to a branch.
    """
    _check({row.branch_id}, db.session.info.get(_BRANCH))


def is_writable(row: OrganizationOwned) -> bool:
    """Whether the user of this request may write the row."""
    own = db.session.info.get(_BRANCH)
    return own is None or row.branch_id == own


def _check(branch_ids: set[int | None], own: int | None) -> None:
    if own is not None and branch_ids - {own}:
        raise Forbidden(
            "This belongs to the whole organization. Ask an administrator who is not bound to a branch."
        )


@event.listens_for(db.session, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    if state.is_insert:
        _complete_inserted(state)
    elif _ORGANIZATION in state.session.info and not state.is_column_load:
        info = state.session.info
        state.statement = state.statement.options(_criteria(info[_ORGANIZATION], info[_BRANCH]))


@lru_cache(maxsize=1024)
def _criteria(organization_id: int, branch_id: int | None) -> LoaderCriteriaOption:
    """Cached, as every statement of every request needs it."""
    return with_loader_criteria(
        OrganizationOwned,
        _condition(organization_id, branch_id),
        include_aliases=True,
        propagate_to_loaders=True,
    )


def _condition(organization_id: int, branch_id: int | None) -> Any:
    """Two functions, as each is compiled once: the ids are parameters of the statement."""

    def of_organization(row: Any) -> Any:
        return row.organization_id == organization_id

    def of_branch(row: Any) -> Any:
        return (row.organization_id == organization_id) & (
            row.branch_id.is_(None) | (row.branch_id == branch_id)
        )

    return of_organization if branch_id is None else of_branch


def _complete_inserted(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if mapper is None or not issubclass(mapper.class_, OrganizationOwned):
        return
    if not isinstance(state.parameters, list):
        raise TypeError(f"Insert {mapper.class_.__name__} as objects, or with a list of rows as parameters.")
    own = state.session.info.get(_BRANCH)
    branch_inheritance.complete_inserted(state.session, mapper, state.parameters, own)
    _check({row["branch_id"] for row in state.parameters}, own)


@event.listens_for(db.session, "before_flush")
def _guard_flush(session: Session, *_: Any) -> None:
    own = session.info.get(_BRANCH)
    branch_inheritance.complete_new(session, own)
    if own is not None:
        _check({branch_id for row in _written(session) for branch_id in _branches_of(row)}, own)


def _written(session: Session) -> Iterator[OrganizationOwned]:
    changed = (row for row in session.dirty if session.is_modified(row))
    for row in (*session.new, *changed, *session.deleted):
        if isinstance(row, OrganizationOwned):
            yield row


def _branches_of(row: OrganizationOwned) -> set[int | None]:
    """The branch a row has, and the one it had before this change."""
    name = "id" if "branch_id" in inspect(type(row)).synonyms else "branch_id"
    return {row.branch_id, *inspect(row).attrs[name].history.deleted}
