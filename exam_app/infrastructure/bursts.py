"""Batching of Socket.IO messages into few round trips: the end of an exam notifies thousands.

Events for proctors are numbered, so they are sent at once, in order of their numbers.
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
    """Messages published inside may be sent as a batch, at the latest when the block ends."""
    collected: list[tuple[Publisher, Message]] = []
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
        _send(collected)


def collect(publisher: Publisher, message: Message) -> bool:
    """Whether the message was added to the current batch; if not, the caller publishes it."""
    collected = _collected.get()
    if collected is None or str(message.get("room")).startswith("monitor:"):
        return False
    collected.append((publisher, message))
    if len(collected) == _AT_ONCE:
        _send(collected)
    return True


def _send(collected: list[tuple[Publisher, Message]]) -> None:
    """A process has one publisher, so the first one is that of all messages."""
    if collected:
        publisher, messages = collected[0][0], [message for _, message in collected]
        collected.clear()
        publisher.publish_all(messages)
