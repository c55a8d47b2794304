"""The open connections of members of staff, over all web processes: in Redis, expiring.

Somebody who may no longer watch is found here and put out at once. With Redis away the next event of theirs
does it, which is judged anew in any case.
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
    """A connection of this person is open."""
    try:
        with redis().pipeline(transaction=False) as pipe:
            pipe.sadd(_key(user_id), connection)
            pipe.expire(_key(user_id), _DAY)
            pipe.execute()
    except RedisError as error:
        log.warning("a connection is not noted, Redis is away: %s", error)


def forget(user_id: uuid.UUID, connection: str) -> None:
    """It closed."""
    try:
        redis().srem(_key(user_id), connection)
    except RedisError as error:
        log.warning("a closed connection is not forgotten, Redis is away: %s", error)


def of(user_id: uuid.UUID) -> list[str]:
    """The person's connections; some may have closed when a process died."""
    try:
        members: Any = redis().smembers(_key(user_id))
    except RedisError as error:
        log.warning("nobody is put out, Redis is away: %s", error)
        return []
    return [member.decode() for member in members]


def _key(user_id: uuid.UUID) -> str:
    return f"staff-sockets:{user_id}"
