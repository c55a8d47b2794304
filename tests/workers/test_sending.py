"""Events emitted by a worker go over Redis to the web processes of its own deployment only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from typing import Any

import pytest
from flask import Flask

from exam_app.engines import embedded
from exam_app.infrastructure import bursts, socketio_manager
from tests.helpers.waiting import PATIENCE, until

SEND = """
import sys, uuid
from exam_app import clock, create_app
from exam_app.realtime import deltas, emit
app = create_app(role=sys.argv[1])
with app.app_context():
    emit.time_warning(uuid.UUID(sys.argv[2]), clock.now(), 5)
    deltas.student_changed(uuid.UUID(sys.argv[2]), uuid.UUID(sys.argv[2]), {"violations": 1})
    deltas.flush()
"""


def messages(pubsub: Any, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def have_come() -> bool:
        message = pubsub.get_message(timeout=0.2)
        if message and message["type"] == "message":
            found.append(json.loads(message["data"]))
        return len(found) >= count

    until(have_come, f"{count} messages", every=0, seen=lambda: found)
    return found


@pytest.mark.parametrize("role", ["worker", "clock", "command"])
def test_an_event_of_another_process_is_published_on_the_channel(
    app: Flask, engines: embedded.Engines, role: str
) -> None:
    attempt_id = uuid.uuid4()
    environment = {
        **os.environ,
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
        "SECRET_KEY": "k" * 40,
        "SOCKETIO_CHANNEL": f"deployment-{attempt_id}",
    }
    with app.extensions["redis"].pubsub() as pubsub:
        pubsub.subscribe(environment["SOCKETIO_CHANNEL"])
        done = subprocess.run(
            [sys.executable, "-c", SEND, role, str(attempt_id)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        warning, delta = messages(pubsub, 2)
    assert (warning["event"], warning["namespace"]) == ("time_warning", "/student")
    assert warning["room"] == f"attempt:{attempt_id}"
    assert warning["data"][0]["minutesLeft"] == 5
    assert (delta["event"], delta["room"]) == ("student_status_update", f"monitor:{attempt_id}")
    assert delta["data"][0]["seq"] == 1


def test_events_of_one_moment_are_sent_together_and_in_order(
    app: Flask, engines: embedded.Engines, sender: socketio_manager.Manager
) -> None:
    """All of them, in any number; numbered ones for proctors immediately. Also when the first round trip
    fails because the connection was closed in between.
    """
    redis = app.extensions["redis"]
    with redis.pubsub() as pubsub:
        pubsub.subscribe(sender.channel)
        for _ in range(2):
            with bursts.together():
                for number in range(450):
                    sender.emit("n", number, room="attempt:1")
                sender.emit("numbered", 0, room="monitor:1")
            found = messages(pubsub, 451)
            numbered = [one["event"] for one in found].index("numbered")
            assert numbered == 400  # two full round trips, then this, then the rest
            assert [one["data"][0] for one in found if one["event"] == "n"] == list(range(450))
            redis.client_kill_filter(_id=sender.redis.client_id())


def test_a_connection_that_was_closed_meanwhile(
    app: Flask, sender: socketio_manager.Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that another thread closed on an error raises a closed file, and is retried."""

    def closed(**_: Any) -> Any:
        raise ValueError("I/O operation on closed file.")

    with app.extensions["redis"].pubsub() as pubsub:
        pubsub.subscribe(sender.channel)
        sender.emit("n", 0, room="attempt:1")
        monkeypatch.setattr(sender.redis, "pipeline", closed)
        with bursts.together():
            for number in (1, 2, 3):
                sender.emit("n", number, room="attempt:1")
        assert [one["data"][0] for one in messages(pubsub, 4)] == [0, 1, 2, 3]


@pytest.fixture
def sender(engines: embedded.Engines) -> socketio_manager.Manager:
    """The manager of a process that only emits."""
    return socketio_manager.Manager(engines.redis_url, channel=f"burst-{uuid.uuid4()}", write_only=True)


def test_with_redis_unreachable_a_burst_is_dropped_without_an_error() -> None:
    unreachable = socketio_manager.Manager("redis://127.0.0.1:1", write_only=True)
    with bursts.together():
        for number in range(3):
            unreachable.emit("n", number, room="attempt:1")
