"""Deleting a whole organization with everything that belongs to it."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, select, update

from exam_app.extensions import db
from exam_app.models import Base, Organization, Test


def remove_organization(organization_id: int) -> None:
    """Delete every row of the organization, the answer log included. Irreversible. Commits."""
    db.session.execute(  # the only cycle: a test references its paper, a paper its test
        update(Test)
        .where(Test.organization_id == organization_id)
        .values(current_paper_id=None)
        .execution_options(synchronize_session=False)
    )
    for table in reversed(Base.metadata.sorted_tables):
        if (condition := belongs(table, organization_id)) is not None:
            db.session.execute(delete(table).where(condition))
    db.session.execute(delete(Organization).where(Organization.id == organization_id))
    db.session.commit()


@cache
def _owner(table: Table) -> Any:
    """The foreign key by which a row without an organization of its own belongs to one; None if it does
    not."""
    for key in sorted(table.foreign_keys, key=lambda key: key.target_fullname):
        owner = key.column.table
        if not key.parent.nullable and ("organization_id" in owner.c or _owner(owner) is not None):
            return key
    return None


def belongs(table: Table, organization_id: int) -> ColumnElement[bool] | None:
    """Which rows of a table are the organization's; None: they are the whole installation's."""
    if "organization_id" in table.c:
        return table.c.organization_id == organization_id
    key = _owner(table)
    if key is None:
        return None
    owner = key.column.table
    condition = belongs(owner, organization_id)
    assert condition is not None
    return cast(ColumnElement[bool], key.parent.in_(select(key.column).where(condition)))
