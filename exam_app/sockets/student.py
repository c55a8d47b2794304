"""The /student namespace: the exam page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_socketio import join_room

from exam_app import clock, live, presence
from exam_app.rules.permissions import Role
from exam_app.schemas import events as shapes
from exam_app.services import answers, attempts, attendance, exam_sessions, progress, submissions
from exam_app.services.answer_judgement import Batch
from exam_app.sockets.protocol import Connection, Events

events = Events(live.STUDENT, frozenset({Role.STUDENT}))
_ON_PAGE = {"visible": True, "focused": True, "pending": 0}


@events.on("session_join", shapes.SessionJoin)
def session_join(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    session, attempt = exam_sessions.join_session(connection.user(), data["session_id"], now)
    join_room(live.session_room(session.id))
    if attempt is not None:
        join_room(live.attempt_room(attempt.id))
    _alive(connection, session.id, _ON_PAGE, now)
    return {
        "session": exam_sessions.describe_session(session),
        "attempt": attempts.attempt_state(attempt, now) if attempt else None,
        "serverTime": clock.iso(clock.now()),
    }


@events.on("state_sync_request", shapes.StateSyncRequest)
def state_sync_request(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    attempt = attempts.own_attempt(connection.user(), data["attempt_id"])
    join_room(live.attempt_room(attempt.id))
    if attempt.session_id is not None:
        join_room(live.session_room(attempt.session_id))
        _alive(connection, attempt.session_id, _ON_PAGE, now)
    return attempts.attempt_state(attempt, now)


@events.on("heartbeat", shapes.Heartbeat)
def heartbeat(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    page = {key: data[key] for key in ("visible", "focused", "pending")}
    state: dict[str, Any] = {"serverTime": clock.iso(now), "status": None, "expiresAt": None, "version": None}
    session_id = connection.session_id
    if data.get("attempt_id") is not None:
        state, session_id = progress.heartbeat(connection.user_id, data["attempt_id"], now)
    if session_id is not None:
        _alive(connection, session_id, page, now)
    return state


@events.on("answers_save", shapes.AnswersSave)
@events.on("answer_submitted", shapes.AnswerSubmitted)
def answers_save(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return answers.save(_batch(connection, data, now))


@events.on("progress_update", shapes.ProgressUpdate)
def progress_update(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    attempt = progress.move_to(connection.user(), data["attempt_id"], data["question_index"], now)
    return {"currentQuestionIndex": attempt.current_question}


@events.on("tab_violation", shapes.TabViolation)
def tab_violation(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    count = progress.record_violation(
        connection.user(), data["attempt_id"], data["type"], data["duration_ms"] or 0, now
    )
    return {"violations": count}


@events.on("text_highlighted", shapes.TextHighlighted)
def text_highlighted(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    highlight = {
        "passageId": data["passage_id"],
        "text": data["text"],
        "start": data["start"],
        "end": data["end"],
    }
    return {"highlights": progress.record_highlight(connection.user(), data["attempt_id"], highlight, now)}


@events.on("attempt_submit", shapes.AttemptSubmit)
def attempt_submit(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    batch = _batch(connection, data, now)
    return submissions.submit(connection.user(), data["attempt_id"], batch, data["confirm_submission"], now)


def _batch(connection: Connection, data: dict[str, Any], now: datetime) -> Batch:
    return Batch(
        attempt_id=data["attempt_id"],
        student_id=connection.user_id,
        changes=data["changes"],
        arrived_at=now,
        sent_at=data.get("sent_at"),
        device=data.get("device"),
        connection=connection.sid,
    )


def _alive(connection: Connection, session_id: uuid.UUID, page: dict[str, Any], now: datetime) -> None:
    connection.session_id = session_id
    connection.sign = attendance.sign_of_life(
        session_id, connection.user_id, connection.name, connection.sid, connection.sign, page, now
    )


def leave(connection: Connection, now: datetime) -> None:
    session_id = connection.session_id
    if session_id and presence.drop(session_id, connection.user_id, connection.sid):
        attendance.announce_left(session_id, [connection.user_id], now)


events.on_leave = leave
