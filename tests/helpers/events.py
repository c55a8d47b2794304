"""The events documented in docs/events.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from exam_app.infrastructure.socketio_manager import socketio
from exam_app.realtime.rooms import PROCTOR, STUDENT

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "events.md"
_TITLES = {"server": "The server to `{}`", "clients": "Clients to the server: `{}`"}


@cache
def documented(sender: str, namespace: str) -> set[str]:
    """Names of the events that `server` or `clients` emit in a namespace."""
    title = _TITLES[sender].format(namespace)
    section = DOCUMENTED.read_text().split(f"## {title}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


undocumented: list[str] = []
"""Undocumented events sent since a test began."""


def record_undocumented() -> None:
    """From here on, record every event of the server that is not in the document."""
    emit = socketio.emit

    def emit_and_record(name: str, *args: Any, **kwargs: Any) -> None:
        namespace = kwargs.get("namespace", "/")
        if namespace not in (STUDENT, PROCTOR) or name not in documented("server", namespace):
            undocumented.append(f"{name} to {namespace}")
        emit(name, *args, **kwargs)

    socketio.emit = emit_and_record  # type: ignore[method-assign]
