"""The web process: monkey-patch, then import, then serve until SIGTERM.

HOST (127.0.0.1, or 0.0.0.0 if a platform sets PORT) and PORT (8000) set the address. The only file that
imports eventlet.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import time
import warnings

MODE = os.environ.get("SOCKETIO_ASYNC_MODE") or "eventlet"
# Only when serving: the flask command imports `create_app` from this file, and must not be patched.
SERVES = __name__ == "__main__"
if SERVES:
    # What is created until the process listens is permanent: see `gc.freeze` below.
    gc.disable()
    # python-socketio imports its clients too, and with them what only clients need: a sixth of the
    # startup time. It does without what is not there.
    CLIENTS = {"aiohttp", "requests"} - sys.modules.keys()
    sys.modules.update(dict.fromkeys(CLIENTS))
if SERVES and MODE == "eventlet":
    # Known; the async mode is one setting: see docs/decisions.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated", category=Warning)
    # Use getaddrinfo of the C library: eventlet's resolver takes a seventh of the startup time.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    import eventlet
    import eventlet.wsgi

    eventlet.monkey_patch()
elif SERVES and MODE == "gevent":
    from gevent import monkey

    monkey.patch_all()

import signal
import socket
from typing import Any

import click
from flask import Flask

from exam_app import create_app
from exam_app.engines import embedded

# A WebSocket occupies its place for its lifetime, so this limits the users of one process.
MOST_CONNECTIONS = 20_000
# When 1,000 browsers reconnect at once, they wait here and not in TCP retries.
BACKLOG = 2048
# How long a shutdown waits for requests in progress.
GOODBYE_SECONDS = 4


IDLE_SECONDS = 75
"""How long a connection is kept for the next request."""
HEADER_SECONDS = 15
"""How long the first line of a request on a new connection, and then its headers, may take."""
SILENT_SECONDS = 30
"""How long a peer may neither send nor take anything."""
BODY_SECONDS, SLOWEST = 20, 8 * 1024
"""How long a body may take: so long, and a second for so many bytes."""


def main() -> None:
    host = os.environ.get("HOST") or ("0.0.0.0" if "DYNO" in os.environ else "127.0.0.1")
    port = int(os.environ.get("PORT") or 8000)
    try:
        app = create_app(role="web")
        for name in CLIENTS:
            del sys.modules[name]
        embedded.ensure(app.config)
        _hash_in_threads()
        _work_beside(app)
        # Permanent objects are excluded from every garbage collection, and from the one at exit.
        gc.collect()
        gc.freeze()
        gc.enable()
        print(f"listening on http://{host}:{port} ({MODE})", flush=True)
        _serve_eventlet(app, host, port) if MODE == "eventlet" else _serve(app, host, port)
    except click.ClickException as error:
        sys.exit(f"Error: {error.format_message()}")
    except OSError as error:
        sys.exit(f"Error: cannot listen on {host}:{port}: {error.strerror}")


def _work_beside(app: Flask) -> None:
    """Start the background tasks of a web process."""
    from exam_app import sockets
    from exam_app.infrastructure import blocking
    from exam_app.rules import names
    from exam_app.services.organizations import passwords
    from exam_app.web import heartbeat

    heartbeat.start(app, sockets.connected)
    begin = app.extensions["socketio"].start_background_task
    # The table of names and numpy take a third of a second each to load: not in somebody's request.
    begin(blocking.run, names.text_key, "")
    begin(blocking.run, importlib.import_module, "exam_app.services.statistics.responses")
    # The first sign-in with an unknown address must not take longer than the others.
    begin(passwords.is_right, None, "")


def _hash_in_threads() -> None:
    """What takes a core for 30 ms runs in a real thread, as this one serves everybody."""
    from exam_app.infrastructure import blocking

    if MODE == "eventlet":
        import eventlet.tpool

        blocking.use(eventlet.tpool.execute)
    elif MODE == "gevent":
        import gevent

        blocking.use(lambda function, *given: gevent.get_hub().threadpool.apply(function, given))


def _serve_eventlet(app: Flask, host: str, port: int) -> None:
    from exam_app.infrastructure import websocket
    from exam_app.streams import hub

    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = eventlet.listen(address, family, backlog=BACKLOG)
    websocket.end_responses_with(_was_answered)
    # A signal writes a byte here: the hub sleeps in poll(), which a signal handler alone would not wake.
    wake, signalled = socket.socketpair()
    signalled.setblocking(False)
    signal.set_wakeup_fd(signalled.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # Events of a stream are sent immediately, not when 4 kB are buffered.
    options = {"max_size": MOST_CONNECTIONS, "minimum_chunk_size": 1, "log_output": False}
    options["debug"] = False  # a client never gets a stack trace
    options["protocol"] = _protocol()
    options["socket_timeout"] = SILENT_SECONDS
    server = eventlet.spawn(eventlet.wsgi.server, listener, app, **options)
    server.link(lambda _: signalled.send(b"."))
    wake.recv(1)

    # Closing the transport, unlike a Socket.IO disconnect, makes the browsers reconnect automatically.
    with eventlet.Timeout(GOODBYE_SECONDS, False):
        server.kill(SystemExit)
        hub.close_all()
        for connection in list(app.extensions["socketio"].server.eio.sockets.values()):
            eventlet.spawn_n(connection.close)
        server.wait()


def _was_answered() -> None:
    eventlet.wsgi.WSGI_LOCAL.already_handled = True


class Body:
    """A request's body as the application reads it. It ends early for a client that sends too slowly, as for
    one that disconnects."""

    def __init__(self, file: Any, length: int) -> None:
        self._file = file
        self._ends_at = time.monotonic() + BODY_SECONDS + length / SLOWEST

    def read(self, size: int) -> bytes:
        return self._within(self._file.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._within(self._file.readline, size)

    def _within(self, read: Any, size: int) -> bytes:
        with eventlet.Timeout(max(0.001, self._ends_at - time.monotonic()), False):
            return bytes(read(size))
        return b""


def _protocol() -> Any:
    """How the server of eventlet reads requests, with an end to each part: its own timeout is for one read,
    which a client that sends byte by byte never reaches."""

    class Protocol(eventlet.wsgi.HttpProtocol):
        is_new = True

        def _read_request_line(self) -> bytes:
            seconds, self.is_new = HEADER_SECONDS if self.is_new else IDLE_SECONDS, False
            self.connection.settimeout(None)
            with eventlet.Timeout(seconds, False):
                return super()._read_request_line()
            return b""

        def parse_request(self) -> bool:
            with eventlet.Timeout(HEADER_SECONDS, False):
                return super().parse_request()
            self.close_connection = True
            return False

        def get_environ(self) -> dict[str, Any]:
            environ = super().get_environ()
            body = environ["eventlet.input"]
            body.rfile = Body(body.rfile, body.content_length or 0)
            return environ

    return Protocol


def _serve(app: Flask, host: str, port: int) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    options = {"allow_unsafe_werkzeug": True} if MODE == "threading" else {}
    app.extensions["socketio"].run(app, host=host, port=port, **options)


if SERVES:
    main()
