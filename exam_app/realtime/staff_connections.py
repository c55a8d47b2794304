"""The open connections of staff members over all web processes: in Redis, expiring.

A staff member whose access was revoked is found here and disconnected at once. Without Redis their next event
is refused, as every event is authorized again in any case.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from redis import RedisError

from exam_app.infrastructure.redis_client import redis

log = logging.getLogger(__name__)
_DAY = 86_400


def note(user_id: uuid.UUID, connection: str) -> None:
    """Record an open connection of this user."""
    try:
        with redis().pipeline(transaction=False) as pipe:
            pipe.sadd(_key(user_id), connection)
            pipe.expire(_key(user_id), _DAY)
            pipe.execute()
    except RedisError as error:
        log.warning("a connection is not recorded, Redis is unreachable: %s", error)


def forget(user_id: uuid.UUID, connection: str) -> None:
    """Remove a closed connection."""
    try:
        redis().srem(_key(user_id), connection)
    except RedisError as error:
        log.warning("a closed connection is not removed, Redis is unreachable: %s", error)


def of(user_id: uuid.UUID) -> list[str]:
    """The user's connections; some may be stale after a process died."""
    try:
        members: Any = redis().smembers(_key(user_id))
    except RedisError as error:
        log.warning("connections are not closed, Redis is unreachable: %s", error)
        return []
    return [member.decode() for member in members]


def _key(user_id: uuid.UUID) -> str:
    return f"staff-sockets:{user_id}"
