"""Socket.IO messages of one burst leave in a few round trips: an exam's end notifies thousands.

Events for proctors are numbered, so they go at once, in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

_AT_ONCE = 200

Message = dict[str, Any]


class Publisher(Protocol):
    def publish_all(self, messages: list[Message]) -> None: ...


_collected: ContextVar[list[tuple[Publisher, Message]] | None] = ContextVar("collected", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Messages that are published inside may leave together, at its end at the latest."""
    collected: list[tuple[Publisher, Message]] = []
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
        _send(collected)


def collect(publisher: Publisher, message: Message) -> bool:
    """Whether the message waits for the others of its burst; if not, the caller publishes it."""
    collected = _collected.get()
    if collected is None or str(message.get("room")).startswith("monitor:"):
        return False
    collected.append((publisher, message))
    if len(collected) == _AT_ONCE:
        _send(collected)
    return True


def _send(collected: list[tuple[Publisher, Message]]) -> None:
    """All of one process, so of one publisher."""
    if collected:
        publisher, messages = collected[0][0], [message for _, message in collected]
        collected.clear()
        publisher.publish_all(messages)
