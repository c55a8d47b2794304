"""The client IP of each request and each Socket.IO event, for the activity log."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, request

from exam_app.infrastructure import origin


def init_app(app: Flask) -> None:
    # A thread handles several requests in a row: none may inherit the client IP of the previous one.
    app.before_request(_begin)
    app.teardown_request(_end)


def known(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Set the client IP for a Socket.IO handler, to which `before_request` does not apply."""

    @wraps(handler)
    def handle(*args: Any) -> Any:
        with origin.acting_from(request.remote_addr):
            return handler(*args)

    return handle


def _begin() -> None:
    origin.act_from(request.remote_addr)


def _end(_: BaseException | None) -> None:
    origin.act_from(None)
