"""The open connections of each user over all web processes: in Redis, expiring.

Whoever loses access is found here and disconnected at once. Without Redis their next event is refused, as
every event is authorized again in any case.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

from redis import RedisError

from exam_app.infrastructure.redis_client import redis

log = logging.getLogger(__name__)
_DAY = 86_400


def note(user_id: uuid.UUID, namespace: str, connection: str) -> None:
    """Record an open connection of this user."""
    try:
        with redis().pipeline(transaction=False) as pipe:
            pipe.sadd(_key(user_id), f"{namespace} {connection}")
            pipe.expire(_key(user_id), _DAY)
            pipe.execute()
    except RedisError as error:
        log.warning("a connection is not recorded, Redis is unreachable: %s", error)


def forget(user_id: uuid.UUID, namespace: str, connection: str) -> None:
    """Remove a closed connection."""
    try:
        redis().srem(_key(user_id), f"{namespace} {connection}")
    except RedisError as error:
        log.warning("a closed connection is not removed, Redis is unreachable: %s", error)


def of(user_id: uuid.UUID) -> list[tuple[str, str]]:
    """The user's connections as (namespace, sid); some may be stale after a process died."""
    try:
        members: Any = redis().smembers(_key(user_id))
    except RedisError as error:
        log.warning("connections are not closed, Redis is unreachable: %s", error)
        return []
    found = [member.decode().partition(" ") for member in members]
    return [(namespace, sid) for namespace, _, sid in found]


def _key(user_id: uuid.UUID) -> str:
    return f"sockets:{user_id}"
