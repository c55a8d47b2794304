"""Request bodies generated from the OpenAPI document alone."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.helpers.document import document

_FORMATS = {
    "email": "sample{}@school.example",
    "uuid": "00000000-0000-4000-8000-{:012d}",
    "date": "2026-05-04",
    "date-time": "2026-05-04T09:00:00.000Z",
}
_numbers = itertools.count(1)


def resolve(app: Flask, pointer: str) -> dict[str, Any]:
    found: dict[str, Any] = document(app)["components"]["schemas"][pointer.rpartition("/")[2]]
    return found


class Sampler:
    """Generates values that a schema allows, with all required fields and every id that `id_of` knows.

    Where a schema has alternatives, one of `preferred` is taken, or else the first.
    """

    def __init__(self, app: Flask, id_of: Callable[[str], Any], preferred: set[str]) -> None:
        self.app = app
        self.id_of = id_of
        self.preferred = preferred

    def make(self, schema: dict[str, Any], name: str = "") -> Any:
        if "$ref" in schema:
            return self.make(resolve(self.app, schema["$ref"]), name)
        if "items" not in schema and (found := self.id_of(name)) is not None:
            return found
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        for key in ("examples", "enum"):
            if key in schema:
                return schema[key][0]
        kinds = schema.get("type", "object")
        return self._of_type(kinds[0] if isinstance(kinds, list) else kinds, schema, name)

    def _of_type(self, kind: str, schema: dict[str, Any], name: str) -> Any:
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            count = max(schema.get("minItems", 0), 1 if self.id_of(name) is not None else 0)
            return [self.make(schema["items"], name) for _ in range(count)]
        if kind == "string":
            form = _FORMATS.get(schema.get("format", ""))
            return form.format(next(_numbers)) if form else "x" * max(1, schema.get("minLength", 1))
        if kind in ("integer", "number"):
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        return {"boolean": True, "null": None}[kind]

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        wanted = set(schema.get("required", ()))
        wanted |= {name for name in properties if self.id_of(name) is not None}
        if choices := schema.get("oneOf", schema.get("anyOf")):
            chosen = next((c for c in choices if self.preferred & set(c["required"])), choices[0])
            wanted = wanted - {name for choice in choices for name in choice["required"]}
            wanted |= set(chosen["required"])
            properties = {**properties, **chosen.get("properties", {})}
        return {name: self.make(properties[name], name) for name in sorted(wanted)}
