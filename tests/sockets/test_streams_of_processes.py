"""Server-sent events of a running product: two web processes over eventlet, and real clients."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.helpers.event_stream import Listener
from tests.helpers.product import FlaskUp
from tests.helpers.rest import Api
from tests.helpers.waiting import PATIENCE, until


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskUp]:
    with FlaskUp(tmp_path_factory.mktemp("streams"), web=2) as running:
        yield running


class Student:
    """Carl with an attempt at the practice test."""

    def __init__(self, installation: FlaskUp) -> None:
        self.installation = installation
        self.api = Api(installation.url, "carl@school.example")
        started = self.api.post("/api/attempts/start", testId=installation.institution["tests"]["practice"])
        self.attempt_id = started["attemptId"]
        self.path = f"/api/attempts/{self.attempt_id}"
        self.questions = self.api.get(self.path)["questions"]

    def answers(self) -> dict[str, Any]:
        question = next(q for q in self.questions if q["questionType"] == "true_false")
        change = {"changeId": str(uuid.uuid4()), "questionId": question["questionId"]}
        change["response"] = {"selectedOptionIds": [1]}
        reply: dict[str, Any] = self.api.post(f"{self.path}/answers", changes=[change])
        return reply

    def listen(self, process: int, **headers: str) -> Listener:
        """A stream of one of the two processes."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.installation.ports[process], timeout=PATIENCE
        )
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(
            "GET", f"{self.path}/sse", headers={"Authorization": f"Bearer {self.api.token}", **sent}
        )
        reply = connection.getresponse()
        assert reply.status == 200, reply.read()
        return Listener(_chunks(reply), connection.close)


def _chunks(reply: http.client.HTTPResponse) -> Iterator[bytes]:
    """The chunks as they arrive, until the server ends the stream, properly or not."""
    try:
        while chunk := reply.read1():
            yield chunk
    except (OSError, http.client.HTTPException):
        return


@pytest.fixture
def carl(installation: FlaskUp) -> Iterator[Student]:
    student = Student(installation)
    yield student
    student.api.post(f"{student.path}/submit", confirmSubmission=True)


def test_a_save_in_one_process_is_streamed_by_every_process(carl: Student) -> None:
    here, there = carl.listen(0), carl.listen(1)
    for stream in (here, there):
        stream.receives("attempt_state", version=0)  # immediately, and not only when 4 kB are buffered
    carl.answers()
    for stream in (here, there):
        stream.receives("answers_changed", version=1)


def test_without_redis_too(carl: Student, installation: FlaskUp) -> None:
    stream = carl.listen(0)
    stream.receives("attempt_state")
    installation.kill("valkey")
    carl.answers()
    stream.receives("answers_changed", version=1)
    installation.wait_until_ready()


def test_a_disconnected_stream_continues_at_another_process(carl: Student, installation: FlaskUp) -> None:
    stream = carl.listen(0)
    stream.receives("attempt_state")
    installation.web_process(installation.ports[0]).kill()
    stream.ends()
    with installation.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO activities (at, type, organization_id, attempt_id, student_id, details)"
                " SELECT now(), 'hand_raised', organization_id, id, student_id, '{}'"
                " FROM attempts WHERE id = :id"
            ),
            {"id": carl.attempt_id},
        )
    carl.listen(1, Last_Event_ID=str(stream.last_id)).receives("activity", type="hand_raised")
    installation.wait_until_ready()


def test_streams_hold_no_connection_to_the_database(carl: Student, installation: FlaskUp) -> None:
    """More streams stay open than the process may have database connections."""
    teacher = Api(installation.url, "ines@school.example")
    carl.api.token, own = teacher.token, carl.api.token
    streams = [carl.listen(0) for _ in range(60)]
    for stream in streams:
        stream.receives("attempt_state")
    carl.api.token = own
    with installation.engine.connect() as connection:
        count = text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
        # One shared poll may be in progress.
        until(lambda: not connection.scalar(count), "no connection is held")
    carl.answers()
    for stream in streams:
        stream.receives("answers_changed", version=1)


def test_stopping_the_server_does_not_wait_for_streams(carl: Student, installation: FlaskUp) -> None:
    stream = carl.listen(1)
    stream.receives("attempt_state")
    installation.web_process(installation.ports[1]).terminate()
    assert "end" not in stream.ends(), "the client is to reconnect"
    installation.wait_until_ready()
