"""The /proctor namespace: the live dashboard and its actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_socketio import join_room

from exam_app.errors import Forbidden
from exam_app.models import ExamSession, User
from exam_app.realtime import rooms
from exam_app.rules.permissions import STAFF, Permission, allows
from exam_app.schemas import events as shapes
from exam_app.services.organizations import visibility
from exam_app.services.proctoring import alerts, help_requests, messages
from exam_app.services.reopening import late_time, reopen
from exam_app.services.sessions import dashboard, proctor_actions
from exam_app.services.timing import outage_credits
from exam_app.sockets.protocol import Connection, Events

events = Events(rooms.PROCTOR, STAFF)


@events.on("monitor_join", shapes.MonitorJoin)
def monitor_join(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.MONITOR)
    # Join the room before reading the snapshot: a change in between is sent twice rather than lost.
    join_room(rooms.monitor_room(session.id))
    return dashboard.snapshot(session, actor, now)


@events.on("attempts_extend", shapes.AttemptsExtend)
def attempts_extend(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.EXTEND_TIME)
    attempt_ids, minutes, reason = data["attempt_ids"], data["minutes"], data["reason"]
    return late_time.extend_time(
        session, actor, attempt_ids, minutes, reason, now, data["scaled"], data["confirm"]
    )


@events.on("attempts_reopen", shapes.AttemptsReopen)
def attempts_reopen(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.REOPEN)
    attempt_ids, minutes, reason = data["attempt_ids"], data["minutes"], data["reason"]
    return reopen.reopen_named(session, actor, attempt_ids, minutes, reason, now)


@events.on("message_send", shapes.MessageSend)
def message_send(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.MONITOR)
    return messages.send(session, actor, data["attempt_ids"], data["text"], now)


@events.on("message_recipients", shapes.MessageRecipients)
def message_recipients(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    _, session = _watching(connection, data, Permission.MONITOR)
    return messages.recipients(session, data["message_id"])


@events.on("request_resolve", shapes.RequestResolve)
def request_resolve(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.MONITOR)
    return help_requests.resolve(session, actor, data["request_id"], data["note"], now)


@events.on("alert_resolve", shapes.AlertResolve)
def alert_resolve(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.MONITOR)
    return alerts.resolve(actor, session, data["alert_id"], data["state"], data["note"], now)


@events.on("outage_credit", shapes.OutageCreditIn)
def outage_credit(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.EXTEND_TIME)
    return late_time.credit(session, actor, data["outage_id"], data["scaled"], now)


@events.on("outage_credit_undo", shapes.OutageEvent)
def outage_credit_undo(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
    actor, session = _watching(connection, data, Permission.EXTEND_TIME)
    return outage_credits.undo(session, actor, data["outage_id"], now)


def _control(name: str, permission: Permission, verb: Callable[..., dict[str, Any]]) -> None:
    @events.on(name, shapes.AttemptsControl)
    def control(connection: Connection, data: dict[str, Any], now: datetime) -> Mapping[str, Any]:
        actor, session = _watching(connection, data, permission)
        return verb(session, actor, data["attempt_ids"], data["reason"], now)


_control("attempts_pause", Permission.PAUSE, proctor_actions.pause)
_control("attempts_resume", Permission.RESUME, proctor_actions.resume)
_control("attempts_cancel", Permission.CANCEL, proctor_actions.cancel)
_control("attempts_submit", Permission.FORCE_SUBMIT, proctor_actions.submit)


def _watching(
    connection: Connection, data: dict[str, Any], permission: Permission
) -> tuple[User, ExamSession]:
    """The actor and the session: the guard of all these events.

    :raises Forbidden: the role does not allow it.
    :raises NotFound: not a session that the actor may proctor.
    """
    actor = connection.user()
    if not allows(actor.role, permission):
        raise Forbidden
    return actor, visibility.session_for(actor, data["session_id"])
