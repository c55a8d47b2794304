"""The exam page's events: the ack, who receives what, and who does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import ExamSession, User
from exam_app.realtime import emit, presence
from exam_app.rules.attempt_states import SessionStatus
from exam_app.services.sessions import lifecycle
from exam_app.services.taking import joining, progress
from exam_app.sockets import student
from tests.factories import RIGHT, WRONG, AttemptFactory, ExamSessionFactory, TestFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, change, questions
from tests.helpers.clients import wait_for_deltas
from tests.helpers.times import GRACE, NOW, later, minutes


@pytest.fixture
def carl(socket: Any, cast: SimpleNamespace) -> Any:
    return socket(cast.carl)


def join(client: Any, session: Any) -> Any:
    return client.ask("session_join", {"sessionId": str(session.id)})


def save(client: Any, attempt: Any, kind: str = "true_false", responses: Any = RIGHT, **extra: Any) -> Any:
    one = change(questions(attempt.test)[kind], responses[kind])
    return client.ask("answers_save", {"attemptId": str(attempt.id), "changes": [one], **extra})


# --- joining ------------------------------------------------------------------------------------


def test_joining_a_running_session_gives_everything_the_page_needs(carl: Any, running: Any) -> None:
    reply = join(carl, running)
    assert set(reply) == {"session", "attempt", "prepared", "messages", "serverTime"}
    assert (reply["session"]["status"], reply["prepared"]) == ("in_progress", None)
    assert len(reply["attempt"]["questions"]) == 5
    assert reply["attempt"]["timeRemaining"] == 1800


def test_from_the_waiting_room_into_the_exam(
    carl: Any, socket: Any, cast: SimpleNamespace, exam: Any
) -> None:
    session = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    outside = socket(cast.cora)
    reply = join(carl, session)
    assert (reply["session"]["status"], reply["attempt"]) == ("waiting", None)
    assert list(presence.here(session.id, NOW)) == [cast.carl.id]
    lifecycle.start_session(cast.ines, session, later(5))
    started, notification = carl.received()
    assert (started.name, notification.name) == ("session_started", "notification")
    assert started.data | {"serverTime": None, "key": None} == {
        "key": None,
        "sessionId": str(session.id),
        "serverTime": None,
        "startedAt": "2026-05-04T09:00:05.000Z",
        "expiresAt": "2026-05-04T09:30:05.000Z",
        "status": "in_progress",
    }
    assert outside.names() == ["notification"]
    assert join(carl, session)["attempt"]["status"] == "in_progress"


def test_a_start_between_the_check_and_entering_the_room_is_not_missed(
    app: Flask, carl: Any, socket: Any, cast: SimpleNamespace, exam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event was published before the page joined the room, so the state read later must include it."""
    session = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    join(socket(cast.cora), session)
    session_id, ines_id, genuine = session.id, cast.ines.id, student.join_room

    def start_before_the_room(room: str) -> None:
        with app.app_context():
            found = db.session.get(ExamSession, session_id)
            if found.status == SessionStatus.WAITING:
                lifecycle.start_session(db.session.get(User, ines_id), found, later(5))
        genuine(room)

    monkeypatch.setattr(student, "join_room", start_before_the_room)
    reply = join(carl, session)
    assert (reply["session"]["status"], reply["attempt"]["status"]) == ("in_progress", "in_progress")


def test_a_start_between_the_read_and_the_reply_is_not_missed(
    carl: Any, cast: SimpleNamespace, exam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose reply says that the session is waiting has joined its room already."""
    session = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    session_id, genuine = session.id, joining.join_session

    def join_before_the_start(*args: Any) -> Any:
        found = genuine(*args)
        emit.session_moved(
            "session_started", session_id, {"status": "in_progress", "startedAt": None, "expiresAt": None}
        )
        return found

    monkeypatch.setattr(joining, "join_session", join_before_the_start)
    assert join(carl, session)["attempt"] is None
    assert "session_started" in carl.names()


@pytest.mark.parametrize("which", ["unknown", "not open", "of another class"])
def test_sessions_that_cannot_be_joined(
    carl: Any, socket: Any, cast: SimpleNamespace, sitting: Any, unknown_id: Any, which: str
) -> None:
    foreign = ExamSessionFactory(in_progress=True)
    session_id = {"unknown": unknown_id, "not open": sitting.id, "of another class": foreign.id}[which]
    code = carl.refused("session_join", {"sessionId": str(session_id)})
    assert code == ("session_not_joinable" if which == "not open" else "not_found")
    assert carl.is_connected


# --- saving -------------------------------------------------------------------------------------


def test_a_save_is_published_to_the_other_device_and_not_to_the_sender(
    carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    second, cora = socket(cast.carl), socket(cast.cora)
    for client in (carl, second, cora):
        join(client, running)
    for client in (carl, second, cora):
        client.received()
    reply = save(carl, attempt)
    assert (reply["version"], len(reply["saved"])) == (1, 1)
    (changed,) = second.received()
    assert (changed.name, changed.data["version"]) == ("answers_changed", 1)
    assert changed.data["attemptId"] == str(attempt.id)
    assert changed.data["answers"][0]["response"] == RIGHT["true_false"]
    assert set(changed.data["progress"]) == set(reply["progress"])
    assert carl.names() == cora.names() == []


def test_socket_and_rest_give_the_same_reply(
    carl: Any, api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    over_socket = carl.ask("answers_save", {"attemptId": str(attempt.id), "changes": [one]})
    over_rest = (
        api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one]}).get_json()["data"]
    )
    assert over_rest["saved"] == [{**over_socket["saved"][0], "replayed": True}]
    assert {k: v for k, v in over_rest.items() if k != "saved"} == {
        k: v for k, v in over_socket.items() if k != "saved"
    }


def test_one_answer_by_its_own_event(carl: Any, attempt: Any) -> None:
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    assert carl.ask("answer_submitted", {"attemptId": str(attempt.id), **one})["version"] == 1


def test_a_conflict_between_two_devices(carl: Any, socket: Any, cast: SimpleNamespace, attempt: Any) -> None:
    save(carl, attempt, deviceId="laptop")
    old = change(
        questions(attempt.test)["true_false"],
        WRONG["true_false"],
        baseVersion=0,
        clientTime="2026-05-04T08:59:00.000Z",
    )
    phone = {"attemptId": str(attempt.id), "changes": [old], "deviceId": "phone"}
    reply = socket(cast.carl).ask("answers_save", {**phone, "sentAt": "2026-05-04T09:00:00.000Z"})
    (conflict,) = reply["conflicts"]
    assert (conflict["resolution"], conflict["serverValue"]) == ("server", RIGHT["true_false"])
    assert_log_explains_answers(attempt)


@pytest.mark.parametrize(
    ("seconds_after", "accepted"), [(-1, True), (0, True), (GRACE, True), (GRACE + 1, False)]
)
def test_the_time_of_arrival_decides(
    carl: Any, attempt: Any, time_machine: Any, seconds_after: int, accepted: bool
) -> None:
    time_machine.move_to(later(1800 + seconds_after), tick=False)
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    ack = carl.emit("answers_save", {"attemptId": str(attempt.id), "changes": [one]})
    assert ack["success"] is accepted
    if not accepted:
        assert ack["error"]["code"] == "attempt_expired"
    assert len(answers_of(attempt.id)) == int(accepted)


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("answers_save", {"changes": [change(1, {})]}),
        ("answer_submitted", change(1, {})),
        ("heartbeat", {"seq": 1, "visible": True, "focused": True, "pending": 0}),
        ("progress_update", {"questionIndex": 1}),
        ("tab_violation", {"type": "blur", "durationMs": 1}),
        ("text_highlighted", {"passageId": 1, "text": "t", "start": 0, "end": 1}),
        ("state_sync_request", {"versions": {}}),
        ("attempt_submit", {"confirmSubmission": True}),
    ],
)
def test_the_attempt_of_another_student_is_not_found(
    socket: Any, cast: SimpleNamespace, attempt: Any, event: str, data: Any
) -> None:
    cora, carl = socket(cast.cora), socket(cast.carl)
    carl.ask("state_sync_request", {"attemptId": str(attempt.id)})
    assert cora.refused(event, {"attemptId": str(attempt.id), **data}) == "not_found"
    save(carl, attempt)
    assert cora.names() == []
    assert attempt.violation_count == 0 and attempt.status == "in_progress"


# --- in progress --------------------------------------------------------------------------------


def test_a_self_paced_page_receives_events_after_a_sync(
    carl: Any, socket: Any, cast: SimpleNamespace
) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    attempt = AttemptFactory(student=cast.carl, test=test)
    state = carl.ask("state_sync_request", {"attemptId": str(attempt.id), "versions": {}})
    assert (state["sessionId"], state["version"]) == (None, 0)
    save(socket(cast.carl), attempt)
    assert carl.names() == ["answers_changed"]


def test_heartbeat(carl: Any, running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    beat = {"attemptId": str(attempt.id), "seq": 1, "visible": True, "focused": True, "pending": 0}
    assert carl.ask("heartbeat", beat) == {
        "serverTime": "2026-05-04T09:00:00.000Z",
        "status": "in_progress",
        "expiresAt": "2026-05-04T09:30:00.000Z",
        "version": 0,
    }
    assert list(presence.here(running.id, NOW)) == [cast.carl.id]


def test_heartbeat_from_the_waiting_room(
    carl: Any, cast: SimpleNamespace, exam: Any, time_machine: Any
) -> None:
    session = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    join(carl, session)
    time_machine.move_to(later(25), tick=False)
    beat = {"sessionId": str(session.id), "seq": 2, "visible": True, "focused": True, "pending": 0}
    assert carl.ask("heartbeat", beat)["status"] is None
    assert list(presence.here(session.id, later(40))) == [cast.carl.id]


def test_a_heartbeat_for_a_foreign_session_records_no_presence(
    socket: Any, cast: SimpleNamespace, unknown_id: Any
) -> None:
    foreign = ExamSessionFactory(in_progress=True)
    for session_id in (foreign.id, unknown_id):
        socket(cast.carl).emit("heartbeat", {"sessionId": str(session_id), "seq": 1})
        assert presence.here(session_id, NOW) == {}


def test_a_page_that_closes_during_its_heartbeat_is_disconnected(
    carl: Any, running: Any, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(carl, running)
    answer = progress.heartbeat

    def answer_and_close(*args: Any) -> Any:
        state = answer(*args)
        carl.disconnect()
        return state

    monkeypatch.setattr(progress, "heartbeat", answer_and_close)
    carl.client.emit("heartbeat", {"attemptId": str(attempt.id), "seq": 1}, namespace=carl.namespace)
    assert not carl.is_connected
    assert presence.here(running.id, NOW) == {}


def test_an_outdated_heartbeat_is_discarded(carl: Any, running: Any, attempt: Any) -> None:
    join(carl, running)
    (connection,) = student.events.connections.values()

    class Overtaking:
        """A lock on which the heartbeat waits until a newer one has arrived."""

        def __enter__(self) -> None:
            connection.newest_beat = 2

        def __exit__(self, *_: object) -> None:
            pass

    connection.signing = Overtaking()
    carl.ask("heartbeat", {"attemptId": str(attempt.id), "seq": 1, "visible": False})
    assert presence.here(running.id, NOW)[attempt.student_id]["visible"] is True


def test_the_question_on_the_screen(carl: Any, attempt: Any) -> None:
    move = {"attemptId": str(attempt.id), "passageIndex": None, "questionIndex": 3}
    assert carl.ask("progress_update", move) == {"currentQuestionIndex": 3}
    assert attempt.current_question == 3
    assert carl.refused("progress_update", {**move, "questionIndex": 5}) == "invalid_input"


@pytest.mark.parametrize("kind", ["tab_switch", "blur", "fullscreen_exit", "copy", "paste", "right_click"])
def test_leaving_the_page_is_recorded(carl: Any, attempt: Any, kind: str) -> None:
    seen = {"attemptId": str(attempt.id), "type": kind, "durationMs": 4000}
    assert carl.ask("tab_violation", seen) == {"violations": 1}
    assert carl.ask("tab_violation", seen) == {"violations": 2}


def test_a_highlight_is_stored_and_removed(carl: Any, reading: SimpleNamespace) -> None:
    own = {"attemptId": str(reading.attempt.id)}
    mark = {**own, "passageId": reading.passage.id, "text": "A cell", "start": 0, "end": 6}
    kept = carl.ask("text_highlighted", mark)
    assert kept["highlights"] == 1
    shown = carl.ask("state_sync_request", own)["highlights"]
    place = {"passageId": reading.passage.id, "text": "A cell", "start": 0, "end": 6}
    assert shown == [{"highlightId": kept["highlightId"], **place}]
    gone = {**own, "highlightId": kept["highlightId"]}
    assert carl.ask("highlight_removed", gone) == {"highlights": 0}
    assert carl.ask("state_sync_request", own)["highlights"] == []


# --- the end ------------------------------------------------------------------------------------


def test_submitting_over_the_socket(
    carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    second, cora = socket(cast.carl), socket(cast.cora)
    for client in (carl, second, cora):
        join(client, running)
        client.received()
    last = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    body = {"attemptId": str(attempt.id), "changes": [last], "finalReview": True}
    assert carl.ask("attempt_submit", body)["confirmationNeeded"] is True
    result = carl.ask("attempt_submit", {**body, "confirmSubmission": True})
    assert result["attempt"]["status"] == "graded"
    assert result["results"] is None
    closed = [event for event in second.received() if event.name == "attempt_closed"][-1]
    assert closed.data["receipt"] == result["receipt"]
    assert (closed.data["status"], closed.data["submissionMethod"]) == ("graded", "manual")
    assert not {"attempt_closed", "answers_changed", "notification"} & set(cora.names())


def test_submitting_after_the_end_gives_the_result(carl: Any, attempt: Any, time_machine: Any) -> None:
    time_machine.move_to(minutes(40), tick=False)
    result = carl.ask("attempt_submit", {"attemptId": str(attempt.id), "confirmSubmission": True})
    assert result["attempt"]["submissionMethod"] == "automatic"
    assert result["attempt"]["submittedAt"] == "2026-05-04T09:30:00.000Z"


def test_a_disconnected_client_is_shown_as_left(
    carl: Any, socket: Any, running: Any, cast: SimpleNamespace
) -> None:
    second = socket(cast.carl)
    for client in (carl, second):
        join(client, running)
    carl.disconnect()
    assert list(presence.here(running.id, NOW)) == [cast.carl.id]
    second.disconnect()
    wait_for_deltas()
    assert presence.here(running.id, NOW) == {}
