"""Streams of server-sent events, each about one attempt, for clients that are not our pages.

A stream waits on a queue of its own and holds neither a connection to the database nor one to Redis. One
thread of the process (of the mode it runs in) reads for all of them, once a second and only while there are
any, what is new in the database: so a stream tells what any process has committed, with Redis or without.
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
"""How often a stream says that it is alive, and looks whether its reader may still read."""
MOST_WAITING = 2000
"""Messages that a reader may lag behind; then the stream ends, and continues when the reader comes back."""
MOST_OF_STUDENT, MOST_OF_STAFF = 5, 100
"""Streams of one person at a time, in each process."""


@dataclass(eq=False)
class Stream:
    """One reader of one attempt. Iterating gives the text; who stops before the end has to `close` it."""

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
            # Not all at once, after a process was started again.
            yield f"retry: {random.randrange(1000, 5000)}\n\n"
            yield from self._tell_all()
        finally:
            self.close()

    def _tell_all(self) -> Iterator[str]:
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
                told = self.inbox.get(timeout=max(0.0, min(beat_at, self.ends_at) - now))
            except queue.Empty:
                if time.monotonic() >= self.ends_at:
                    return
                continue
            if told is None:
                return
            yield told

    def take(self, entries: list[Entry], head: Head | None, until: Horizon, now: datetime) -> None:
        """Put what is new to this reader into the inbox: from the log first, then of the state."""
        if self.is_over:
            return
        for entry in entries:
            if entry.attempt_id == self.attempt_id and entry.position > self.position:
                self.position = entry.position
                if told := entry.visible_to(self.is_student):
                    self.tell("activity", told, entry.position)
        if head is None:
            return
        for name in events_between(self.head, head):
            self.tell(name, attempt_feed.describe_head(self.attempt_id, head, now))
        self.head = head
        if head.status in FINAL:
            # What led to this state is in the log, but other transactions may still hide it.
            self.last_seen = until.next if self.last_seen is None else self.last_seen
            if until.complete >= self.last_seen and len(entries) < attempt_feed.MOST_AT_ONCE:
                self.tell("end", {"reason": "attempt_over"})
                self.end()

    def tell(self, name: str, data: Mapping[str, Any], position: Position | None = None) -> None:
        self._put(message(name, data, position))

    def end(self) -> None:
        """After what waits. The reader comes back unless it was told of an end."""
        self.is_over = True
        self._put(None)

    def close(self) -> None:
        with _lock:
            open_streams.discard(self)

    def _put(self, told: str | None) -> None:
        try:
            self.inbox.put_nowait(told)
        except queue.Full:
            self.is_over, self.ends_at = True, 0.0

    def _reason_to_end(self) -> str | None:
        """Why the reader may not go on: with the database away nobody is sent off."""
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
                log.warning("a stream goes on unseen, the database is away: %s", error)
        return None


open_streams: set[Stream] = set()
_lock = threading.Lock()
is_polling = False


def message(name: str, data: Mapping[str, Any], position: Position | None = None) -> str:
    """One event as it goes over the wire. JSON has no line breaks, so it is one line of data."""
    place = f"id: {position}\n" if position is not None else ""
    return f"{place}event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def open_stream(
    app: Flask, login: identity.Login, attempt_id: uuid.UUID, connection_id: str | None, known: str | None
) -> Stream | None:
    """A stream that begins behind the position `known`, or else with the present; it is read for from now on.

    :returns: None where there is nothing more to come for who has read up to `known`.
    :raises TooManyRequests: the person has as many as they may.
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
    stream.tell(
        "attempt_state",
        attempt_feed.describe_head(attempt_id, head, now),
        None if position else stream.position,
    )
    stream.take(entries, head, until, now)
    _admit(stream)
    return stream


def _admit(stream: Stream) -> None:
    global is_polling
    most = MOST_OF_STUDENT if stream.is_student else MOST_OF_STAFF
    with _lock:
        own = [one for one in open_streams if one.login.user_id == stream.login.user_id]
        replaced = [one for one in own if stream.connection_id and one.connection_id == stream.connection_id]
        if len(own) - len(replaced) >= most:
            raise TooManyRequests(f"There are {len(own)} streams of yours already. Close one of them.")
        open_streams.difference_update(replaced)
        open_streams.add(stream)
        must_start, is_polling = not is_polling, True
    for one in replaced:
        one.end()
    if must_start:
        socketio.start_background_task(_poll, stream.app)


def close_all() -> None:
    """The process stops: every reader goes on elsewhere."""
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
                log.warning("streams have to wait, the database is away: %s", error)


def _read_for(streams: list[Stream], now: datetime) -> None:
    """Three statements, however many streams there are."""
    known: dict[uuid.UUID, Position] = {}
    for stream in streams:
        known[stream.attempt_id] = min(stream.position, known.get(stream.attempt_id, stream.position))
    heads = attempt_feed.heads(known)
    until = attempt_feed.horizon()
    entries = attempt_feed.entries_after(known, until)
    for stream in streams:
        stream.take(entries, heads.get(stream.attempt_id), until, now)
