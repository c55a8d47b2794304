"""From where somebody acts: the network address behind the request or the event that is being handled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import has_request_context, request

_is_clock = ContextVar("_is_clock", default=False)


def address() -> str | None:
    """None in a job, in a command, and for what the clock does."""
    return request.remote_addr if has_request_context() and not _is_clock.get() else None


@contextmanager
def by_the_clock() -> Iterator[None]:
    """What happens inside would happen without the one whose request came first. A decorator, too."""
    token = _is_clock.set(True)
    try:
        yield
    finally:
        _is_clock.reset(token)
