"""The /proctor namespace: the live dashboard."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_socketio import join_room

from exam_app import live
from exam_app.errors import Forbidden
from exam_app.rules.permissions import STAFF, Permission, allows
from exam_app.schemas import events as shapes
from exam_app.services import access, deadlines, monitoring
from exam_app.sockets.protocol import Connection, Events

events = Events(live.PROCTOR, STAFF)


@events.on("monitor_join", shapes.MonitorJoin)
def monitor_join(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    session = access.session_for(connection.user(), data["session_id"])
    # First the room, then the snapshot: what happens in between is told twice rather than not at all.
    join_room(live.monitor_room(session.id))
    return monitoring.snapshot(session, now)


@events.on("attempts_extend", shapes.AttemptsExtend)
def attempts_extend(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    actor = connection.user()
    if not allows(actor.role, Permission.EXTEND_TIME):
        raise Forbidden
    session = access.session_for(actor, data["session_id"])
    return deadlines.extend_time(session, actor, data["attempt_ids"], data["minutes"], data["reason"], now)
