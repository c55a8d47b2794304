"""Connections that close, attended to together.

When a thousand go at once, a transaction for each would keep the pages waiting that come back meanwhile.
Whoever closes first attends to all who close until that is done; nobody is delayed to wait for others.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from datetime import datetime
from typing import NamedTuple

from flask import Flask

from exam_app.realtime import presence
from exam_app.services.taking import heartbeats, recovery

log = logging.getLogger(__name__)
_MOST = 200
"""Connections that one transaction is about."""


class ClosedConnection(NamedTuple):
    """A connection that closed; `place` is a session, or the attempt of a student who is on their own."""

    place: uuid.UUID
    student_id: uuid.UUID
    connection: str
    attempt_id: uuid.UUID | None
    at: datetime


_waiting: deque[ClosedConnection] = deque()
_processing = threading.Lock()


def connection_closed(app: Flask, connection: ClosedConnection) -> None:
    """Note that a connection closed. Whose last one it was has left: the proctors are told, and the clock
    stops where the test says so. Commits, in transactions of its own."""
    _waiting.append(connection)
    # Looked at again after each release: who came too late to be taken along found the lock held.
    while _waiting and _processing.acquire(blocking=False):
        try:
            batch = [_waiting.popleft() for _ in range(min(_MOST, len(_waiting)))]
            # They are of several organizations, and the caller may be limited to one.
            with app.app_context():
                _process(batch)
        except Exception:
            log.exception("connections closed, and not everybody was told")
        finally:
            _processing.release()


def _process(connections: list[ClosedConnection]) -> None:
    by_place: dict[uuid.UUID, list[ClosedConnection]] = {}
    for connection in connections:
        by_place.setdefault(connection.place, []).append(connection)
    for place, closed in by_place.items():
        gone = presence.drop(place, [(one.student_id, one.connection) for one in closed])
        if gone:
            now = max(one.at for one in closed)
            heartbeats.record_left(place, gone, now)
            attempts = {one.attempt_id for one in closed if one.student_id in gone and one.attempt_id}
            recovery.connection_lost(list(attempts), now)
