"""docs/api-coverage.md names only what exists, so that the table cannot become outdated."""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from exam_app.models import Base
from exam_app.realtime import rooms
from exam_app.rules.permissions import Permission
from tests.helpers.document import document
from tests.helpers.events import documented

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api-coverage.md"
EXCUSES = ("*planned*", "none")
QUOTED = re.compile(r"`([^`]+)`")


def rows() -> list[list[str]]:
    """The rows of the tables: the name in a document, its counterpart here, and the differences."""
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[1] != "here" and not set(row[1]) <= set("-")]


def names_here() -> list[str]:
    """Every name that is claimed to exist here: the middle column, and the running text."""
    text = [line for line in PAGE.read_text().splitlines() if not line.startswith("|")]
    found = QUOTED.findall("\n".join(text)) + [name for row in rows() for name in QUOTED.findall(row[1])]
    return sorted(set(found) - NOT_OURS)


NOT_OURS = {
    "/test-attempts",
    "create-test-attempt",
    "update-test-attempt",
    "submit-attempt",
    "attempt-response",
    "exam_app",
}
"""Names of the source documents in the running text."""


@cache
def endpoints(app: Flask) -> set[str]:
    """Method and route of every endpoint, without the names of parameters."""
    return {
        f"{method} {re.sub('<[^>]+>', '{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }


@cache
def words(app: Flask) -> set[str]:
    """Every name that is used on the wire or in the database."""
    metadata = Base.metadata
    found = {permission.value for permission in Permission}
    for table in metadata.tables.values():
        found |= {f"{table.name}.{column.name}" for column in table.columns}
        found |= {str(index.name) for index in table.indexes}
    for namespace in (rooms.STUDENT, rooms.PROCTOR):
        found |= documented("server", namespace) | documented("clients", namespace)
    for schema in document(app)["components"]["schemas"].values():
        for name, described in schema.get("properties", {}).items():
            found |= {name, *map(str, described.get("enum", ()))}
    return found


def is_code(name: str) -> bool:
    """Whether `module.name` or `module.Class.name` exists below `exam_app`."""
    if not re.fullmatch(r"[a-z_]+(\.\w+)+", name):
        return False
    parts = name.split(".")
    for split in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module("exam_app." + ".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def is_there(app: Flask, name: str) -> bool:
    if re.match(r"(GET|POST|PUT|PATCH|DELETE) /", name):
        return re.sub("{[^}]+}", "{}", name) in endpoints(app)
    if name.startswith("/"):
        return any(f" {name}" in one for one in endpoints(app))
    return name in words(app) or is_code(name) or ("/" in name and (ROOT / name).exists())


def test_every_name_on_the_page_exists(app: Flask) -> None:
    assert [name for name in names_here() if not is_there(app, name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "GET /api/attempt",
        "PUT /api/attempts/{attempt_id}/submit",
        "services.attempts.begin",
        "services.attempt.start_attempt",
        "models.Attempt.taker",
        "attempts.user_id",
        "attempt:restart",
        "ix_attempts_nothing",
        "session_begun",
        "docs/nothing.md",
    ],
)
def test_a_wrong_name_would_be_noticed(app: Flask, name: str) -> None:
    assert not is_there(app, name)


def test_every_row_names_an_implementation_or_a_reason() -> None:
    assert len(rows()) > 100
    for named, here, different in rows():
        assert named, here
        assert QUOTED.search(here) or here in EXCUSES, named
        if here == "none":
            assert different, f"{named}: say why it is not here"


def test_every_endpoint_for_attempts_is_on_the_page(app: Flask) -> None:
    """Conversely, every endpoint for attempts that clients of the three documents can call is on the page."""
    listed = {re.sub("{[^}]+}", "{}", name) for name in names_here()}
    missing = {
        one
        for one in endpoints(app)
        if " /api/attempts" in one and not one.startswith(("HEAD", "OPTIONS")) and one not in listed
    }
    assert not missing, "say where in docs/api-coverage.md they belong"
