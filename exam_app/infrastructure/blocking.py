"""Calls that need more CPU than an event loop may spend at once, such as hashing a password.

Under eventlet and gevent, `wsgi.py` sets a runner that makes such a call in a real thread while other green
threads go on. Elsewhere the calling thread makes it. The call gets plain values: no request, and no database
session, which belongs to the thread that opened it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exam_app.infrastructure.turns import Turns

_AT_ONCE = Turns(2)
"""For each process, whoever asks: a school that signs in must not take all cores and threads."""

_run: Callable[..., Any] | None = None


def use(runner: Callable[..., Any] | None) -> None:
    """Make the calls of this process with ``runner(function, *arguments)``; None: in the calling thread."""
    global _run
    _run = runner


def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of the call; what it raises is raised here."""
    with _AT_ONCE:
        return function(*arguments) if _run is None else _run(function, *arguments)
