"""The namespaces of Socket.IO, and the rooms that connections join."""

from __future__ import annotations

import uuid

STUDENT, PROCTOR = "/student", "/proctor"


def session_room(session_id: uuid.UUID) -> str:
    """The students of a session."""
    return f"session:{session_id}"


def attempt_room(attempt_id: uuid.UUID) -> str:
    """All devices of the student of an attempt."""
    return f"attempt:{attempt_id}"


def monitor_room(session_id: uuid.UUID) -> str:
    """The dashboards of a session."""
    return f"monitor:{session_id}"


def user_room(user_id: uuid.UUID) -> str:
    """All connections of one user."""
    return f"user:{user_id}"
