"""The branch of a new row: that of its parent (`OrganizationOwned.branch_from`), or its author's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session

from exam_app.models import Base, User
from exam_app.models.base import OrganizationOwned

Parent = OrganizationOwned | int | uuid.UUID | None
"""The parent of a row, loaded or by its id."""


def complete_new(session: Session, author_branch_id: int | None) -> None:
    """Set the branch of every new object of the session. A parent may be as new as its child."""
    without: dict[Mapper[Any], list[Any]] = {}
    for row in session.new:
        mapper = inspect(row).mapper
        if "branch_id" in mapper.columns and row.branch_id is None:
            without.setdefault(mapper, []).append(row)
    for mapper in sorted(without, key=_depth):
        parents = [{key: _parent(row, mapper, key) for key in _keys(mapper)} for row in without[mapper]]
        for row, branch_id in zip(without[mapper], _branches(session, mapper, parents), strict=True):
            row.branch_id = author_branch_id if branch_id is None else branch_id


def complete_inserted(
    session: Session, mapper: Mapper[Any], rows: Sequence[dict[str, Any]], author_branch_id: int | None
) -> None:
    """The same for the rows of a bulk INSERT, which are changed in place."""
    parents = [{key: row.get(key) for key in _keys(mapper)} for row in rows]
    for row, branch_id in zip(rows, _branches(session, mapper, parents), strict=True):
        row["branch_id"] = author_branch_id if branch_id is None else branch_id


def _branches(
    session: Session, mapper: Mapper[Any], rows: Sequence[Mapping[str, Parent]]
) -> list[int | None]:
    """For each row the branch of its nearest parent that has one; one query for each kind of parent."""
    found: list[int | None] = [None] * len(rows)
    for key in _keys(mapper):
        open_ = {i: row[key] for i, row in enumerate(rows) if found[i] is None and row[key] is not None}
        ids = {parent for parent in open_.values() if not isinstance(parent, OrganizationOwned)}
        known = _known(session, _target(mapper, key), ids)
        for i, parent in open_.items():
            found[i] = parent.branch_id if isinstance(parent, OrganizationOwned) else known.get(parent)
    return found


def _known(session: Session, mapper: Mapper[Any], ids: set[Any]) -> dict[Any, int | None]:
    """The branches of the rows with these ids, from the session's identity map if loaded.

    Users are always read again, and locked until the commit: only they can be moved between branches.
    """
    known: dict[Any, int | None] = {}
    if mapper.class_ is not User:
        for id_ in ids:
            loaded = session.identity_map.get(mapper.identity_key_from_primary_key((id_,)))
            if loaded is not None and "branch_id" in inspect(loaded).dict:
                known[id_] = loaded.branch_id
    if missing := ids - known.keys():
        table = mapper.local_table
        query = select(table.c.id, table.c.branch_id).where(table.c.id.in_(missing))
        if mapper.class_ is User:
            query = query.with_for_update(read=True, key_share=True)
        # Through the connection: a parent hidden from the author must not be taken for one without a branch.
        known |= dict(session.connection().execute(query).all())
    return known


def _keys(mapper: Mapper[Any]) -> tuple[str, ...]:
    keys: tuple[str, ...] = mapper.class_.branch_from
    return keys


def _parent(row: Any, mapper: Mapper[Any], key: str) -> Parent:
    """By the relationship, whose key is not filled in before the flush, or by the key."""
    name = _relationship(mapper, key)
    loaded: OrganizationOwned | None = inspect(row).dict.get(name)
    return getattr(row, key) if loaded is None else loaded


@cache
def _relationship(mapper: Mapper[Any], key: str) -> str | None:
    column = mapper.columns[key]
    return next((found.key for found in mapper.relationships if found.local_columns == {column}), None)


@cache
def _target(mapper: Mapper[Any], key: str) -> Mapper[Any]:
    """The model that a foreign key references."""
    (foreign,) = mapper.columns[key].foreign_keys
    return next(other for other in Base.registry.mappers if other.local_table is foreign.column.table)


@cache
def _depth(mapper: Mapper[Any]) -> int:
    """Parents come before their children."""
    return list(Base.metadata.sorted_tables).index(mapper.class_.__table__)
