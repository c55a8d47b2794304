"""Page forms, which are shown again with the submitted values and their problems until they are valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from exam_app.errors import Conflict, InvalidInput
from exam_app.pages.rendering import render_page

WHOLE_FORM = "form"
"""The key of a problem that belongs to no single field."""


class Form:
    """The submitted fields, or `initial` before that; `problems` has one sentence per field."""

    def __init__(self, **initial: Any) -> None:
        self.is_sent = request.method == "POST"
        self.values: MultiDict[str, Any] = request.form if self.is_sent else MultiDict(initial)
        self.problems: dict[str, str] = {}

    def __getitem__(self, field: str) -> str:
        return str(self.values.get(field, "")).strip()

    def all(self, field: str) -> list[str]:
        """Every value of a field that has several."""
        return [str(value) for value in self.values.getlist(field)]

    def filled(self, *fields: str) -> dict[str, str]:
        """Those of `fields` that are not empty."""
        return {field: self[field] for field in fields if self[field]}

    @contextmanager
    def collecting_problems(self) -> Iterator[None]:
        """Turn an error raised inside into the problems of this form."""
        try:
            yield
        except ValidationError as error:
            self._add(error.normalized_messages())
        except (InvalidInput, Conflict) as error:
            self._add(error.details if isinstance(error, InvalidInput) else {})
            if not self.problems:
                self.problems[WHOLE_FORM] = error.message

    def _add(self, messages: Mapping[Any, Any]) -> None:
        self.problems |= {str(field): _first(found) for field, found in messages.items()}

    def page(self, template: str, **values: Any) -> ResponseReturnValue:
        """The rendered page with this form; its status is 422 if there are problems."""
        return render_page(template, form=self, **values), 422 if self.problems else 200


def load(schema: type[Schema], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values`, validated and converted as in the REST API.

    :raises ValidationError: with messages by field.
    """
    loaded: dict[str, Any] = schema().load(dict(values))
    return loaded


def _first(messages: Any) -> str:
    """The first sentence of marshmallow's nested messages."""
    while isinstance(messages, Mapping | list):
        messages = next(iter(messages.values() if isinstance(messages, Mapping) else messages))
    return str(messages)
