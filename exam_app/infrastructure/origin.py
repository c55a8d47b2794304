"""From where an actor acts: the network address behind the request or the event that is being handled.

Entry points say it (`web/client_ip.py`), so that nothing below them reads Flask's request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_client_ip: ContextVar[str | None] = ContextVar("_client_ip", default=None)


def client_ip() -> str | None:
    """None in a job, in a command, and for what the clock does."""
    return _client_ip.get()


def act_from(client_ip: str | None) -> None:
    """What follows in this thread is done from `client_ip`, until it is said otherwise."""
    _client_ip.set(client_ip)


@contextmanager
def acting_from(client_ip: str | None) -> Iterator[None]:
    """What happens inside is done from `client_ip`; a decorator, too."""
    token = _client_ip.set(client_ip)
    try:
        yield
    finally:
        _client_ip.reset(token)


@contextmanager
def without_client_ip() -> Iterator[None]:
    """What happens inside would happen without the actor whose request came first; a decorator, too."""
    with acting_from(None):
        yield
