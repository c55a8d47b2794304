"""Limits before the Socket.IO server: what a connection may send, how long it may stay unused, and how many
there may be. They hold for WebSocket and for polling; the limits of a WebSocket frame are in
`infrastructure.websocket`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from typing import Any, NamedTuple

import socketio

from exam_app.infrastructure.token_bucket import TokenBucket
from exam_app.infrastructure.websocket import FRAMES, FRAMES_AT_ONCE

log = logging.getLogger(__name__)

JOIN_SECONDS = 30.0
"""The time in which a connection must join a namespace, which needs a login."""
MOST_OF_ADDRESS = 5_000
"""Connections of one client IP to a process: a large school behind one address."""
_BINARY = ("5", "6")
"""Packets with attachments, of which Socket.IO allows 10⁹ in one packet. No event of ours has any."""


class _Peer(NamedTuple):
    """The client IP of a connection, and the messages that it may send."""

    address: str
    messages: TokenBucket


class Guard:
    """Watches the connections of one Socket.IO server."""

    def __init__(self, server: socketio.Server, namespaces: Collection[str]) -> None:
        self._server, self._eio = server, server.eio
        self._namespaces = namespaces
        self._peers: dict[str, _Peer] = {}
        self._of_address: Counter[str] = Counter()
        self._connect, self._deliver, self._disconnect = (
            self._eio.handlers[name] for name in ("connect", "message", "disconnect")
        )
        self._eio.on("connect", self.connect)
        self._eio.on("message", self.receive)
        self._eio.on("disconnect", self.disconnect)

    def connect(self, sid: str, environ: dict[str, Any]) -> Any:
        address = environ.get("REMOTE_ADDR") or ""
        if self._of_address[address] >= MOST_OF_ADDRESS:
            log.warning("a connection is refused: %s has %s already", address, MOST_OF_ADDRESS)
            return False
        self._of_address[address] += 1
        self._peers[sid] = _Peer(address, TokenBucket(FRAMES, FRAMES_AT_ONCE))
        self._server.start_background_task(self._end_unused, sid)
        return self._connect(sid, environ)

    def receive(self, sid: str, data: str | bytes) -> None:
        peer = self._peers.get(sid)
        if peer is None or not peer.messages.take():
            self._end(sid, "it sends too many messages")
        elif not isinstance(data, str) or data.startswith(_BINARY):
            self._end(sid, "it sends what is no event")
        else:
            try:
                self._deliver(sid, data)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                self._end(sid, f"it sends malformed packets ({error})")

    def disconnect(self, sid: str, *reason: Any) -> None:
        if peer := self._peers.pop(sid, None):
            self._of_address[peer.address] -= 1
            if not self._of_address[peer.address]:
                del self._of_address[peer.address]
        self._disconnect(sid, *reason)

    def _end_unused(self, sid: str) -> None:
        self._server.sleep(JOIN_SECONDS)
        joined = (self._server.manager.sid_from_eio_sid(sid, namespace) for namespace in self._namespaces)
        if sid in self._peers and not any(joined):
            self._end(sid, "it has not joined a namespace")

    def _end(self, sid: str, reason: str) -> None:
        connection, peer = self._eio.sockets.pop(sid, None), self._peers.get(sid)
        if connection is None:
            return
        log.info("a connection of %s is ended: %s", peer and peer.address, reason)
        # Without waiting for the peer to take what is queued: it may never do so.
        connection.close(wait=False, abort=True, reason=self._eio.reason.SERVER_DISCONNECT)
