"""The client's address of each request and each Socket.IO event, for what the services log."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, request

from exam_app.infrastructure import origin


def init_app(app: Flask) -> None:
    # A connection's thread handles one request after another: none may keep the address of the one before.
    app.before_request(_begin)
    app.teardown_request(_end)


def known(handler: Callable[..., Any]) -> Callable[..., Any]:
    """For what Socket.IO calls, to which `before_request` does not apply."""

    @wraps(handler)
    def handle(*args: Any) -> Any:
        with origin.acting_from(request.remote_addr):
            return handler(*args)

    return handle


def _begin() -> None:
    origin.act_from(request.remote_addr)


def _end(_: BaseException | None) -> None:
    origin.act_from(None)
