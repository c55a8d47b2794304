"""Presence: who is connected to a session right now, in Redis, expiring, counted per student.

It is not the source of truth: it is rebuilt within one heartbeat. Without Redis nobody seems connected, and
saving answers still works.

Keys: ``presence:{session}`` is a sorted set of ``student/connection`` by last heartbeat (epoch seconds);
``presence:{session}:{student}`` is a hash of connection to the last reported state of its page.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import current_app
from redis import RedisError

from exam_app.infrastructure.redis_client import redis

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
_DAY = 86_400


def _without_redis(answer: Callable[[], Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Without Redis, log a warning and return `answer()` instead."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except RedisError as error:
                log.warning("presence is unknown, Redis is unreachable: %s", error)
                return cast(R, answer())

        return guarded

    return decorate


@_without_redis(lambda: (False, [], []))
def touch(
    session_id: uuid.UUID, student_id: uuid.UUID, connection: str, now: datetime, state: dict[str, Any]
) -> tuple[bool, list[dict[str, Any]], list[dict[str, Any]]]:
    """Record a heartbeat. One transaction, so concurrent changes of two pages are serialized.

    :returns: whether the student was absent before, and the states of all their pages before and after.
    """
    with redis().pipeline(transaction=True) as pipe:
        pipe.hgetall(_key(session_id, student_id))
        pipe.zadd(_key(session_id), {f"{student_id}/{connection}": now.timestamp()})
        pipe.hset(_key(session_id, student_id), connection, json.dumps(state))
        pipe.expire(_key(session_id), _DAY)
        pipe.expire(_key(session_id, student_id), _DAY)
        pipe.hgetall(_key(session_id, student_id))
        before, is_new, *_, pages = pipe.execute()
    states = _fresh(pages, now)
    return bool(is_new) and len(states) == 1, _fresh(before, now), states


@_without_redis(lambda: ({}, {}))
def last_state(
    session_id: uuid.UUID, student_id: uuid.UUID, connection: str, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The last state of a connection, and of all the student's connections combined: for a connection that
    this process does not know."""
    pages: Any = redis().hgetall(_key(session_id, student_id))
    own = pages.get(connection.encode())
    return json.loads(own) if own else {}, together(_fresh(pages, now))


@_without_redis(lambda: [])
def drop(session_id: uuid.UUID, connections: list[tuple[uuid.UUID, str]]) -> list[uuid.UUID]:
    """Remove closed connections. Returns the students whose last connection it was; if several processes drop
    the same connection, only one of them gets the student."""
    with redis().pipeline(transaction=False) as pipe:
        for student_id, connection in connections:
            pipe.zrem(_key(session_id), f"{student_id}/{connection}")
            pipe.hdel(_key(session_id, student_id), connection)
            pipe.hlen(_key(session_id, student_id))
        replies = pipe.execute()
    was_here, left = replies[::3], replies[2::3]
    return [
        student_id
        for (student_id, _), removed, others in zip(connections, was_here, left, strict=True)
        if removed and not others
    ]


@_without_redis(lambda: set())
def with_pages(session_id: uuid.UUID, student_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """The students among `student_ids` with an open page that has not been dropped."""
    with redis().pipeline(transaction=False) as pipe:
        for student_id in student_ids:
            pipe.exists(_key(session_id, student_id))
        found = pipe.execute()
    return {student_id for student_id, is_here in zip(student_ids, found, strict=True) if is_here}


@_without_redis(lambda: {})
def here(session_id: uuid.UUID, now: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """The connected students, each with the combined state of their pages."""
    members = _members(session_id, f"({_oldest(now)}", "+inf")
    students = sorted({student for student, _ in members})
    with redis().pipeline(transaction=False) as pipe:
        for student in students:
            pipe.hgetall(_key(session_id, student))
        pages = pipe.execute()
    return {uuid.UUID(s): together(_fresh(p, now)) for s, p in zip(students, pages, strict=True)}


@_without_redis(lambda: [])
def sweep(session_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """Remove connections without a recent heartbeat. Returns the students who are gone, as `drop` does."""
    silent = _members(session_id, "-inf", _oldest(now))
    return drop(session_id, [(uuid.UUID(student), connection) for student, connection in silent])


def together(states: list[dict[str, Any]]) -> dict[str, Any]:
    """The combined state of a student's pages: visible if any is, not saving if any is not. `deadlines` are
    those that the pages show."""
    if not states:
        return {}
    visible = any(state["visible"] for state in states)
    unsaved = [state["pendingSince"] for state in states if state["pendingSince"]]
    return {
        "visible": visible,
        "focused": any(state["focused"] for state in states),
        "pending": max(state["pending"] for state in states),
        "awaySince": None if visible else max(state["awaySince"] for state in states),
        "pendingSince": min(unsaved, default=None),
        "deadlines": sorted({state["deadline"] for state in states if state.get("deadline")}),
        "lastSeen": max(state["lastSeen"] for state in states),
    }


def _members(session_id: uuid.UUID, oldest: float | str, newest: float | str) -> list[tuple[str, str]]:
    """Student and connection of those whose last heartbeat is in the range."""
    members: Any = redis().zrangebyscore(_key(session_id), oldest, newest)
    return [tuple(member.decode().split("/")) for member in members]


def _fresh(pages: dict[bytes, bytes], now: datetime) -> list[dict[str, Any]]:
    states = [json.loads(page) for page in pages.values()]
    return [s for s in states if datetime.fromisoformat(s["lastSeen"]).timestamp() > _oldest(now)]


def _oldest(now: datetime) -> float:
    return now.timestamp() - float(current_app.config["PRESENCE_SECONDS"])


def _key(session_id: uuid.UUID, student_id: uuid.UUID | str | None = None) -> str:
    return f"presence:{session_id}" + (f":{student_id}" if student_id else "")
