"""A flask-smorest blueprint with our envelope, errors and token, which it documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Request, Response, make_response
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser, is_json_request

from exam_app.api.document import response_name
from exam_app.errors import MalformedRequest, UnsupportedMediaType
from exam_app.rules.permissions import Role, allows
from exam_app.schemas.base import reply

F = TypeVar("F", bound=Callable[..., Any])
JSON = "application/json"
SENT_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": JSON},
        "id": {"type": "string"},
    },
    "required": ["event", "data"],
}
"""One of a stream."""
CLIENTS_OWN = ("changeId", "deviceId", "connectionId")
EVENT_STREAM = "text/event-stream"


class JsonParser(FlaskParser):
    """Accepts JSON or no body, and refuses unknown parameters: a misspelt filter must not match everything.

    Python limits the digits of a number: JSON beyond that limit is malformed, too.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": None}

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not is_json_request(req) and req.get_data(cache=True):
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except ValueError:
            raise MalformedRequest from None


class Resource(Blueprint):
    """Endpoints that accept and return JSON.

    The error responses of an endpoint are derived: 401 and 403 from its guard, 404 from ids in its URL or its
    body, 400, 413, 415 and 422 from its arguments, 409 because it writes. `replies` adds the rest.
    """

    ARGUMENTS_PARSER = JsonParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(self._prepare_operation)

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[F], F]:
        """Use one schema instance for all requests: creating one copies all its fields."""
        taken: Callable[[F], F] = super().arguments(schema(), **options)
        return taken

    def replies(
        self, data: type[Schema], status: int = 200, refusals: tuple[int, ...] = ()
    ) -> Callable[[F], F]:
        """Document the reply: `data` in the envelope. `refusals` besides the derived ones.

        The return value of a view is sent as it is: services build the wire format, as they do for sockets,
        and the tests validate every reply against its schema, both ways (docs/decisions/0010).
        """

        def decorate(view: F) -> F:
            @wraps(view)
            def answered(*args: Any, **kwargs: Any) -> Response:
                return make_response(view(*args, **kwargs), status)

            documented: Any = self.response(status, reply(data))(answered)
            documented._apidoc["refusals"] = refusals
            done: F = documented
            return done

        return decorate

    def streams(self, view: F) -> F:
        """Document a streaming reply: server-sent events, or 204 if no more events will follow."""
        events = {"description": "Server-sent events, see docs/events.md", "content_type": EVENT_STREAM}
        documented: Any = self.response(200, SENT_EVENT, **events)(view)
        done: F = self.alt_response(204, description="No more events", success=True)(documented)
        return done

    def files(self, content_type: str) -> Callable[[F], F]:
        """Document a reply that is a file of this type."""
        binary = {"type": "string", "format": "binary"}
        documented: Callable[[F], F] = self.response(
            200, binary, content_type=content_type, description="The file"
        )
        return documented

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        for method, doc in self._docs[endpoint].items():
            if method != "parameters":
                doc |= {"view": obj, "endpoint": endpoint}

    def _prepare_operation(
        self, doc: dict[str, Any], info: dict[str, Any], *, app: Flask, method: str, **_: Any
    ) -> dict[str, Any]:
        """Add derived error responses after flask-smorest has described arguments and responses."""
        view, endpoint = info["view"], info["endpoint"]
        body = doc.get("requestBody")
        taken = [body["content"][JSON]["schema"]] if body else []
        taken += [part["schema"] for part in doc.get("parameters", ())]
        if body:
            body["required"] = any(field.required for field in taken[0]._declared_fields.values())
        (rule, *_rest) = app.url_map.iter_rules(f"{self.name}.{endpoint}")

        refused = {503, *info.get("refusals", ()), *getattr(view, "refusals", ())}
        if roles := roles_of(view):
            refused |= {401} if roles == set(Role) else {401, 403}
            doc["security"] = [{"bearer": []}]
            doc["x-roles"] = [role.value for role in Role if role in roles]
            doc["x-permissions"] = [permission.value for permission in view.guard]
        if taken:
            refused |= {400, 413, 415, 422} if body else {422}
        if method != "get":  # at least for concurrent requests of which a constraint lets one through
            refused.add(409)
        if rule.arguments or any(_names_something(schema) for schema in taken):
            refused.add(404)
        answers = {status: r for status, r in doc["responses"].items() if int(status) < 400}
        doc["responses"] = answers | {status: response_name(status) for status in sorted(refused)}
        doc["operationId"] = _camel(f"{self.name}_{endpoint}" if endpoint != self.name else endpoint)
        return doc


def roles_of(view: Any) -> set[Role]:
    """The roles that may call a guarded view; empty if it is public."""
    if not hasattr(view, "guard"):
        return set()
    only = getattr(view, "guard_role", None)
    return {
        role
        for role in Role
        if all(allows(role, permission) for permission in view.guard) and only in (None, role)
    }


def _names_something(schema: type[Schema]) -> bool:
    """Whether it contains ids, of objects that may not exist."""
    names = [field.data_key or name for name, field in schema._declared_fields.items()]
    return any(name.endswith(("Id", "Ids")) and name not in CLIENTS_OWN for name in names)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)
