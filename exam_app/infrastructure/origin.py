"""The client IP of the request or event that is being handled.

Entry points set it (`web/client_ip.py`), so that nothing below them reads Flask's request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_client_ip: ContextVar[str | None] = ContextVar("_client_ip", default=None)


def client_ip() -> str | None:
    """None in a job, in a command, and for actions of the clock."""
    return _client_ip.get()


def act_from(client_ip: str | None) -> None:
    """Set the client IP of this thread until it is set again."""
    _client_ip.set(client_ip)


@contextmanager
def acting_from(client_ip: str | None) -> Iterator[None]:
    """Set the client IP within the block; also usable as a decorator."""
    token = _client_ip.set(client_ip)
    try:
        yield
    finally:
        _client_ip.reset(token)


@contextmanager
def without_client_ip() -> Iterator[None]:
    """For actions that are not caused by the current request; also usable as a decorator."""
    with acting_from(None):
        yield
