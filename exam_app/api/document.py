"""The OpenAPI document, beyond what schemas and views describe."""

from __future__ import annotations

import threading
from decimal import Decimal
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin, OpenAPIConverter
from flask import Response
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields, validate
from werkzeug.routing import IntegerConverter

from exam_app import errors
from exam_app.schemas.base import ID, ErrorReply, Incoming

_DESCRIPTION = """
Every response is either `{"success": true, "data": ..., "message": ...}`, or, with a status of 400 and above,
`{"success": false, "error": {"code", "message", "details"}}` with a stable `code`.

Sign in with `POST /api/auth/login` and send the access token as `Authorization: Bearer ...`. Times are
ISO 8601 in UTC, durations in seconds, or in minutes if the name says so. Objects of another organization
answer 404, as if they did not exist.
"""
_BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
_KEYS_OF_RANGES = {"min": ("minimum", "exclusiveMinimum"), "max": ("maximum", "exclusiveMaximum")}


class Converter(OpenAPIConverter):
    """Converts our schemas to JSON Schema.

    A reply has all fields of its schema, except those with ``metadata={"optional": True}``. What fields
    cannot express, such as a choice between them, a schema declares in `document`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_attribute_function(constants_and_words)

    def schema2jsonschema(self, schema: Schema) -> dict[str, Any]:
        described: dict[str, Any] = super().schema2jsonschema(schema)
        if not isinstance(schema, Incoming):
            shown = [f for f in schema.fields.values() if not f.metadata.get("optional")]
            described["required"] = sorted(f.data_key or f.name for f in shown)
        if text := type(schema).__doc__:
            described["description"] = " ".join(cleandoc(text).split())
        return {**described, **getattr(schema, "document", {})}

    def field2default(self, field: fields.Field, **kwargs: Any) -> dict[str, Any]:
        return {key: _plain(value) for key, value in super().field2default(field, **kwargs).items()}

    def field2range(self, field: fields.Field, ret: dict[str, Any]) -> dict[str, Any]:
        """As in JSON Schema 2020: an exclusive limit has its own key."""
        found = {key: _plain(value) for key, value in super().field2range(field, ret).items()}
        for validator in field.validators:
            if isinstance(validator, validate.Range):
                for end, (key, exclusive) in _KEYS_OF_RANGES.items():
                    if key in found and not getattr(validator, f"{end}_inclusive"):
                        found[exclusive] = found.pop(key)
        return found


class DescribingPlugin(MarshmallowPlugin):
    Converter = Converter


class DocumentedApi(Api):
    """Describes the endpoints when the document is first requested.

    That took a third of `create_app`, and a web process that was killed has to answer again soon.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._undescribed: list[Blueprint] = []
        self._describing = threading.Lock()

    def register_blueprint(self, blueprint: Blueprint) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._undescribed.append(blueprint)

    def _openapi_json(self) -> Response:
        with self._describing:
            while self._undescribed:
                blueprint = self._undescribed.pop(0)
                blueprint.register_views_in_doc(
                    self, self._app, self.spec, name=blueprint.name, parameters=None
                )
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
        reply: Response = super()._openapi_json()
        return reply


def constants_and_words(_: OpenAPIConverter, field: fields.Field, **__: Any) -> dict[str, Any]:
    if isinstance(field, fields.Constant):
        return {"const": field.constant}
    if isinstance(field, fields.Enum):
        return {"type": ["string", "null"] if field.allow_none else "string"}
    return {}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def prepare(rest: Api) -> None:
    """Define the shared components, before the endpoints are described."""
    rest.DEFAULT_ERROR_RESPONSE_NAME = None  # every status of an endpoint is listed
    spec = rest.spec
    spec.components.schemas.clear()  # flask-smorest's own schemas are not used
    spec.options["info"] = {
        "description": _DESCRIPTION.strip(),
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    rest.register_converter(IntegerConverter, lambda _: {"type": "integer", "minimum": 1, "maximum": ID.max})
    spec.components.security_scheme("bearer", {**_BEARER, "description": "The access token"})
    spec.components.security_scheme("refresh", {**_BEARER, "description": "The refresh token"})
    for status, codes in refusals_by_status().items():
        spec.components.response(
            response_name(status),
            {
                "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}",
                "content": {"application/json": {"schema": ErrorReply}},
            },
            lazy=True,
        )


def refusals_by_status() -> dict[int, list[str]]:
    """The codes of `errors` by HTTP status."""
    found: dict[int, list[str]] = {}
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.AppError) and kind is not errors.AppError:
            found.setdefault(kind.status, []).append(kind.code)
    return found


def response_name(status: int) -> str:
    """The name of an error response in the document's components."""
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
