"""Flask-SocketIO, unbound, and a Redis manager for its processes that handles bursts.

A process that receives a burst yields in between: a save must not wait until two thousand events for other
users are processed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import socketio as python_socketio
from flask import Flask
from flask_socketio import SocketIO
from redis import RedisError

from exam_app.infrastructure import bursts

socketio = SocketIO()

_IN_A_ROW = 10


class Manager(python_socketio.RedisManager):
    """As in python-socketio, except for bursts."""

    def publish_all(self, messages: list[dict[str, Any]]) -> None:
        """Publish in one round trip; if that fails, one by one with the retries of single events."""
        try:
            if not self.connected:
                self._redis_connect()
            with self.redis.pipeline(transaction=False) as pipe:
                for message in messages:
                    pipe.publish(self.channel, self.json.dumps(message))
                pipe.execute()
        except (RedisError, OSError, EOFError, ValueError):
            # The last two: another thread lost Redis and closed the connection that we were reading.
            for message in messages:
                super()._publish(message)

    def _publish(self, data: dict[str, Any]) -> None:
        if not bursts.collect(self, data):
            super()._publish(data)

    def _listen(self) -> Iterator[Any]:
        for number, message in enumerate(super()._listen(), start=1):
            yield message
            if number % _IN_A_ROW == 0:
                self.server.sleep(0)


def manager(app: Flask, write_only: bool) -> Manager:
    url, channel = app.config["REDIS_URL"], app.config["SOCKETIO_CHANNEL"]
    return Manager(url, channel=channel, write_only=write_only)


def init_sender(app: Flask) -> None:
    """Without an app, Flask-SocketIO creates a server that only writes to the channel."""
    socketio.init_app(None, client_manager=manager(app, write_only=True), async_mode="threading")
