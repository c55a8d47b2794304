"""A flask-smorest blueprint that knows our envelope, our errors and our token."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema

from exam_app.schemas.base import ErrorReply, reply

F = TypeVar("F", bound=Callable[..., Any])


class Resource(Blueprint):
    """Endpoints that need a token."""

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
