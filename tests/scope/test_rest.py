"""Every endpoint × every role × another organization, and × another branch of the same one.

The list of endpoints is the document.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from typing import Any

import pytest
from flask import Flask

from exam_app.rules.permissions import Role
from tests.helpers.caller import Caller, everything, plain
from tests.helpers.document import Operation, operations
from tests.helpers.samples import Sampler
from tests.helpers.things import Things, is_id, nothing_like


@pytest.fixture
def call(app: Flask, api: Any, ours: Things) -> Caller:
    return Caller(app, api, ours)


def test_the_test_covers_every_operation(app: Flask, ours: Things) -> None:
    """Our objects have an id for every path parameter; a new kind has to be added to them."""
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


def test_urls_with_foreign_ids_are_not_found(app: Flask, call: Caller, ours: Things, theirs: Things) -> None:
    """404 for every role that may call it, whichever id is foreign, and nothing changes."""
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


def test_foreign_ids_in_bodies_and_filters_look_unknown(
    app: Flask, call: Caller, ours: Things, theirs: Things
) -> None:
    """Foreign ids get the same response as ids that do not exist, and nothing foreign changes."""
    wrong = []
    for one in operations(app):
        for role in sorted(one.roles):
            for name in ids_taken(app, one, ours):
                person, foreign = ours.people[role], theirs.id(name)
                if foreign in ours.all_ids(name):
                    continue  # options are counted per question
                before = everything()
                reply = call(one, person, {name: foreign})
                if everything() != before and reply.status_code >= 400:
                    wrong.append(f"{one} as {role} with their {name} changed something")
                unknown = call(one, person, {name: nothing_like(foreign)})
                if _outcome(reply, foreign) != _outcome(unknown, nothing_like(foreign)):
                    wrong.append(f"{one} as {role} with their {name}: {_outcome(reply, foreign)}")
    assert wrong == []


def test_no_reply_discloses_foreign_rows(app: Flask, call: Caller, ours: Things, theirs: Things) -> None:
    """Nothing foreign is in any response that can be read with our own ids."""
    secret = [str(id_) for ids in theirs.ids.values() for id_ in ids if isinstance(id_, uuid.UUID)]
    calls, wrong = 0, []
    for one in operations(app):
        for role in sorted(one.roles) if one.method == "GET" else ():
            reply = call(one, ours.people[role])
            calls += reply.status_code == 200
            content = text_of(reply)
            wrong += [f"{one} as {role} discloses {id_}" for id_ in secret if id_ in content]
    assert wrong == []
    assert calls > 40


def text_of(reply: Any) -> str:
    """The text of a response; a workbook is a ZIP archive of texts."""
    body: bytes = reply.get_data()
    if body.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(map(book.read, book.namelist()))
    return body.decode()


def ids_taken(app: Flask, one: Operation, ours: Things) -> list[str]:
    """Names of the ids in the body and the query of an operation."""
    names = {part["name"] for part in one.query if is_id(part["name"])}

    def note(name: str) -> Any:
        if is_id(name):
            names.add(name)
            return plain(ours.id(name))
        return None

    if one.body:
        Sampler(app, note, set()).make(one.body)
    return sorted(names)


def _outcome(reply: Any, id_: Any) -> tuple[int, str | None, str]:
    """The content of a response, without the id that was requested."""
    body = reply.get_data(as_text=True) if reply.status_code >= 400 else ""
    return reply.status_code, reply.code, body.replace(str(id_), "...")
