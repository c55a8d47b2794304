"""The /student namespace: the exam page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app, request
from flask_socketio import join_room

from exam_app import clock
from exam_app.infrastructure.turns import Turns
from exam_app.models import Attempt, User
from exam_app.realtime import rooms
from exam_app.rules.permissions import Role
from exam_app.schemas import events as shapes
from exam_app.services.answers import saving
from exam_app.services.answers.judging import Batch
from exam_app.services.attempts import highlights
from exam_app.services.organizations import visibility
from exam_app.services.organizations.visibility import own_attempt
from exam_app.services.proctoring import help_requests, integrity, messages
from exam_app.services.sessions import sealed_papers
from exam_app.services.sessions import views as session_views
from exam_app.services.taking import disconnects, heartbeats, joining, progress, recovery, submissions
from exam_app.services.taking import state as attempt_state
from exam_app.services.taking.disconnects import ClosedConnection
from exam_app.sockets.protocol import Connection, Events

events = Events(rooms.STUDENT, frozenset({Role.STUDENT}))
_ON_PAGE = {"visible": True, "focused": True, "pending": 0, "deadline": None}
_ENTERING = Turns(8)
"""Joining costs ten times as much as a save. When a class joins at once, it queues here, so that saves of
students who have joined go first. A student who waited starts when admitted, so no time is lost."""


@events.on("session_join", shapes.SessionJoin, _ENTERING)
def session_join(connection: Connection, data: dict[str, Any], _arrived_at: datetime) -> dict[str, Any]:
    now = clock.now()
    student = connection.user()
    # Join the room before reading the state: a start in between is sent twice rather than lost.
    visibility.check_session(student, data["session_id"])
    join_room(rooms.session_room(data["session_id"]))
    session, attempt = joining.join_session(student, data["session_id"], now)
    described = session_views.describe_session(session)
    state = prepared = None
    if attempt is not None:
        state = attempt_state.attempt_state(_enter(connection, student, attempt, now), now)
    elif prepared := sealed_papers.prepared_for(session, student):
        # A page that decrypts the sealed paper must receive the events of its attempt from the start.
        connection.attempt_id = uuid.UUID(prepared["attemptId"])
        join_room(rooms.attempt_room(connection.attempt_id))
    received = state["messages"] if state else messages.of_student(session.id, student.id)
    _alive(connection, session.id, now)
    return {
        "session": described,
        "attempt": state,
        "prepared": prepared,
        "messages": received,
        "serverTime": clock.iso(clock.now()),
    }


@events.on("state_sync_request", shapes.StateSyncRequest, _ENTERING)
def state_sync_request(connection: Connection, data: dict[str, Any], _arrived_at: datetime) -> dict[str, Any]:
    now = clock.now()
    student = connection.user()
    attempt = _enter(connection, student, own_attempt(student, data["attempt_id"]), now)
    if attempt.session_id is not None:
        join_room(rooms.session_room(attempt.session_id))
    state = attempt_state.attempt_state(attempt, now)
    _alive(connection, attempt.session_id or attempt.id, now)
    return state


@events.on("heartbeat", shapes.Heartbeat)
def heartbeat(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    page = {key: data[key] for key in ("visible", "focused", "pending")}
    page["deadline"] = clock.iso(data["deadline"])
    connection.check()
    connection.newest_beat = max(connection.newest_beat, data["seq"])
    state: dict[str, Any] = {"serverTime": clock.iso(now), "status": None, "expiresAt": None, "version": None}
    place = connection.place
    if data.get("attempt_id") is not None:
        state, session_id = progress.heartbeat(connection.user_id, data["attempt_id"], now)
        place = session_id or data["attempt_id"]
    elif place is not None:
        visibility.check_session(connection.user(), place)
        # A waiting page that missed the start, because Redis was unreachable, gets it here.
        state["sessionStatus"] = session_views.status_of(place)
    if place is not None:
        _alive(connection, place, now, Beat(data["seq"], page, state["expiresAt"]))
    return state


@events.on("answers_save", shapes.AnswersSave)
@events.on("answer_submitted", shapes.AnswerSubmitted)
def answers_save(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return saving.save(_batch(connection, data, now))


@events.on("progress_update", shapes.ProgressUpdate)
def progress_update(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    attempt = progress.move_to(connection.user(), data["attempt_id"], data["question_index"], now)
    return {"currentQuestionIndex": attempt.current_question}


@events.on("tab_violation", shapes.TabViolation)
def tab_violation(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    count = integrity.record_violation(
        connection.user(), data["attempt_id"], data["type"], data["duration_ms"] or 0, now
    )
    return {"violations": count}


@events.on("text_highlighted", shapes.TextHighlighted)
def text_highlighted(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return highlights.add(connection.user(), now=now, **data)


@events.on("highlight_removed", shapes.HighlightRemoved)
def highlight_removed(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return highlights.remove(connection.user(), data["attempt_id"], data["highlight_id"], now)


@events.on("hand_raise", shapes.HandRaise)
def hand_raise(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    return help_requests.raise_hand(
        connection.user(), data["attempt_id"], data["text"], data["question_id"], now
    )


@events.on("hand_lower", shapes.HandLower)
def hand_lower(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {"lowered": help_requests.lower_hand(connection.user(), data["attempt_id"], now)}


@events.on("question_report", shapes.QuestionReport)
def question_report(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    return help_requests.report_question(
        connection.user(), data["attempt_id"], data["question_id"], data["text"], now
    )


@events.on("message_received", shapes.MessageReceived)
def message_received(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    ids = messages.note_received(connection.user(), data["message_ids"], data["confirmed"], now)
    return {"messageIds": ids}


@events.on("attempt_submit", shapes.AttemptSubmit)
def attempt_submit(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    batch = _batch(connection, data, now)
    return submissions.submit(connection.user(), data["attempt_id"], batch, data["confirm_submission"], now)


def _batch(connection: Connection, data: dict[str, Any], now: datetime) -> Batch:
    connection.device = data.get("device") or connection.device
    return Batch(
        attempt_id=data["attempt_id"],
        student_id=connection.user_id,
        changes=data["changes"],
        arrived_at=now,
        sent_at=data.get("sent_at"),
        device=data.get("device"),
        connection=connection.sid,
    )


def _enter(connection: Connection, student: User, attempt: Attempt, now: datetime) -> Attempt:
    """Bind the connection to this attempt, and end a pause that was caused by a lost connection."""
    join_room(rooms.attempt_room(attempt.id))
    connection.attempt_id = attempt.id
    integrity.note_origin(attempt, request.remote_addr, request.user_agent.string, now)
    return recovery.end_connection_pause(student, attempt, now)


class Beat(NamedTuple):
    """The state of the page from a heartbeat, and the effective deadline."""

    number: int
    page: dict[str, Any]
    deadline: str | None


def _alive(connection: Connection, place: uuid.UUID, now: datetime, beat: Beat | None = None) -> None:
    """Record a heartbeat at `place`, the session or the self-paced attempt; without a beat the last state of
    the page is kept. Ignored if the page closed in the meantime, as it would stay present until swept."""
    origin = {
        "address": request.remote_addr,
        "agent": request.user_agent.string,
        "device": connection.device,
    }
    with connection.signing:
        # Events of one page are handled concurrently: a heartbeat older than the newest one is outdated.
        if connection.is_closed or (beat and beat.number < connection.newest_beat):
            return
        page = beat.page if beat else connection.sign.page or _ON_PAGE
        connection.place = place
        sign = connection.sign = heartbeats.record_heartbeat(
            place,
            connection.user_id,
            connection.name,
            connection.sid,
            connection.sign,
            page | origin,
            now,
            beat.deadline if beat else None,
        )
    if connection.attempt_id is not None:
        heartbeats.check_connection(connection.attempt_id, connection.name, sign, now)


def leave(connection: Connection, now: datetime) -> None:
    with connection.signing:
        connection.is_closed = True
    if connection.place is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        disconnects.connection_closed(
            app,
            ClosedConnection(
                connection.place, connection.user_id, connection.sid, connection.attempt_id, now
            ),
        )


events.on_leave = leave
