"""A flask-smorest blueprint that knows our envelope, our errors and our token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser

from exam_app.errors import MalformedRequest
from exam_app.schemas.base import ErrorReply, reply

F = TypeVar("F", bound=Callable[..., Any])


class JsonParser(FlaskParser):
    """Python's reader has a limit of its own for the digits of a number: beyond it, JSON is malformed too."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        try:
            return super().load_json(req, schema)
        except ValueError:
            raise MalformedRequest from None


class Resource(Blueprint):
    """Endpoints that need a token."""

    ARGUMENTS_PARSER = JsonParser()

    def replies(
        self, data: type[Schema], status: int = 200, refusals: tuple[int, ...] = ()
    ) -> Callable[[F], F]:
        """Document and dump the reply: `data` in the envelope. `refusals` besides 401, 403 and 404."""

        def decorate(view: F) -> F:
            for code in sorted({401, 403, 404, 422, *refusals}):
                view = self.alt_response(code, schema=ErrorReply)(view)
            view = self.doc(security=[{"bearer": []}])(view)
            documented: F = self.response(status, reply(data))(view)
            return documented

        return decorate
