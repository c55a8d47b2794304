"""Namespaces /student and /proctor: the services of the REST API as acknowledged events."""

from __future__ import annotations

from collections import Counter

from flask_socketio import SocketIO

from exam_app.sockets import proctor, student


def register(socketio: SocketIO) -> None:
    student.events.register(socketio)
    proctor.events.register(socketio)


def connected() -> dict[int, tuple[int, int]]:
    """The numbers of students and of staff members connected to this process, by organization."""
    students, staff = (
        Counter(connection.organization_id for connection in list(events.connections.values()))
        for events in (student.events, proctor.events)
    )
    return {key: (students[key], staff[key]) for key in students.keys() | staff.keys()}
