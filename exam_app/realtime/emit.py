"""Every event the server sends: its name, its room, its payload. The only caller of `socketio.emit`.

Events tell, they do not carry truth: a client that misses one asks for the snapshot. Events to a
session's proctors carry `seq`, counted in Redis; `seq` is None while Redis is away, which a dashboard
treats as a gap. Changes of students and receipts of messages are collected and sent at most four times a
second for each session: the first at once, what follows within a quarter of a second in one delta.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from redis import RedisError

from exam_app import clock
from exam_app.extensions import socketio
from exam_app.infrastructure.redis_client import redis
from exam_app.realtime import staff_connections
from exam_app.rules.permissions import Role

log = logging.getLogger(__name__)

STUDENT, PROCTOR = "/student", "/proctor"
INTERVAL = 0.25
_MAX_EVENTS = 200


def session_room(session_id: uuid.UUID) -> str:
    return f"session:{session_id}"


def attempt_room(attempt_id: uuid.UUID) -> str:
    return f"attempt:{attempt_id}"


def monitor_room(session_id: uuid.UUID) -> str:
    return f"monitor:{session_id}"


def user_room(user_id: uuid.UUID) -> str:
    return f"user:{user_id}"


# --- to students --------------------------------------------------------------------------------


def session_event(
    name: str, session_id: uuid.UUID, payload: dict[str, Any], to_students: dict[str, Any] | None = None
) -> None:
    """`session_waiting`, `_started`, `_completed` or `_cancelled`: to students and proctors; `to_students`
    is for students alone."""
    data = {"sessionId": str(session_id), "serverTime": clock.iso(clock.now()), **payload}
    socketio.emit(name, data | (to_students or {}), to=session_room(session_id), namespace=STUDENT)
    monitor_event(name, session_id, payload)


def attempt_event(name: str, attempt_id: uuid.UUID, payload: dict[str, Any]) -> None:
    """`time_warning`, `deadline_changed`, `attempt_closed`, `help_resolved`: to an attempt's devices."""
    data = {"attemptId": str(attempt_id), "serverTime": clock.iso(clock.now()), **payload}
    socketio.emit(name, data, to=attempt_room(attempt_id), namespace=STUDENT)


def answers_changed(attempt_id: uuid.UUID, payload: dict[str, Any], saved_by: str | None) -> None:
    """A save, to the student's other devices; `saved_by` is the connection that knows already."""
    data = {"attemptId": str(attempt_id), **payload}
    socketio.emit("answers_changed", data, to=attempt_room(attempt_id), namespace=STUDENT, skip_sid=saved_by)


def message(session_id: uuid.UUID, student_ids: list[uuid.UUID] | None, payload: dict[str, Any]) -> None:
    """Words of the staff, to these students wherever they are; None: to everybody in the session."""
    data = {"sessionId": str(session_id), **payload}
    to = session_room(session_id) if student_ids is None else [user_room(student) for student in student_ids]
    socketio.emit("message", data, to=to, namespace=STUDENT)


def notification(user_id: uuid.UUID, role: Role, payload: dict[str, Any]) -> None:
    namespace = STUDENT if role == Role.STUDENT else PROCTOR
    socketio.emit("notification", payload, to=user_room(user_id), namespace=namespace)


# --- to proctors --------------------------------------------------------------------------------


def access_changed(user_id: uuid.UUID, message: str) -> None:
    """What this person may watch is not what it was: they are told why, and their connections closed. Those
    who come back are let in to what is theirs now."""
    socketio.emit("access_changed", {"message": message}, to=user_room(user_id), namespace=PROCTOR)
    for connection in staff_connections.of(user_id):
        socketio.server.disconnect(connection, namespace=PROCTOR)


def monitor_event(name: str, session_id: uuid.UUID, payload: dict[str, Any]) -> None:
    """Tell a session's proctors, with the next number."""
    # What is numbered first leaves first: a dashboard takes a number that is too high for a gap.
    with _numbering:
        data = {
            "sessionId": str(session_id),
            "seq": next_seq(session_id),
            "serverTime": clock.iso(clock.now()),
            **payload,
        }
        socketio.emit(name, data, to=monitor_room(session_id), namespace=PROCTOR)


def student_joined(session_id: uuid.UUID, student_id: uuid.UUID, name: str) -> None:
    _presence_event("student_joined", session_id, student_id, name)


def student_left(session_id: uuid.UUID, student_id: uuid.UUID, name: str) -> None:
    _presence_event("student_left", session_id, student_id, name)


def real_time_stats(session_id: uuid.UUID, stats: dict[str, Any]) -> None:
    """Send the counts of a session, unless they are what was sent last."""
    told = json.dumps(stats, sort_keys=True)
    try:
        before: Any = redis().set(_stats_key(session_id), told, ex=86_400, get=True)
    except RedisError as error:
        log.warning("the counts are not sent, Redis is away: %s", error)
        return
    if before is None or before.decode() != told:
        monitor_event("real_time_stats", session_id, {"stats": stats})


def last_stats(session_ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, int]]:
    """The counts that were sent last, of the sessions that had any.

    :raises RedisError: Redis is away.
    """
    found: Any = redis().mget([_stats_key(session_id) for session_id in session_ids]) if session_ids else []
    return {key: json.loads(told) for key, told in zip(session_ids, found, strict=True) if told}


def student_changed(
    session_id: uuid.UUID,
    student_id: uuid.UUID,
    changes: dict[str, Any],
    event: dict[str, Any] | None = None,
) -> None:
    """Collect a change of one student's row, and what to add to the event feed, for the next delta."""
    with _collecting(session_id) as delta:
        _merge(delta.students.setdefault(str(student_id), {}), changes)
        if event is not None:
            delta.events.append(event)


def message_receipts(session_id: uuid.UUID, counts: dict[str, Any]) -> None:
    """Collect how many have received a message, `{messageId, recipients, received, confirmed}`, for the next
    delta. Receipts are never taken back: of two counts the higher is the newer, whichever is told first."""
    with _collecting(session_id) as delta:
        before = delta.receipts.get(counts["messageId"], counts)
        delta.receipts[counts["messageId"]] = {key: max(before[key], counts[key]) for key in counts}


def flush() -> None:
    """Send what is collected now: a worker calls this at the end of a job, having nobody to do it later."""
    for session_id in list(_deltas):
        _flush(session_id)


# --- inside -------------------------------------------------------------------------------------


@dataclass
class _Delta:
    students: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[int, dict[str, Any]] = field(default_factory=dict)
    is_scheduled: bool = False
    sent_at: float = 0.0


_deltas: dict[uuid.UUID, _Delta] = {}
_lock = threading.Lock()
_numbering = threading.Lock()


@contextmanager
def _collecting(session_id: uuid.UUID) -> Iterator[_Delta]:
    """What is collected for a session's next delta; whoever adds to it first has it sent."""
    with _lock:
        delta = _deltas.setdefault(session_id, _Delta())
        yield delta
        must_schedule = not delta.is_scheduled
        delta.is_scheduled = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if must_schedule and app.config["ROLE"] == "web":
        socketio.start_background_task(_flush_later, app, session_id)


def _merge(row: dict[str, Any], changes: dict[str, Any]) -> None:
    """Lay `changes` over `row`; what is a mapping in both is merged, so that no question is forgotten."""
    for key, value in changes.items():
        row[key] = (
            {**row[key], **value} if isinstance(row.get(key), dict) and isinstance(value, dict) else value
        )


def _flush_later(app: Flask, session_id: uuid.UUID) -> None:
    wait = _deltas.get(session_id, _Delta()).sent_at + INTERVAL - time.monotonic()
    if wait > 0:
        socketio.sleep(wait)
    with app.app_context():
        _flush(session_id)


def _flush(session_id: uuid.UUID) -> None:
    with _lock:
        delta = _deltas.get(session_id)
        if delta is None:
            return
        now = time.monotonic()
        for idle in [key for key, d in _deltas.items() if not d.is_scheduled and d.sent_at + INTERVAL < now]:
            del _deltas[idle]
        _deltas[session_id] = _Delta(sent_at=now)
    if delta.students or delta.events:
        rows = [{"studentId": student_id, **row} for student_id, row in delta.students.items()]
        changes = {"students": rows, "events": delta.events[-_MAX_EVENTS:]}
        monitor_event("student_status_update", session_id, changes)
    for counts in delta.receipts.values():
        monitor_event("message_receipts", session_id, counts)


def _presence_event(name: str, session_id: uuid.UUID, student_id: uuid.UUID, student_name: str) -> None:
    at = clock.iso(clock.now())
    monitor_event(name, session_id, {"studentId": str(student_id), "studentName": student_name, "at": at})


def next_seq(session_id: uuid.UUID) -> int | None:
    try:
        return int(redis().incr(_seq_key(session_id)))
    except RedisError as error:
        log.warning("event without a number, Redis is away: %s", error)
        return None


def current_seq(session_id: uuid.UUID) -> int | None:
    """The number of the last event sent to the session's proctors: taken before a snapshot is read."""
    try:
        return int(redis().get(_seq_key(session_id)) or 0)
    except RedisError:
        return None


def _stats_key(session_id: uuid.UUID) -> str:
    return f"monitor-stats:{session_id}"


def _seq_key(session_id: uuid.UUID) -> str:
    return f"monitor-seq:{session_id}"
