"""Closed connections, processed in batches.

When a thousand close at once, one transaction each would delay the pages that reconnect meanwhile. The first
caller processes everything that closes until it is done; no caller waits for others.
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
"""Maximum number of connections in one batch."""


class ClosedConnection(NamedTuple):
    """A connection that closed; `place` is a session, or the attempt of a self-paced student."""

    place: uuid.UUID
    student_id: uuid.UUID
    connection: str
    attempt_id: uuid.UUID | None
    at: datetime


_waiting: deque[ClosedConnection] = deque()
_processing = threading.Lock()


def connection_closed(app: Flask, connection: ClosedConnection) -> None:
    """Record that a connection closed. If it was the student's last one, proctors are notified, and the clock
    stops if the test says so. Commits, in transactions of its own."""
    _waiting.append(connection)
    # Checked again after each release: a caller too late for the batch found the lock taken.
    while _waiting and _processing.acquire(blocking=False):
        try:
            batch = [_waiting.popleft() for _ in range(min(_MOST, len(_waiting)))]
            # They belong to several organizations, and the caller may be scoped to one.
            with app.app_context():
                _process(batch)
        except Exception:
            log.exception("some closed connections could not be processed")
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
