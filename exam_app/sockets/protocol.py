"""Handling of events: parsed by a schema, rate-limited, answered by an ack in the envelope of the REST API.

A malformed, unknown or refused event gets an error ack. It never ends the connection or raises into the
server.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from flask import request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room, rooms
from marshmallow import Schema, ValidationError
from redis import RedisError
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exam_app import clock, errors
from exam_app.extensions import db
from exam_app.infrastructure.token_bucket import TokenBucket
from exam_app.infrastructure.turns import Turns
from exam_app.models import User
from exam_app.realtime import connections
from exam_app.realtime.rooms import user_room
from exam_app.rules.permissions import Role
from exam_app.schemas import events as shapes
from exam_app.services.organizations import scope
from exam_app.services.taking.heartbeats import ConnectionState
from exam_app.web import client_ip, identity, request_metrics
from exam_app.web.error_handlers import envelope

log = logging.getLogger(__name__)

_AUTHENTICATE = "authenticate"
_HANDLING = Turns(24)
"""Events that a process handles concurrently: fewer than its database connections, so that no event waits for
one. A process uses one core, so more concurrency would only slow down each event."""
RATE, BURST = 20.0, 60.0
"""The sustained events per second of a connection, and its burst (token bucket)."""

_ACCOUNT = select(User.is_active, User.role, User.branch_id).where(User.id == bindparam("user"))

# One lock for each user: states of two pages are published in the order in which they were recorded.
_signing: WeakValueDictionary[uuid.UUID, threading.Lock] = WeakValueDictionary()


@dataclass
class Connection:
    """One socket: its user, and its last reported state. It lives as long as the socket."""

    sid: str
    user_id: uuid.UUID
    organization_id: int
    branch_id: int | None
    name: str
    expires_at: datetime
    roles: frozenset[Role]
    place: uuid.UUID | None = None
    attempt_id: uuid.UUID | None = None
    device: str | None = None
    sign: ConnectionState = field(default_factory=ConnectionState)
    signing: threading.Lock = field(init=False)
    newest_beat: int = 0
    events: TokenBucket = field(default_factory=lambda: TokenBucket(RATE, BURST))
    is_unauthorized: bool = False
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.signing = _signing.setdefault(self.user_id, threading.Lock())

    def user(self) -> User:
        """The user, read again. Reads are limited to their current branch, which may have changed since they
        connected.

        :raises NotAuthenticated: the account was closed in the meantime.
        :raises Forbidden: the user's current role is not allowed in this namespace.
        """
        scope.limit_to(self.organization_id, None)
        user = db.session.get(User, self.user_id)
        self._admit(user)
        assert user is not None
        return user

    def check(self) -> None:
        """As `user`, for frequent events: reads only the columns needed for authorization."""
        scope.limit_to(self.organization_id, None)
        self._admit(db.session.execute(_ACCOUNT, {"user": self.user_id}).one_or_none())

    def _admit(self, person: Any) -> None:
        self.is_unauthorized = person is None or not person.is_active or person.role not in self.roles
        if person is None or not person.is_active:
            raise errors.NotAuthenticated
        if self.is_unauthorized:
            raise errors.Forbidden
        self.branch_id = person.branch_id
        scope.limit_to(self.organization_id, self.branch_id)


Handler = Callable[[Connection, dict[str, Any], datetime], Any]
Leaving = Callable[[Connection, datetime], None]


class Events:
    """The events of one namespace and the connections that may send them."""

    def __init__(self, namespace: str, roles: frozenset[Role]) -> None:
        self.namespace = namespace
        self.roles = roles
        self.handlers: dict[str, tuple[type[Schema], Handler]] = {}
        self.turns: dict[str, Turns] = {}
        self.connections: dict[str, Connection] = {}
        self.on_leave: Leaving | None = None
        self.on(_AUTHENTICATE, shapes.Authenticate)(_authenticate)

    def on(self, name: str, schema: type[Schema], turns: Turns = _HANDLING) -> Callable[[Handler], Handler]:
        """Register a handler for the event `name` with data of `schema`. `turns` limits its concurrency. The
        handler returns the data of the ack."""

        def decorate(handler: Handler) -> Handler:
            self.handlers[name], self.turns[name] = (schema, handler), turns
            return handler

        return decorate

    def register(self, socketio: SocketIO) -> None:
        handlers: dict[str, Callable[..., Any]] = {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "*": self._unknown,
        }
        for name, handler in handlers.items():
            socketio.on_event(name, client_ip.known(handler), namespace=self.namespace)
        for name in self.handlers:
            take = client_ip.known(partial(self._take, name))
            socketio.on_event(name, take, namespace=self.namespace)

    def _connect(self, auth: Any = None) -> None:
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            user, expires_at = identity.identify_token(token)
        except errors.AppError as error:
            raise ConnectionRefusedError(error.to_dict()) from None
        if user.role not in self.roles:
            raise ConnectionRefusedError(errors.Forbidden().to_dict())
        sid: str = request.sid  # type: ignore[attr-defined]
        connection = self.connections[sid] = Connection(
            sid, user.id, user.organization_id, user.branch_id, user.full_name, expires_at, self.roles
        )
        join_room(user_room(user.id))
        connections.note(user.id, self.namespace, connection.sid)

    def _disconnect(self, *_: Any) -> None:
        connection = self.connections.pop(request.sid, None)  # type: ignore[attr-defined]
        if connection is None:
            return
        connections.forget(connection.user_id, self.namespace, connection.sid)
        if self.on_leave is not None:
            self.on_leave(connection, clock.now())

    def _take(self, name: str, *args: Any) -> dict[str, Any]:
        began, status = time.perf_counter(), 200
        try:
            return {"success": True, "data": self._handle(name, args), "message": None}
        except errors.AppError as error:
            status = error.status
            return envelope(error)
        finally:
            request_metrics.event_done(self.namespace, name, status, began)

    def _handle(self, name: str, args: tuple[Any, ...]) -> Any:
        """:raises AppError: on any failure, for the error ack."""
        now = clock.now()
        schema, handler = self.handlers[name]
        try:
            connection = self._connection(name, now)
            data = parse(schema, _with_attempt(schema, args, connection))
            with self.turns[name]:
                return handler(connection, data, now)
        except errors.AppError:
            self._evict_unauthorized()
            raise
        except (OperationalError, PoolTimeout, RedisError) as error:
            log.error("%s: an engine does not respond: %s", name, error)
            raise errors.ServiceUnavailable from None
        except IntegrityError as error:
            log.warning("%s: a constraint decided a race: %s", name, error.orig)
            raise errors.Conflict from None
        except Exception:
            log.exception("unexpected error in the event %s", name)
            raise errors.InternalError from None

    def _evict_unauthorized(self) -> None:
        """Disconnect a user whose account was closed or whose role changed: they receive nothing more."""
        sid: str = request.sid  # type: ignore[attr-defined]
        connection = self.connections.get(sid)
        if connection is not None and connection.is_unauthorized:
            self._disconnect()
            for room in rooms():
                if room != sid:
                    leave_room(room)

    def _unknown(self, name: str, *_: Any) -> dict[str, Any]:
        return envelope(
            errors.UnknownEvent(f"There is no event {name[:50]!r} here.", {"known": list(self.handlers)})
        )

    def _connection(self, name: str, now: datetime) -> Connection:
        connection = self.connections.get(request.sid)  # type: ignore[attr-defined]
        if connection is None:
            raise errors.NotAuthenticated
        if now >= connection.expires_at and name != _AUTHENTICATE:
            raise errors.TokenExpired
        if not connection.events.take():
            raise errors.TooManyRequests
        scope.limit_to(connection.organization_id, connection.branch_id)
        return connection


def _authenticate(connection: Connection, data: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Renew the login of this socket, which stays in its rooms: no reconnect is needed during an exam."""
    user, expires_at = identity.identify_token(data["token"])
    if user.id != connection.user_id or user.role not in connection.roles:
        raise errors.Forbidden
    connection.expires_at = expires_at
    return {"expiresAt": clock.iso(expires_at)}


def _with_attempt(schema: type[Schema], args: tuple[Any, ...], connection: Connection) -> tuple[Any, ...]:
    """An event that names no attempt, as in document 004, is about the one that its connection has joined."""
    if connection.attempt_id is None or not issubclass(schema, shapes.AttemptEvent):
        return args
    if len(args) != 1 or not isinstance(args[0], dict) or {"attemptId", "attempt_id"} & set(args[0]):
        return args
    return ({**args[0], "attemptId": str(connection.attempt_id)},)


def parse(schema: type[Schema], args: tuple[Any, ...]) -> dict[str, Any]:
    """What came with an event.

    :raises AppError: it is not what the schema says, whatever it is.
    """
    if len(args) != 1 or not isinstance(args[0], dict):
        raise errors.MalformedRequest("Send one JSON object with the event.")
    try:
        data: dict[str, Any] = _instance(schema).load(args[0])
    except ValidationError as error:
        raise errors.InvalidInput(details=error.normalized_messages()) from None
    except RecursionError:
        raise errors.MalformedRequest("This JSON is nested too deeply.") from None
    return data


_instances: dict[type[Schema], Schema] = {}


def _instance(schema: type[Schema]) -> Schema:
    """A cached schema instance: building one costs more than using it, and it is stateless."""
    if schema not in _instances:
        _instances[schema] = schema()
    return _instances[schema]
