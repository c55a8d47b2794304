"""Every endpoint × every role × another organization. The list of endpoints is the document."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, select

from exam_app.extensions import db
from exam_app.models import Base
from exam_app.rules.permissions import Role
from tests.helpers.document import Operation, operations
from tests.helpers.samples import Sampler
from tests.helpers.things import Things, furnish, is_id, nothing_like

SEEN = {"revoked_tokens"}
"""Tables that a refused call may write to."""


@pytest.fixture
def ours(cast: SimpleNamespace) -> Things:
    return furnish(cast.school)


@pytest.fixture
def theirs(cast: SimpleNamespace) -> Things:
    return furnish(cast.elsewhere)


class Caller:
    """Calls operations as somebody, with ids of ours but for those that are said."""

    def __init__(self, app: Flask, api: Any, ours: Things) -> None:
        self.app, self.api, self.ours = app, api, ours

    def __call__(self, one: Operation, person: Any, other: dict[str, Any] | None = None) -> Any:
        """`other` has ids by their names, in the address or the body."""
        other = other or {}

        def id_of(name: str) -> Any:
            if not is_id(name):
                return None
            return _plain(other[name] if name in other else self.ours.id(name))

        path = one.path.format(**{name: id_of(name) for name in one.names})
        sampler = Sampler(self.app, id_of, set(other))
        sent = {"json": sampler.make(one.body)} if one.body else {}
        query = {p["name"]: other[p["name"]] for p in one.query if p["name"] in other}
        return self.api(person).call(one.method, path, query_string=query, **sent)


@pytest.fixture
def call(app: Flask, api: Any, ours: Things) -> Caller:
    return Caller(app, api, ours)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)


def everything() -> dict[str, list[Any]]:
    """All rows of all tables."""
    db.session.commit()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in SEEN]
    return {table.name: _rows(table) for table in tables}


def _rows(table: Table) -> list[Any]:
    return sorted(map(repr, db.session.execute(select(table))))


def test_it_sees_all_of_it(app: Flask, ours: Things) -> None:
    """There is a thing of ours for every id in an address; a new kind has to be added to the things."""
    names = {name for one in operations(app) for name in one.names}
    assert all(is_id(name) and ours.all_ids(name) for name in names)
    assert len(names) > 5


def test_without_a_token(app: Flask, call: Caller) -> None:
    for one in operations(app):
        if one.roles:
            reply = call(one, None)
            assert (reply.status_code, reply.code) == (401, "not_authenticated"), one


def test_roles_without_permission(app: Flask, call: Caller, ours: Things) -> None:
    before = everything()
    for one in operations(app):
        for role in {str(role) for role in Role} - one.roles if one.roles else ():
            reply = call(one, ours.people[role])
            assert (reply.status_code, reply.code) == (403, "forbidden"), (str(one), role)
    assert everything() == before


def test_addresses_of_another_organization(app: Flask, call: Caller, ours: Things, theirs: Things) -> None:
    """404 for everybody who may call it, whichever id is theirs, and nothing happens."""
    before, calls, wrong = everything(), 0, []
    for one in operations(app):
        for role in sorted(one.roles):
            for name in one.names:
                reply = call(one, ours.people[role], {name: theirs.id(name)})
                calls += 1
                if (reply.status_code, reply.code) != (404, "not_found"):
                    wrong.append(f"{one} as {role} with their {name}: {reply.status_code} {reply.code}")
    assert wrong == []
    assert everything() == before
    assert calls > 50


def test_bodies_and_filters_with_ids_of_another_organization(
    app: Flask, call: Caller, ours: Things, theirs: Things
) -> None:
    """They answer as for ids that nobody has, and nothing of theirs changes."""
    wrong = []
    for one in operations(app):
        for role in sorted(one.roles):
            for name in ids_taken(app, one, ours):
                person, foreign = ours.people[role], theirs.id(name)
                if foreign in ours.all_ids(name):
                    continue  # options are counted in each question
                before = everything()
                reply = call(one, person, {name: foreign})
                if everything() != before and reply.status_code >= 400:
                    wrong.append(f"{one} as {role} with their {name} changed something")
                unknown = call(one, person, {name: nothing_like(foreign)})
                if _told(reply, foreign) != _told(unknown, nothing_like(foreign)):
                    wrong.append(f"{one} as {role} with their {name}: {_told(reply, foreign)}")
    assert wrong == []


def ids_taken(app: Flask, one: Operation, ours: Things) -> list[str]:
    """Names of ids in the body and the query of an operation."""
    names = {part["name"] for part in one.query if is_id(part["name"])}

    def note(name: str) -> Any:
        if is_id(name):
            names.add(name)
            return _plain(ours.id(name))
        return None

    if one.body:
        Sampler(app, note, set()).make(one.body)
    return sorted(names)


def _told(reply: Any, id_: Any) -> tuple[int, str | None, str]:
    """What a reply says, apart from the id it was asked for."""
    body = reply.get_data(as_text=True) if reply.status_code >= 400 else ""
    return reply.status_code, reply.code, body.replace(str(id_), "...")
