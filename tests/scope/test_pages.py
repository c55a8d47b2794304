"""Every page with ids of another organization, and of another branch of the same one."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from exam_app.rules.permissions import Role
from tests.helpers.caller import everything, plain
from tests.helpers.things import Things


def test_every_page_of_a_foreign_row_is_not_found(app: Flask, api: Any, ours: Things, theirs: Things) -> None:
    """404 for every role that may open it, and nothing changes."""
    before, wrong, calls = everything(), [], 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] != "pages" or not rule.arguments:
            continue
        path = rule.rule
        for name in rule.arguments:
            path = re.sub(rf"<(\w+:)?{name}>", str(plain(theirs.id(name))), path)
        for role in app.view_functions[rule.endpoint].guard or [role.value for role in Role]:  # type: ignore[attr-defined]
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                reply = api(ours.people[role]).call(method, path)
                calls += 1
                if reply.status_code != 404:
                    wrong.append(f"{method} {rule} as {role}: {reply.status_code}")
    assert wrong == []
    assert everything() == before
    assert calls > 10


def test_no_page_discloses_foreign_rows(app: Flask, api: Any, ours: Things, theirs: Things) -> None:
    secret = [str(id_) for ids in theirs.ids.values() for id_ in ids if not isinstance(id_, int)]
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] == "pages" and not rule.arguments and "GET" in rule.methods:
            for person in ours.people.values():
                page = api(person).get(rule.rule).get_data(as_text=True)
                assert not [id_ for id_ in secret if id_ in page], rule
