"""The sealed paper is stored on the device; the start publishes the key and the announced attempt."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from exam_app.extensions import db
from exam_app.models import Attempt, Participant
from exam_app.services.attempts import control, reset
from exam_app.services.authoring import papers
from exam_app.services.sessions import lifecycle
from tests.factories import (
    RIGHT,
    AccommodationFactory,
    EnrolmentFactory,
    ExamSessionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import change, questions
from tests.helpers.clients import wait_for_deltas
from tests.helpers.queries import counted
from tests.helpers.seals import opened
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def waiting(cast: SimpleNamespace) -> Any:
    exam = TestFactory(author=cast.ines, published=True, shuffle_questions=True, shuffle_options=True)
    return ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam, proctors=[cast.priya])


@pytest.fixture
def carl(socket: Any, cast: SimpleNamespace) -> Any:
    return socket(cast.carl)


def join(client: Any, session: Any) -> Any:
    return client.ask("session_join", {"sessionId": str(session.id)})


def start(session: Any, cast: SimpleNamespace, at: Any = NOW) -> None:
    lifecycle.start_session(cast.ines, session, at)


def key_sent_to(client: Any) -> str:
    (event,) = [event for event in client.received() if event.name == "session_started"]
    return str(event.data["key"])


def test_the_decrypted_paper_equals_the_state(carl: Any, cast: SimpleNamespace, waiting: Any) -> None:
    AccommodationFactory(student=cast.carl)
    prepared = join(carl, waiting)["prepared"]
    assert set(prepared) == {"attemptId", "iv", "sealed", "extraSeconds"}
    start(waiting, cast)
    paper = opened(prepared, key_sent_to(carl))
    state = carl.ask("state_sync_request", {"attemptId": prepared["attemptId"], "versions": {}})
    assert paper == {key: state[key] for key in paper}
    assert {"title", "instructions", "settings", "passages", "questions", "graceSeconds"} <= set(paper)
    assert (prepared["extraSeconds"], state["expiresAt"]) == (15 * 60, "2026-05-04T09:45:00.000Z")


def test_two_devices_hold_the_same_paper_under_different_seals(
    carl: Any, socket: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    second, cora = socket(cast.carl), socket(cast.cora)
    here, there, hers = (join(client, waiting)["prepared"] for client in (carl, second, cora))
    assert here["attemptId"] == there["attemptId"] != hers["attemptId"]
    assert here["iv"] != there["iv"]
    start(waiting, cast)
    key = key_sent_to(second)
    assert opened(here, key) == opened(there, key)
    assert opened(hers, key)["attemptId"] == hers["attemptId"]


def test_the_key_of_another_session_opens_nothing(carl: Any, cast: SimpleNamespace, waiting: Any) -> None:
    other = ExamSessionFactory(waiting=True, school_class=cast.biology, test=waiting.test)
    prepared = join(carl, waiting)["prepared"]
    join(carl, other)
    start(other, cast)
    with pytest.raises(InvalidTag):
        opened(prepared, key_sent_to(carl))


def test_only_students_of_the_session_receive_the_key(
    carl: Any, socket: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    priya, cora = socket(cast.priya), socket(cast.cora)
    priya.ask("monitor_join", {"sessionId": str(waiting.id)})
    join(carl, waiting)
    start(waiting, cast)
    (started,) = [event for event in priya.received() if event.name == "session_started"]
    assert "key" not in started.data
    assert cora.names() == ["notification"]  # it has started: no longer sealed


def test_saving_before_anything_was_confirmed(carl: Any, cast: SimpleNamespace, waiting: Any) -> None:
    """A page that opened its sealed paper saves with base version 0, and then gets the attempt's events."""
    prepared = join(carl, waiting)["prepared"]
    start(waiting, cast)
    assert opened(prepared, key_sent_to(carl))["attemptId"] == prepared["attemptId"]
    first = change(questions(waiting.test)["true_false"], RIGHT["true_false"])
    reply = carl.ask("answers_save", {"attemptId": prepared["attemptId"], "changes": [first]})
    assert (reply["version"], reply["conflicts"], len(reply["saved"])) == (1, [], 1)
    control.pause(cast.priya, [db.session.query(Attempt).one()], "Fire alarm", later(3))
    assert "attempt_paused" in carl.names()


def test_a_student_disconnected_at_the_start_gets_the_prepared_attempt_on_reconnecting(
    carl: Any, socket: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    cora = socket(cast.cora)
    prepared = join(carl, waiting)["prepared"]
    join(cora, waiting)
    carl.disconnect()
    start(waiting, cast)
    assert [attempt.student_id for attempt in db.session.query(Attempt)] == [cast.cora.id]
    reply = join(socket(cast.carl), waiting)
    assert (reply["attempt"]["attemptId"], reply["prepared"]) == (prepared["attemptId"], None)


def test_a_new_version_of_the_test_does_not_change_a_waiting_session(
    carl: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    prepared = join(carl, waiting)["prepared"]
    waiting.test.title = "Another one"
    papers.publish(waiting.test, cast.ines.id)
    start(waiting, cast)
    state = join(carl, waiting)["attempt"]
    assert opened(prepared, key_sent_to(carl))["title"] == state["title"] == "Cells and tissues"


def test_a_reset_gives_another_attempt(carl: Any, cast: SimpleNamespace, waiting: Any) -> None:
    promised = join(carl, waiting)["prepared"]["attemptId"]
    start(waiting, cast)
    reset.reset(cast.priya, db.session.query(Attempt).one(), "Wrong seat", False, minutes(2))
    state = join(carl, waiting)["attempt"]
    assert state["attemptId"] != promised
    assert state["status"] == "in_progress"


def test_joining_does_not_restart_a_cancelled_attempt(
    carl: Any, api: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    join(carl, waiting)
    start(waiting, cast)
    control.cancel(cast.priya, [db.session.query(Attempt).one()], "Wrong room", minutes(2))
    assert join(carl, waiting)["attempt"]["status"] == "cancelled"
    again = api(cast.carl).post("/api/attempts/start", {"sessionId": str(waiting.id)})
    assert (again.status_code, again.error["code"]) == (409, "session_not_joinable")
    assert db.session.query(Attempt).count() == 1


def test_a_waiting_page_that_missed_the_start_learns_of_it_by_its_heartbeat(
    carl: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    join(carl, waiting)
    beat = {"sessionId": str(waiting.id), "seq": 1, "visible": True, "focused": True, "pending": 0}
    assert carl.ask("heartbeat", beat)["sessionStatus"] == "waiting"
    start(waiting, cast)
    assert carl.ask("heartbeat", beat | {"seq": 2})["sessionStatus"] == "in_progress"


def test_the_queries_of_joining_do_not_depend_on_the_class_size(
    socket: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    def cost(student: Any) -> int:
        client = socket(student)
        with counted() as statements:
            join(client, waiting)
            wait_for_deltas()
        return len(statements)

    cost(cast.carl)  # reads the paper, once per process
    few = cost(cast.cora)
    for _ in range(10):
        student = UserFactory(organization=cast.school)
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
        last = cost(student)
    assert last == few <= 14


def test_the_queries_of_a_start_do_not_depend_on_the_class_size(
    socket: Any, cast: SimpleNamespace, waiting: Any
) -> None:
    def cost(session: Any, students: list[Any]) -> int:
        for student in students:
            join(socket(student), session)
        with counted() as statements:
            start(session, cast)
        return len(statements)

    crowd = [UserFactory(organization=cast.school) for _ in range(8)]
    for student in crowd:
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
    other = ExamSessionFactory(waiting=True, school_class=cast.biology, test=waiting.test)
    assert cost(waiting, [cast.carl]) == cost(other, [cast.carl, cast.cora, *crowd])
    assert {p.attempt_id for p in db.session.query(Participant)} == {a.id for a in db.session.query(Attempt)}
