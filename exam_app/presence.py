"""Who is connected to a session right now: in Redis, expiring, counted per person.

Evidence, not truth: losing it costs one heartbeat. So with Redis away nobody seems to be here, and
saving answers goes on.

Keys: ``presence:{session}`` is a sorted set of ``student/connection`` by last heartbeat (epoch seconds);
``presence-state:{session}`` a hash of student to what the page last said of itself.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app
from redis import RedisError

from exam_app.queues import redis

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
_DAY = 86_400


def _without_redis(answer: Callable[[], R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """With Redis away, say so in the log and give `answer()` instead."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return function(*args, **kwargs)
            except RedisError as error:
                log.warning("presence is unknown, Redis is away: %s", error)
                return answer()

        return guarded

    return decorate


@_without_redis(lambda: False)
def touch(
    session_id: uuid.UUID, student_id: uuid.UUID, connection: str, now: datetime, state: dict[str, Any]
) -> bool:
    """Note a sign of life. True if the student was not here before."""
    key, member = _key(session_id), f"{student_id}/{connection}"
    with redis().pipeline(transaction=False) as pipe:
        pipe.zadd(key, {member: now.timestamp()})
        pipe.hset(_state_key(session_id), str(student_id), json.dumps(state))
        pipe.expire(key, _DAY)
        pipe.expire(_state_key(session_id), _DAY)
        is_new = pipe.execute()[0]
    return bool(is_new) and connection_count(session_id, student_id, now) == 1


@_without_redis(lambda: False)
def drop(session_id: uuid.UUID, student_id: uuid.UUID, connection: str, now: datetime) -> bool:
    """A connection closed. True if it was the student's last one."""
    if not redis().zrem(_key(session_id), f"{student_id}/{connection}"):
        return False
    return connection_count(session_id, student_id, now) == 0


@_without_redis(lambda: 0)
def connection_count(session_id: uuid.UUID, student_id: uuid.UUID, now: datetime) -> int:
    prefix = f"{student_id}/"
    return sum(member.startswith(prefix) for member in _members(session_id, now))


@_without_redis(lambda: {})
def here(session_id: uuid.UUID, now: datetime) -> dict[uuid.UUID, dict[str, Any]]:
    """The students who are connected, each with what their page last said of itself."""
    students = {member.split("/")[0] for member in _members(session_id, now)}
    states = redis().hgetall(_state_key(session_id))
    return {uuid.UUID(student): json.loads(states.get(student.encode(), b"{}")) for student in students}


@_without_redis(lambda: [])
def sweep(session_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """Forget connections without a heartbeat. Returns the students who are gone because of it, each
    to one caller only, however many processes sweep."""
    stale = redis().zrangebyscore(_key(session_id), "-inf", _oldest(now))
    removed = {m.decode().split("/")[0] for m in stale if redis().zrem(_key(session_id), m)}
    present = {member.split("/")[0] for member in _members(session_id, now)}
    return [uuid.UUID(student) for student in removed - present]


def _members(session_id: uuid.UUID, now: datetime) -> list[str]:
    members = redis().zrangebyscore(_key(session_id), f"({_oldest(now)}", "+inf")
    return [member.decode() for member in members]


def _oldest(now: datetime) -> float:
    return now.timestamp() - float(current_app.config["PRESENCE_SECONDS"])


def _key(session_id: uuid.UUID) -> str:
    return f"presence:{session_id}"


def _state_key(session_id: uuid.UUID) -> str:
    return f"presence-state:{session_id}"
