"""Streams of server-sent events, each about one attempt, for API clients.

A stream waits on its own queue and holds no connection to the database or to Redis. One background thread of
the process polls the database for all streams, once a second and only while there are any. So a stream sends
what any process has committed, with Redis or without.
"""

from __future__ import annotations

import json
import logging
import queue
import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from exam_app import clock
from exam_app.errors import AppError, TokenExpired, TooManyRequests
from exam_app.extensions import db
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.rules.attempt_events import FINAL, Head, events_between
from exam_app.rules.permissions import Permission, Role, allows
from exam_app.services.activity import attempt_feed
from exam_app.services.activity.attempt_feed import Entry, Horizon, Position
from exam_app.services.organizations.visibility import attempt_for
from exam_app.web import identity

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
BEAT_SECONDS = 15.0
"""The interval of keep-alive comments and of authorization checks."""
MOST_WAITING = 2000
"""Messages that a client may lag behind; then the stream ends, and resumes when the client reconnects."""
MOST_OF_STUDENT, MOST_OF_STAFF = 5, 100
"""Concurrent streams of one user, in each process."""


@dataclass(eq=False)
class Stream:
    """One client's stream of one attempt, as text. A consumer that stops early must `close` it."""

    app: Flask
    login: identity.Login
    attempt_id: uuid.UUID
    connection_id: str | None
    head: Head
    position: Position
    ends_at: float
    last_seen: int | None = None
    is_over: bool = False
    inbox: queue.Queue[str | None] = field(default_factory=lambda: queue.Queue(MOST_WAITING))

    @property
    def is_student(self) -> bool:
        return self.login.role == Role.STUDENT

    def __iter__(self) -> Iterator[str]:
        try:
            # Spread reconnects after a restart of the process.
            yield f"retry: {random.randrange(1000, 5000)}\n\n"
            yield from self._messages()
        finally:
            self.close()

    def _messages(self) -> Iterator[str]:
        beat_at = time.monotonic() + BEAT_SECONDS
        while True:
            now = time.monotonic()
            if now >= beat_at:
                if reason := self._reason_to_end():
                    yield message("end", {"reason": reason})
                    return
                yield ": alive\n\n"
                beat_at = now + BEAT_SECONDS
            try:
                text = self.inbox.get(timeout=max(0.0, min(beat_at, self.ends_at) - now))
            except queue.Empty:
                if time.monotonic() >= self.ends_at:
                    return
                continue
            if text is None:
                return
            yield text

    def deliver(self, entries: list[Entry], head: Head | None, until: Horizon, now: datetime) -> None:
        """Put new messages for this client into the inbox: log entries first, then changes of the state."""
        if self.is_over:
            return
        for entry in entries:
            if entry.attempt_id == self.attempt_id and entry.position > self.position:
                self.position = entry.position
                if payload := entry.visible_to(self.is_student):
                    self.send("activity", payload, entry.position)
        if head is None:
            return
        for name in events_between(self.head, head):
            self.send(name, attempt_feed.describe_head(self.attempt_id, head, now))
        self.head = head
        if head.status in FINAL:
            # The log entries for this state may not be visible yet because of other open transactions.
            self.last_seen = until.next if self.last_seen is None else self.last_seen
            if until.complete >= self.last_seen and len(entries) < attempt_feed.MOST_AT_ONCE:
                self.send("end", {"reason": "attempt_over"})
                self.end()

    def send(self, name: str, data: Mapping[str, Any], position: Position | None = None) -> None:
        self._put(message(name, data, position))

    def end(self) -> None:
        """End the stream after pending messages. The client reconnects unless it received an `end`."""
        self.is_over = True
        self._put(None)

    def close(self) -> None:
        with _lock:
            open_streams.discard(self)

    def _put(self, text: str | None) -> None:
        try:
            self.inbox.put_nowait(text)
        except queue.Full:
            self.is_over, self.ends_at = True, 0.0

    def _reason_to_end(self) -> str | None:
        """Why the client's access was revoked, or None; without the database no stream is ended."""
        with self.app.app_context():
            try:
                user = identity.user_of(self.login)
                if user.role != self.login.role or not allows(user.role, Permission.VIEW):
                    return "signed_out"
                attempt_for(user, self.attempt_id)
            except TokenExpired:
                return "token_expired"
            except AppError:
                return "signed_out"
            except SQLAlchemyError as error:
                log.warning("the rights of a stream are not checked, the database is unreachable: %s", error)
        return None


open_streams: set[Stream] = set()
_lock = threading.Lock()
is_polling = False


def message(name: str, data: Mapping[str, Any], position: Position | None = None) -> str:
    """One event in the wire format. JSON has no line breaks, so it is one line of data."""
    place = f"id: {position}\n" if position is not None else ""
    return f"{place}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def open_stream(
    app: Flask, login: identity.Login, attempt_id: uuid.UUID, connection_id: str | None, known: str | None
) -> Stream | None:
    """Open a stream that starts after the position `known`, or else with the current state.

    :returns: None if nothing more will follow after `known`.
    :raises TooManyRequests: the user has the maximum number of streams.
    """
    head = attempt_feed.heads([attempt_id])[attempt_id]
    until = attempt_feed.horizon()
    position = Position.read(known) if known else None
    stream = Stream(
        app,
        login,
        attempt_id,
        connection_id,
        head,
        position or until.here,
        time.monotonic() + app.config["STREAM_SECONDS"],
    )
    entries = attempt_feed.entries_after({attempt_id: position}, until) if position else []
    if position and not entries and head.status in FINAL and until.complete == until.next:
        return None
    now = clock.now()
    stream.send(
        "attempt_state",
        attempt_feed.describe_head(attempt_id, head, now),
        None if position else stream.position,
    )
    stream.deliver(entries, head, until, now)
    _admit(stream)
    return stream


def _admit(stream: Stream) -> None:
    global is_polling
    most = MOST_OF_STUDENT if stream.is_student else MOST_OF_STAFF
    with _lock:
        own = [one for one in open_streams if one.login.user_id == stream.login.user_id]
        replaced = [one for one in own if stream.connection_id and one.connection_id == stream.connection_id]
        if len(own) - len(replaced) >= most:
            raise TooManyRequests(f"You already have {len(own)} open streams. Close one of them.")
        open_streams.difference_update(replaced)
        open_streams.add(stream)
        must_start, is_polling = not is_polling, True
    for one in replaced:
        one.end()
    if must_start:
        socketio.start_background_task(_poll, stream.app)


def close_all() -> None:
    """End all streams when the process stops; clients reconnect to another process."""
    with _lock:
        streams = list(open_streams)
    for stream in streams:
        stream.end()


def _poll(app: Flask) -> None:
    global is_polling
    while True:
        socketio.sleep(POLL_SECONDS)
        with _lock:
            streams = list(open_streams)
            if not streams:
                is_polling = False
                return
        with app.app_context():
            try:
                _read_for(streams, clock.now())
            except SQLAlchemyError as error:
                db.session.rollback()
                log.warning("streams are not updated, the database is unreachable: %s", error)


def _read_for(streams: list[Stream], now: datetime) -> None:
    """Read new messages for all streams in three statements."""
    known: dict[uuid.UUID, Position] = {}
    for stream in streams:
        known[stream.attempt_id] = min(stream.position, known.get(stream.attempt_id, stream.position))
    heads = attempt_feed.heads(known)
    until = attempt_feed.horizon()
    entries = attempt_feed.entries_after(known, until)
    for stream in streams:
        stream.deliver(entries, heads.get(stream.attempt_id), until, now)
