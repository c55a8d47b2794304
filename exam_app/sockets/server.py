"""Socket.IO for this process: a server in the web process, a write-only sender everywhere else.

Processes tell each other through Redis. The mode is one setting; only `wsgi.py` knows eventlet.
"""

from __future__ import annotations

from flask import Flask

from exam_app.extensions import socketio
from exam_app.infrastructure import socketio_manager


def init_app(app: Flask) -> None:
    is_web = app.config["ROLE"] == "web"
    manager = socketio_manager.Manager(
        app.config["REDIS_URL"], channel=app.config["SOCKETIO_CHANNEL"], write_only=not is_web
    )
    if not is_web:
        # Without an app Flask-SocketIO makes a server that only writes to the queue.
        socketio.init_app(None, client_manager=manager, async_mode="threading")
        return
    from exam_app import sockets

    sockets.register(socketio)
    socketio.init_app(
        app,
        client_manager=manager,
        async_mode=app.config["SOCKETIO_ASYNC_MODE"],
        manage_session=False,
        # As large as a request may be: below, too much is answered; above, the connection is closed.
        max_http_buffer_size=app.config["MAX_CONTENT_LENGTH"],
        ping_interval=20,
        ping_timeout=15,
    )
