"""Calls that need more CPU than an event loop may spend at once, such as hashing a password.

Under eventlet and gevent, `wsgi.py` sets a runner that makes such a call in a real thread while other green
threads go on. Elsewhere the calling thread makes it. The call gets plain values: no request, and no database
session, which belongs to the thread that opened it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_run: Callable[..., Any] | None = None


def use(runner: Callable[..., Any]) -> None:
    """Make the calls of this process with ``runner(function, *arguments)``."""
    global _run
    _run = runner


def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """The result of the call; what it raises is raised here."""
    return function(*arguments) if _run is None else _run(function, *arguments)
