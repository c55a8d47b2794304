"""The way of an answer to the server's socket: whatever fails on it is in the log, with its request's id.

Flask's error handlers see what a view raises. A header that cannot be sent, or a body that fails while it is
being read, comes after them, and servers drop it without a word.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from exam_app.errors import InternalError

log = logging.getLogger(__name__)

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NOT_IN_A_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Delivery:
    """A WSGI application around another one. It names each request, by the id that a proxy gave it if there
    is one, and sends that id back."""

    def __init__(self, app: Callable[[Environ, StartResponse], Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request_id = environ["exam_app.request_id"] = _id_of(environ)
        sent = False

        def start(status: str, headers: list[tuple[str, str]], *args: Any) -> Any:
            nonlocal sent
            for name, value in headers:
                if bad := _NOT_IN_A_HEADER.search(value):
                    raise ValueError(f"{bad.group()!r} cannot be sent in the header {name}")
            write = start_response(status, [*headers, (HEADER, request_id)], *args)
            sent = True
            return write

        try:
            body = self._app(environ, start)
        except Exception:
            _log(environ, "could not be sent")
            if sent:
                raise
            return _failed(start_response, request_id)
        return _Body(body, environ)


class _Body:
    """A body whose failures are logged. The connection closes then: the client must not take half for all."""

    def __init__(self, body: Iterable[bytes], environ: Environ) -> None:
        self._body, self._environ = body, environ

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._body
        except Exception:
            _log(self._environ, "broke off while it was being sent")
            raise

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is None:
            return
        try:
            close()
        except Exception:
            _log(self._environ, "was sent, but what follows it failed")
            raise


def request_id_of(environ: Environ) -> str:
    """The id of this request, for the log."""
    return str(environ.get("exam_app.request_id", "-"))


def _id_of(environ: Environ) -> str:
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if _ID.fullmatch(given) else secrets.token_hex(8)


def _log(environ: Environ, what: str) -> None:
    log.exception(
        "request %s: the answer to %s %r %s",
        request_id_of(environ), environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"), what,
    )  # fmt: skip


def _failed(start_response: StartResponse, request_id: str) -> list[bytes]:
    """The answer instead, which needs nothing that may have failed."""
    body = json.dumps({"success": False, "error": InternalError().to_dict()}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("500 Internal Server Error", [*headers, (HEADER, request_id)])
    return [body]
