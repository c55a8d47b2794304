"""Every event that the server sends: name, room, payload. The only caller of `socketio().emit`.

An event is a signal, not the source of truth: a client that misses one requests the snapshot. Events to a
session's proctors carry `seq`, counted in Redis; `seq` is None while Redis is unreachable, which a dashboard
treats as a gap. Changes of students are not sent one by one, see `realtime/deltas.py`.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from redis import RedisError

from exam_app import clock
from exam_app.infrastructure.redis_client import redis
from exam_app.realtime import connections
from exam_app.realtime.channel import socketio
from exam_app.realtime.rooms import (
    PROCTOR,
    STUDENT,
    attempt_room,
    monitor_room,
    session_room,
    user_room,
)
from exam_app.realtime.shapes import (
    ActivityEvent,
    Alert,
    ClosedAttempt,
    HelpRequest,
    MessageReceipts,
    Outage,
    Replacement,
    SentMessage,
    SessionPause,
    SessionStats,
    SessionTimes,
    StudentMessage,
)
from exam_app.realtime.student_row import StudentChange
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.rules.permissions import Role

log = logging.getLogger(__name__)

_numbering = threading.Lock()


# --- to students and proctors -------------------------------------------------------------------


def session_moved(name: str, session_id: uuid.UUID, times: SessionTimes, key: str | None = None) -> None:
    """`session_waiting`, `_started`, `_completed`, `_reopened` or `_cancelled`; `key` decrypts the sealed
    papers, and is sent to students only."""
    data = {"sessionId": str(session_id), "serverTime": clock.iso(clock.now()), **times}
    for_students = {"key": key} if key else {}
    socketio().emit(name, data | for_students, to=session_room(session_id), namespace=STUDENT)
    _to_monitor(name, session_id, times)


def access_changed(user_id: uuid.UUID, message: str) -> None:
    """What this user may see has changed: their pages get the message, and their connections are closed. When
    they reconnect, they are admitted to what they may see then."""
    for namespace in (STUDENT, PROCTOR):
        socketio().emit("access_changed", {"message": message}, to=user_room(user_id), namespace=namespace)
    for namespace, connection in connections.of(user_id):
        socketio().server.disconnect(connection, namespace=namespace)


# --- to students --------------------------------------------------------------------------------


def attempt_closed(
    attempt_id: uuid.UUID,
    status: AttemptStatus,
    submitted_at: datetime | None,
    method: SubmissionMethod | None,
    receipt: str | None = None,
    replacement: Replacement | None = None,
) -> None:
    closed: ClosedAttempt = {
        "status": status.value,
        "submittedAt": clock.iso(submitted_at),
        "submissionMethod": method.value if method else None,
        "receipt": receipt,
    }
    _to_attempt("attempt_closed", attempt_id, {**closed, **(replacement or {})})


def attempt_moved(
    name: str, attempt_id: uuid.UUID, status: AttemptStatus, deadline: datetime, reason: str
) -> None:
    """`attempt_paused`, `attempt_resumed` or `attempt_reopened`."""
    data = {"status": status.value, "expiresAt": clock.iso(deadline), "reason": reason}
    _to_attempt(name, attempt_id, data)


def deadline_changed(attempt_id: uuid.UUID, deadline: datetime, seconds: int, reason: str) -> None:
    data = {"expiresAt": clock.iso(deadline), "secondsAdded": seconds, "reason": reason}
    _to_attempt("deadline_changed", attempt_id, data)


def time_warning(attempt_id: uuid.UUID, deadline: datetime, minutes_left: int) -> None:
    data = {"minutesLeft": minutes_left, "expiresAt": clock.iso(deadline)}
    _to_attempt("time_warning", attempt_id, data)


def result_released(attempt_id: uuid.UUID) -> None:
    """The student may see a result, or the visible result changed."""
    _to_attempt("result_released", attempt_id, {})


def conflicts_changed(
    attempt_id: uuid.UUID, opened: Sequence[dict[str, Any]] = (), settled: Sequence[str] = ()
) -> None:
    """:param settled: change ids of resolved conflicts."""
    _to_attempt("conflicts_changed", attempt_id, {"opened": list(opened), "settled": list(settled)})


def help_resolved(attempt_id: uuid.UUID, request: HelpRequest) -> None:
    data = {"requestId": request["requestId"], "kind": request["kind"], "note": request["note"]}
    _to_attempt("help_resolved", attempt_id, data)


def answers_changed(attempt_id: uuid.UUID, saved: Mapping[str, Any], saved_by: str | None) -> None:
    """A save, to the student's other devices; `saved_by` is the connection to skip."""
    data = {"attemptId": str(attempt_id), **saved}
    socketio().emit(
        "answers_changed", data, to=attempt_room(attempt_id), namespace=STUDENT, skip_sid=saved_by
    )


def message(session_id: uuid.UUID, student_ids: list[uuid.UUID] | None, message: StudentMessage) -> None:
    """To all connections of these students; None: to every student in the session."""
    data = {"sessionId": str(session_id), **message}
    to = session_room(session_id) if student_ids is None else [user_room(student) for student in student_ids]
    socketio().emit("message", data, to=to, namespace=STUDENT)


def notification(user_id: uuid.UUID, role: Role, payload: Mapping[str, Any]) -> None:
    namespace = STUDENT if role == Role.STUDENT else PROCTOR
    socketio().emit("notification", payload, to=user_room(user_id), namespace=namespace)


# --- to proctors --------------------------------------------------------------------------------


def session_paused_or_resumed(name: str, session_id: uuid.UUID, pause: SessionPause) -> None:
    """`session_paused` or `session_resumed`, of the session as a whole."""
    _to_monitor(name, session_id, pause)


def student_joined(session_id: uuid.UUID, student_id: uuid.UUID, name: str) -> None:
    _presence_event("student_joined", session_id, student_id, name)


def student_left(session_id: uuid.UUID, student_id: uuid.UUID, name: str) -> None:
    _presence_event("student_left", session_id, student_id, name)


def students_changed(
    session_id: uuid.UUID, changes: Mapping[str, StudentChange], events: Sequence[ActivityEvent]
) -> None:
    """:param changes: by student id."""
    rows = [{"studentId": student_id, **change} for student_id, change in changes.items()]
    _to_monitor("student_status_update", session_id, {"students": rows, "events": events})


def help_requested(session_id: uuid.UUID, request: HelpRequest) -> None:
    _to_monitor("help_requested", session_id, {"request": request})


def help_request_resolved(session_id: uuid.UUID, request: HelpRequest) -> None:
    _to_monitor("help_resolved", session_id, {"request": request})


def message_sent(session_id: uuid.UUID, message: SentMessage) -> None:
    _to_monitor("message_sent", session_id, {"message": message})


def message_receipts(session_id: uuid.UUID, receipts: MessageReceipts) -> None:
    _to_monitor("message_receipts", session_id, receipts)


def integrity_alert(session_id: uuid.UUID, alert: Alert) -> None:
    _to_monitor("integrity_alert", session_id, {"alert": alert})


def alert_resolved(session_id: uuid.UUID, alert: Alert) -> None:
    _to_monitor("alert_resolved", session_id, {"alert": alert})


def outage_detected(session_id: uuid.UUID, outage: Outage) -> None:
    _to_monitor("outage_detected", session_id, {"outage": outage})


def outage_credited(session_id: uuid.UUID, outage: Outage) -> None:
    """A credit was given or undone."""
    _to_monitor("outage_credited", session_id, {"outage": outage})


def real_time_stats(session_id: uuid.UUID, stats: SessionStats) -> None:
    """Send the counts of a session, unless they are unchanged."""
    counts = json.dumps(stats, sort_keys=True)
    try:
        before: Any = redis().set(_stats_key(session_id), counts, ex=86_400, get=True)
    except RedisError as error:
        log.warning("the counts are not sent, Redis is unreachable: %s", error)
        return
    if before is None or before.decode() != counts:
        _to_monitor("real_time_stats", session_id, {"stats": stats})


def last_stats(session_ids: list[uuid.UUID]) -> dict[uuid.UUID, SessionStats]:
    """The counts that were last sent, for the sessions that have any.

    :raises RedisError: Redis is unreachable.
    """
    found: Any = redis().mget([_stats_key(session_id) for session_id in session_ids]) if session_ids else []
    return {key: json.loads(counts) for key, counts in zip(session_ids, found, strict=True) if counts}


def current_seq(session_id: uuid.UUID) -> int | None:
    """The number of the last event sent to the session's proctors; read it before the snapshot."""
    try:
        return int(redis().get(_seq_key(session_id)) or 0)
    except RedisError:
        return None


# --- inside -------------------------------------------------------------------------------------


def _to_attempt(name: str, attempt_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    data = {"attemptId": str(attempt_id), "serverTime": clock.iso(clock.now()), **payload}
    socketio().emit(name, data, to=attempt_room(attempt_id), namespace=STUDENT)


def _to_monitor(name: str, session_id: uuid.UUID, payload: Mapping[str, Any]) -> None:
    # Events must be sent in order of their numbers: a dashboard takes a skipped number for a gap.
    with _numbering:
        data = {
            "sessionId": str(session_id),
            "seq": _next_seq(session_id),
            "serverTime": clock.iso(clock.now()),
            **payload,
        }
        socketio().emit(name, data, to=monitor_room(session_id), namespace=PROCTOR)


def _presence_event(name: str, session_id: uuid.UUID, student_id: uuid.UUID, student_name: str) -> None:
    at = clock.iso(clock.now())
    _to_monitor(name, session_id, {"studentId": str(student_id), "studentName": student_name, "at": at})


def _next_seq(session_id: uuid.UUID) -> int | None:
    try:
        return int(redis().incr(_seq_key(session_id)))
    except RedisError as error:
        log.warning("event without a number, Redis is unreachable: %s", error)
        return None


def _stats_key(session_id: uuid.UUID) -> str:
    return f"monitor-stats:{session_id}"


def _seq_key(session_id: uuid.UUID) -> str:
    return f"monitor-seq:{session_id}"
