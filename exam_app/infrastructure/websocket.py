"""WebSocket connections for Engine.IO, the same in every async mode; wsproto does the protocol.

Engine.IO brings one implementation for each mode. The one for eventlet unmasks every byte in Python and
limits a frame, but not a message of many frames. This one reads only when Engine.IO waits for a message, so
that whoever sends faster than they are served waits in TCP, and cuts off whoever exceeds a limit. Nothing is
compressed: a small message could be inflated to a large one.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    Ping,
    Request,
    TextMessage,
)
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from exam_app.infrastructure.token_bucket import TokenBucket

log = logging.getLogger(__name__)

FRAMES, FRAMES_AT_ONCE = 50.0, 400.0
"""Frames of one connection: a second in the long run, and at once."""
BYTES, MESSAGES_AT_ONCE = 512 * 1024.0, 2
"""Bytes a second of one connection in the long run; at once, as many of the largest messages."""
_CHUNK = 16 * 1024
_HANDSHAKE = ("Host", "Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version")

_end_response: Callable[[], None] | None = None


def end_responses_with(call: Callable[[], None]) -> None:
    """`call` tells the WSGI server that a response was sent without it."""
    global _end_response
    _end_response = call


class _CutOff(Exception):
    """The peer exceeded a limit, or is gone. `code` is None if there is nobody to tell."""

    def __init__(self, code: CloseReason | None, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code


class WebSocket:
    """A WSGI application for one request, and the connection that it hands to `handler`: the interface that
    Engine.IO expects of the `websocket` of an async mode."""

    def __init__(self, handler: Callable[[WebSocket], Any], server: Any) -> None:
        self._handler = handler
        self._largest: int = server.max_http_buffer_size
        self._pause: Callable[[float], None] = server.sleep
        self._frames = TokenBucket(FRAMES, FRAMES_AT_ONCE)
        self._bytes = TokenBucket(BYTES, MESSAGES_AT_ONCE * self._largest)
        self._protocol = WSConnection(ConnectionType.SERVER)
        self._sending = threading.Lock()
        self._sock: socket.socket

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._sock = _socket_of(environ)
        if not self._shake_hands(environ):
            start_response("400 Bad Request", [("Connection", "close")])
            return []
        if set_idle := environ.get("eventlet.set_idle"):
            set_idle()  # a shutdown does not wait for it
        self._handler(self)
        self.close()
        if "werkzeug.socket" in environ:
            raise ConnectionError("The response was sent.")
        if _end_response is not None:
            _end_response()
        return []

    def _shake_hands(self, environ: dict[str, Any]) -> bool:
        given = [(name, environ.get("HTTP_" + name.upper().replace("-", "_"))) for name in _HANDSHAKE]
        headers = [(name.encode(), value.encode("latin-1")) for name, value in given if value is not None]
        try:
            self._protocol.initiate_upgrade_connection(headers, b"/")
            (request,) = self._protocol.events()
        except (RemoteProtocolError, ValueError):
            return False
        if not isinstance(request, Request):
            return False
        self._transmit(AcceptConnection())
        return True

    def wait(self) -> str | bytes | None:
        """The next message; None when the connection is closed or cut off."""
        try:
            return self._message()
        except _CutOff as end:
            if end.code is not None:
                log.info("a WebSocket connection is cut off: %s", end)
                self._close(end.code, str(end))
        except OSError:
            pass  # the peer is gone, or silent for longer than Engine.IO allows
        return None

    def _message(self) -> str | bytes | None:
        parts: list[Any] = []
        size = 0
        while True:
            event = self._event()
            if isinstance(event, CloseConnection):
                self._transmit(event.response())
                return None
            if isinstance(event, Ping):
                self._transmit(event.response())
            if not isinstance(event, Message):
                continue
            size += len(event.data)
            if size > self._largest:
                raise _CutOff(CloseReason.MESSAGE_TOO_BIG, "The message is too large.")
            parts.append(event.data)
            if event.message_finished:
                return ("" if isinstance(event, TextMessage) else b"").join(parts)

    def _event(self) -> Event:
        while True:
            try:
                event = next(self._protocol.events(), None)
            except RemoteProtocolError as error:
                raise _CutOff(CloseReason.PROTOCOL_ERROR, str(error)) from None
            if event is None:
                self._receive()
                continue
            # A large frame comes in several parts, of which the last one counts.
            if getattr(event, "frame_finished", True) and not self._frames.take():
                raise _CutOff(CloseReason.POLICY_VIOLATION, "Too many messages.")
            return event

    def _receive(self) -> None:
        self._pause(0)  # what has arrived already is read without yielding
        data = self._sock.recv(_CHUNK)
        if not data:
            raise _CutOff(None)
        if not self._bytes.take(len(data)):
            raise _CutOff(CloseReason.POLICY_VIOLATION, "Too many bytes.")
        try:
            self._protocol.receive_data(data)
        except LocalProtocolError:
            raise _CutOff(None) from None

    def send(self, message: str | bytes) -> None:
        """:raises OSError: the connection is closed."""
        self._transmit(BytesMessage(message) if isinstance(message, bytes) else TextMessage(message))

    def close(self) -> None:
        self._close(CloseReason.NORMAL_CLOSURE)

    def _close(self, code: CloseReason, reason: str = "") -> None:
        try:
            self._transmit(CloseConnection(code, reason))
            self._sock.shutdown(socket.SHUT_RDWR)  # ends a `wait` in another thread
        except OSError:
            pass  # it is closed already

    def _transmit(self, event: Event) -> None:
        with self._sending:
            try:
                data = self._protocol.send(event)
            except LocalProtocolError as error:
                raise ConnectionError(str(error)) from None
            self._sock.sendall(data)


def _socket_of(environ: dict[str, Any]) -> Any:
    """The connection of a request, which WSGI does not provide and each server hides elsewhere."""
    if "werkzeug.socket" in environ:
        return environ["werkzeug.socket"]
    if "eventlet.input" in environ:
        return environ["eventlet.input"].get_socket()
    return environ["wsgi.input"].rfile.raw._sock  # gevent
