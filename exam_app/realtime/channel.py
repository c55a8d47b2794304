"""Socket.IO of this process: a server in a web process, a write-only sender elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask_socketio import SocketIO


def socketio() -> SocketIO:
    """The server or sender; a sender is created on first use."""
    # Imported only then: most commands send nothing, and python-socketio imports aiohttp.
    from exam_app.infrastructure import socketio_manager

    if socketio_manager.socketio.server is None:
        socketio_manager.init_sender(current_app._get_current_object())  # type: ignore[attr-defined]
    return socketio_manager.socketio
