"""The connection to Redis (or Valkey) of this process."""

from __future__ import annotations

from flask import Flask, current_app
from redis import BlockingConnectionPool, Redis

_MAX_CONNECTIONS = 16
"""For each process. A command takes a fraction of a millisecond; small hosting plans allow few."""


def init_app(app: Flask) -> None:
    """Create the pool; it connects on first use."""
    # If all connections are busy, wait for one: a thousand reconnecting pages must not cause errors.
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
