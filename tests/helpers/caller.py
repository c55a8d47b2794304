"""Calls any operation of the OpenAPI document, and detects whether anything changed."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import Table, select

from exam_app.extensions import db
from exam_app.models import Base
from tests.helpers.document import Operation
from tests.helpers.samples import Sampler
from tests.helpers.things import Things, is_id

NOT_COUNTED = {"revoked_tokens"}
"""Tables that a call may write to, whatever its response."""


class Caller:
    """Calls operations as a given user, with our own ids except for those that are overridden."""

    def __init__(self, app: Flask, api: Any, ours: Things) -> None:
        self.app = app
        self.api = api
        self.ours = ours

    def __call__(self, one: Operation, person: Any, other: dict[str, Any] | None = None) -> Any:
        """`other` has ids by name, for the path, the body or the query."""
        other = other or {}
        sent = {"json": self.body(one, other)} if one.body else {}
        query = {part["name"]: other[part["name"]] for part in one.query if part["name"] in other}
        return self.api(person).call(one.method, self.path(one, other), query_string=query, **sent)

    def path(self, one: Operation, other: dict[str, Any] | None = None) -> str:
        return one.path.format(
            **{name: plain((other or {}).get(name, self.ours.id(name))) for name in one.names}
        )

    def body(self, one: Operation, other: dict[str, Any] | None = None) -> Any:
        """A body that the document allows."""
        other = other or {}

        def id_of(name: str) -> Any:
            return plain(other.get(name, self.ours.id(name))) if is_id(name) else None

        return Sampler(self.app, id_of, set(other)).make(one.body or {})


def plain(value: Any) -> Any:
    """An id as JSON represents it."""
    return value if isinstance(value, int) else str(value)


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    db.session.commit()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in NOT_COUNTED]
    return {table.name: _rows(table) for table in tables}


def _rows(table: Table) -> list[Any]:
    return sorted(map(repr, db.session.execute(select(table))))
