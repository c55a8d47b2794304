"""The web process: patch first, then import, then serve until SIGTERM.

HOST (127.0.0.1, or 0.0.0.0 where a platform gives PORT) and PORT (8000) say where. The only file that
imports eventlet.
"""

from __future__ import annotations

import gc
import os
import warnings

MODE = os.environ.get("SOCKETIO_ASYNC_MODE") or "eventlet"
# Only when it serves: the flask command finds `create_app` in this file, and its commands are not patched.
SERVES = __name__ == "__main__"
if SERVES and MODE == "eventlet":
    # We know, and it is one setting to leave it: docs/decisions.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated", category=Warning)
    # getaddrinfo of the C library: eventlet's own resolver takes a seventh of the start, for two names.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    import eventlet
    import eventlet.wsgi

    eventlet.monkey_patch()
elif SERVES and MODE == "gevent":
    from gevent import monkey

    monkey.patch_all()

import signal
import socket
import sys

import click
from flask import Flask

from exam_app import create_app
from exam_app.engines import embedded

# A WebSocket holds its place as long as it lives, so this bounds the people on one process.
MOST_CONNECTIONS = 20_000
# When 1,000 browsers come back at once, they wait here and not in a retry of TCP.
BACKLOG = 2048
# How long a stop waits for requests that are under way.
GOODBYE_SECONDS = 4


def main() -> None:
    host = os.environ.get("HOST") or ("0.0.0.0" if "DYNO" in os.environ else "127.0.0.1")
    port = int(os.environ.get("PORT") or 8000)
    try:
        app = create_app(role="web")
        embedded.ensure(app.config)
        _work_beside(app)
        # What is here to stay is not looked through by every collection, nor once more when the process ends.
        gc.collect()
        gc.freeze()
        print(f"listening on http://{host}:{port} ({MODE})", flush=True)
        _serve_eventlet(app, host, port) if MODE == "eventlet" else _serve(app, host, port)
    except click.ClickException as error:
        sys.exit(f"Error: {error.format_message()}")
    except OSError as error:
        sys.exit(f"Error: cannot listen on {host}:{port}: {error.strerror}")


def _work_beside(app: Flask) -> None:
    """What a web process does as long as it lives, besides answering."""
    from exam_app import sockets
    from exam_app.web import heartbeat

    heartbeat.start(app, sockets.connected)


def _serve_eventlet(app: Flask, host: str, port: int) -> None:
    from exam_app.streams import hub

    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = eventlet.listen(address, family, backlog=BACKLOG)
    # A signal writes a byte here: the hub sleeps in poll(), which a handler alone would not wake.
    wake, signalled = socket.socketpair()
    signalled.setblocking(False)
    signal.set_wakeup_fd(signalled.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # What a stream of events says is sent as it is said, and not when 4 kB are together.
    options = {"max_size": MOST_CONNECTIONS, "minimum_chunk_size": 1, "log_output": False}
    server = eventlet.spawn(eventlet.wsgi.server, listener, app, **options)
    server.link(lambda _: signalled.send(b"."))
    wake.recv(1)

    # Closing the transport, unlike a Socket.IO disconnect, makes the browsers come back by themselves.
    with eventlet.Timeout(GOODBYE_SECONDS, False):
        server.kill(SystemExit)
        hub.close_all()
        for connection in list(app.extensions["socketio"].server.eio.sockets.values()):
            eventlet.spawn_n(connection.close)
        server.wait()


def _serve(app: Flask, host: str, port: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options = {"allow_unsafe_werkzeug": True} if MODE == "threading" else {}
    app.extensions["socketio"].run(app, host=host, port=port, **options)


if SERVES:
    main()
