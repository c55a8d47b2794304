"""Isolation of organizations: one filter on every ORM read, so that new code cannot forget it.

`limit_to(organization_id)` marks the session of this request or event. From then on every SELECT of an
organization's rows through the ORM carries the condition, joins and relationships included. Jobs and
commands work for all organizations and do not call it.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from exam_app.extensions import db
from exam_app.models.base import OrganizationOwned

_KEY = "organization_id"


def limit_to(organization_id: int) -> None:
    db.session.info[_KEY] = organization_id


@event.listens_for(db.session, "do_orm_execute")
def _add_criteria(state: ORMExecuteState) -> None:
    organization_id = state.session.info.get(_KEY)
    if organization_id is None or not state.is_select or state.is_column_load:
        return
    state.statement = state.statement.options(
        with_loader_criteria(
            OrganizationOwned,
            lambda row: row.organization_id == organization_id,
            include_aliases=True,
            propagate_to_loaders=True,
        )
    )
