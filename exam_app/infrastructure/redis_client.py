"""The connection to Redis (or Valkey) of this process."""

from __future__ import annotations

from flask import current_app
from redis import Redis


def redis() -> Redis:
    """The connection of this process (a pool; connects on first use)."""
    connection: Redis = current_app.extensions["redis"]
    return connection
