"""Frequent changes are collected for each session and sent to its proctors at most four times a second.

The first change is sent at once; those within the next quarter of a second are sent as one delta. Deltas are
collected in memory: one that is lost with its process is corrected by the next snapshot.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app

from exam_app.realtime import emit
from exam_app.realtime.channel import socketio
from exam_app.realtime.shapes import ActivityEvent, MessageReceipts
from exam_app.realtime.student_row import StudentChange

INTERVAL = 0.25
_MAX_EVENTS = 200


def student_changed(
    session_id: uuid.UUID | None,
    student_id: uuid.UUID,
    change: StudentChange,
    event: ActivityEvent | None = None,
) -> None:
    """Collect a change of one student's row, and an entry of the event feed, for the next delta.

    Self-paced attempts have no session and no dashboard, so they are ignored.
    """
    if session_id is None:
        return
    with _collecting(session_id) as delta:
        _merge(delta.students.setdefault(str(student_id), {}), change)
        if event is not None:
            delta.events.append(event)


def message_received(session_id: uuid.UUID, receipts: MessageReceipts) -> None:
    """Collect the receipts of a message for the next delta.

    Receipts only increase: of two counts the higher one is the newer.
    """
    with _collecting(session_id) as delta:
        before = delta.receipts.get(receipts["messageId"], receipts)
        delta.receipts[receipts["messageId"]] = {
            "messageId": receipts["messageId"],
            "recipients": max(before["recipients"], receipts["recipients"]),
            "received": max(before["received"], receipts["received"]),
            "confirmed": max(before["confirmed"], receipts["confirmed"]),
        }


def flush() -> None:
    """Send collected deltas now. A worker calls this at the end of a job, as it has no background task."""
    for session_id in list(collected):
        _flush(session_id)


@dataclass
class _Delta:
    students: dict[str, StudentChange] = field(default_factory=dict)
    events: list[ActivityEvent] = field(default_factory=list)
    receipts: dict[int, MessageReceipts] = field(default_factory=dict)
    is_scheduled: bool = False
    sent_at: float = 0.0


collected: dict[uuid.UUID, _Delta] = {}
"""What waits for the next delta of each session; one that has gone quiet is forgotten."""
_lock = threading.Lock()


@contextmanager
def _collecting(session_id: uuid.UUID) -> Iterator[_Delta]:
    """The next delta of a session; the first change in it schedules its sending."""
    with _lock:
        delta = collected.setdefault(session_id, _Delta())
        yield delta
        must_schedule = not delta.is_scheduled
        delta.is_scheduled = True
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if must_schedule and app.config["ROLE"] == "web":
        socketio().start_background_task(flush_later, app, session_id)


def _merge(row: Any, change: Any) -> None:
    """Merge `change` into `row`; nested mappings are merged too, so that no question is lost."""
    for key, value in change.items():
        row[key] = (
            {**row[key], **value} if isinstance(row.get(key), dict) and isinstance(value, dict) else value
        )


def flush_later(app: Flask, session_id: uuid.UUID) -> None:
    """Send what is collected when the interval is over: what a background task does for each delta."""
    with app.app_context():
        wait = collected.get(session_id, _Delta()).sent_at + INTERVAL - time.monotonic()
        if wait > 0:
            socketio().sleep(wait)
        _flush(session_id)


def _flush(session_id: uuid.UUID) -> None:
    with _lock:
        delta = collected.get(session_id)
        if delta is None:
            return
        now = time.monotonic()
        for idle in [
            key for key, d in collected.items() if not d.is_scheduled and d.sent_at + INTERVAL < now
        ]:
            del collected[idle]
        collected[session_id] = _Delta(sent_at=now)
    if delta.students or delta.events:
        emit.students_changed(session_id, delta.students, delta.events[-_MAX_EVENTS:])
    for receipts in delta.receipts.values():
        emit.message_receipts(session_id, receipts)
