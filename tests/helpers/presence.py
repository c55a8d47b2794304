"""Heartbeats, as a student's page sends them."""

from __future__ import annotations

from typing import Any

from exam_app.services.taking import heartbeats
from tests.helpers.times import NOW

ON_PAGE = {"visible": True, "focused": True, "pending": 0}


def send_heartbeat(session: Any, student: Any, at: Any = NOW) -> None:
    """Send a heartbeat of the student's page."""
    heartbeats.record_heartbeat(
        session.id, student.id, student.full_name, "sid", heartbeats.ConnectionState(), ON_PAGE, at
    )
