"""The OpenAPI document as the tests see it: its operations, and whether a response conforms to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    described: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        return str(self.described["operationId"])

    @property
    def roles(self) -> set[str]:
        """Which roles may call it; an empty set stands for everybody."""
        return set(self.described.get("x-roles", ()))

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of the request body."""
        taken = self.described.get("requestBody")
        return taken and taken["content"][JSON]["schema"]

    @property
    def query(self) -> list[dict[str, Any]]:
        return [part for part in self.described.get("parameters", ()) if part["in"] == "query"]

    @property
    def streams(self) -> bool:
        """Whether it responds with an event stream."""
        return EVENT_STREAM in self.described["responses"].get("200", {}).get("content", {})

    @property
    def file(self) -> str | None:
        """The media type of the file it returns, if it returns one."""
        (kind, *_) = [*self.described["responses"].get("200", {}).get("content", {}), JSON]
        return None if kind in (JSON, EVENT_STREAM) else kind

    @property
    def names(self) -> list[str]:
        """The names of its path parameters."""
        return re.findall(r"{(\w+)}", self.path)


@cache
def document(app: Flask) -> dict[str, Any]:
    """The document as a client gets it."""
    reply = app.test_client().get("/api/openapi.json")
    found: dict[str, Any] = reply.get_json()
    return found


@cache
def operations(app: Flask) -> list[Operation]:
    return [
        Operation(method.upper(), path, described)
        for path, methods in document(app)["paths"].items()
        for method, described in methods.items()
        if method in METHODS
    ]


def operation(app: Flask, operation_id: str) -> Operation:
    (found,) = (one for one in operations(app) if one.id == operation_id)
    return found


@cache
def validator(app: Flask, pointer: str) -> jsonschema_rs.Draft202012Validator:
    """Validates against the schema at `pointer`, such as ``#/components/schemas/LoginIn``, with formats."""
    schema = {"$ref": pointer, "components": {"schemas": _exact(document(app)["components"]["schemas"])}}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def _exact(schemas: dict[str, Any]) -> dict[str, Any]:
    """Forbid additional properties: a response must have no fields that are not documented."""
    return {
        name: {"additionalProperties": False, **schema} if "properties" in schema else schema
        for name, schema in schemas.items()
    }


def check(app: Flask, method: str, path: str, reply: Any) -> None:
    """Fail unless the document allows this response of this endpoint."""
    path = path.partition("?")[0]
    if not path.startswith("/api/") or path in ("/api/docs", "/api/openapi.json"):
        return
    found, status = _called(app, method, path), str(reply.status_code)
    if found and found.streams and status in ("200", "204"):
        assert status == "204" or reply.mimetype == EVENT_STREAM, f"{found} answered with {reply.mimetype}"
        return
    if found and found.file and status == "200":
        assert reply.mimetype == found.file, f"{found} answered with {reply.mimetype}"
        return
    assert reply.mimetype == JSON, f"{method} {path} answered with {reply.mimetype}"
    pointer = "#/components/schemas/ErrorReply"
    if found:
        answers = found.described["responses"]
        assert status in answers, f"{found} answered {status}, which is not documented: {reply.get_data()!r}"
        described = answers[status]
        if int(status) < 400:
            pointer = described["content"][JSON]["schema"]["$ref"]
    errors = list(validator(app, pointer).iter_errors(reply.get_json()))
    assert not errors, f"{method} {path} does not answer as documented:\n" + "\n".join(
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:500]}" for error in errors[:5]
    )


def _called(app: Flask, method: str, path: str) -> Operation | None:
    try:
        rule, _ = app.url_map.bind("localhost").match(path, method, return_rule=True)
    except (RequestRedirect, HTTPException):
        return None
    template = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", str(rule))
    return next((one for one in operations(app) if (one.method, one.path) == (method, template)), None)
