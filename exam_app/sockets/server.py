"""Socket.IO of a web process. The mode is one setting; only `wsgi.py` knows eventlet."""

from __future__ import annotations

from flask import Flask

from exam_app import sockets
from exam_app.infrastructure import socketio_manager
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.infrastructure.websocket import WebSocket
from exam_app.sockets import proctor, student
from exam_app.sockets.guard import Guard


def init_app(app: Flask) -> None:
    sockets.register(socketio)
    socketio.init_app(
        app,
        client_manager=socketio_manager.manager(app, write_only=False),
        async_mode=app.config["SOCKETIO_ASYNC_MODE"],
        manage_session=False,
        # The limit of a request: a smaller message gets an error ack, a larger one closes the connection.
        max_http_buffer_size=app.config["MAX_CONTENT_LENGTH"],
        ping_interval=20,
        ping_timeout=15,
    )
    engine = socketio.server.eio
    engine._async = {**engine._async, "websocket": WebSocket}  # it has no setting for this
    Guard(socketio.server, [student.events.namespace, proctor.events.namespace])
