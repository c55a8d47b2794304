"""Namespaces /student and /proctor: the services of REST behind acknowledged events."""

from __future__ import annotations

from flask_socketio import SocketIO

from exam_app.sockets import proctor, student


def register(socketio: SocketIO) -> None:
    student.events.register(socketio)
    proctor.events.register(socketio)
