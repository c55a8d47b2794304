"""The connection to Redis (or Valkey) of this process."""

from __future__ import annotations

from flask import Flask, current_app
from redis import BlockingConnectionPool, Redis

_MAX_CONNECTIONS = 16
"""Of one process. A command takes a fraction of a millisecond; small plans allow few."""


def init_app(app: Flask) -> None:
    """Make the pool; it connects on first use."""
    # Who finds all connections busy waits for one: a thousand pages coming back are no reason to do without.
    pool = BlockingConnectionPool.from_url(
        app.config["REDIS_URL"], max_connections=_MAX_CONNECTIONS, timeout=5, health_check_interval=30
    )
    app.extensions["redis"] = Redis.from_pool(pool)


def redis() -> Redis:
    """The connection of this process."""
    if "redis" not in current_app.extensions:
        init_app(current_app._get_current_object())  # type: ignore[attr-defined]
    connection: Redis = current_app.extensions["redis"]
    return connection
