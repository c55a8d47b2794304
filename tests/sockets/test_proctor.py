"""The dashboard's events: the snapshot, the numbered deltas, and who does not receive them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.sessions import views as session_views
from exam_app.services.taking import heartbeats
from tests.factories import RIGHT, AttemptFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.answers import change, questions
from tests.helpers.clients import wait_for_deltas
from tests.helpers.times import later, minutes


@pytest.fixture
def priya(socket: Any, cast: SimpleNamespace, running: Any) -> Any:
    client = socket(cast.priya)
    client.ask("monitor_join", {"sessionId": str(running.id)})
    return client


def merged(events: list[SimpleNamespace]) -> dict[str, dict[str, Any]]:
    """The rows of all deltas, merged."""
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.name == "student_status_update":
            for row in event.data["students"]:
                rows.setdefault(row["studentId"], {}).update(row)
    return rows


def feed(events: list[SimpleNamespace]) -> list[str]:
    return [
        e["text"] for event in events if event.name == "student_status_update" for e in event.data["events"]
    ]


def test_the_snapshot(socket: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    for person in (cast.priya, cast.ines, cast.ada):
        snapshot = socket(person).ask("monitor_join", {"sessionId": str(running.id)})
        assert [row["firstName"] for row in snapshot["students"]] == ["Carl", "Cora"]
        assert snapshot["session"]["sessionId"] == str(running.id)


def test_who_may_not_open_a_dashboard(
    socket: Any, cast: SimpleNamespace, running: Any, unknown_id: Any
) -> None:
    others = [
        cast.otto,
        UserFactory(proctor=True, organization=cast.school),
        UserFactory(instructor=True, organization=cast.school),
    ]
    for person in others:
        client = socket(person)
        assert client.refused("monitor_join", {"sessionId": str(running.id)}) == "not_found"
        extension = {"sessionId": str(running.id), "attemptIds": "all", "minutes": 5, "reason": "why"}
        assert client.refused("attempts_extend", extension) == "not_found"
    assert socket(cast.priya).refused("monitor_join", {"sessionId": str(unknown_id)}) == "not_found"


def test_every_event_carries_the_next_number(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    snapshot = priya.ask("monitor_join", {"sessionId": str(running.id)})
    carl = socket(cast.carl)
    carl.ask("session_join", {"sessionId": str(running.id)})
    carl.ask("tab_violation", {"attemptId": str(attempt.id), "type": "tab_switch", "durationMs": 4000})
    wait_for_deltas()
    carl.disconnect()
    events = priya.received()
    numbers = [event.data["seq"] for event in events]
    assert numbers == list(range(snapshot["seq"] + 1, snapshot["seq"] + 1 + len(numbers)))
    assert {event.data["sessionId"] for event in events} == {str(running.id)}
    assert all(event.data["serverTime"] for event in events)
    assert {"student_joined", "student_left", "student_status_update"} <= {event.name for event in events}


def test_joining_and_leaving(priya: Any, socket: Any, cast: SimpleNamespace, running: Any) -> None:
    carl = socket(cast.carl)
    carl.ask("session_join", {"sessionId": str(running.id)})
    events = priya.received()
    joined = next(event for event in events if event.name == "student_joined")
    assert (joined.data["studentId"], joined.data["studentName"]) == (str(cast.carl.id), "Carl Carter")
    row = merged(events)[str(cast.carl.id)]
    assert (row["connected"], row["status"]) == (True, "in_progress")
    assert feed(events) == ["Carl Carter joined", "Carl Carter started the exam"]

    carl.disconnect()
    events = priya.received()
    assert events[0].name == "student_left"
    assert merged(events)[str(cast.carl.id)]["connected"] is False


def test_a_tab_switch_is_on_the_dashboard(
    priya: Any, socket: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    seen = {"attemptId": str(attempt.id), "type": "tab_switch", "durationMs": 4200}
    socket(cast.carl).ask("tab_violation", seen)
    events = priya.received()
    assert merged(events) == {str(cast.carl.id): {"studentId": str(cast.carl.id), "violations": 1}}
    assert feed(events) == ["Carl Carter left the page for 4 s (measured by the exam page)"]


def test_progress_and_position_are_on_the_dashboard(
    priya: Any, socket: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    carl, ids = socket(cast.carl), questions(attempt.test)
    one = change(ids["true_false"], RIGHT["true_false"])
    carl.ask("answers_save", {"attemptId": str(attempt.id), "changes": [one]})
    carl.ask("progress_update", {"attemptId": str(attempt.id), "questionIndex": 2})
    row = merged(priya.received())[str(cast.carl.id)]
    assert (row["questionsAnswered"], row["completionPercentage"]) == (1, 20)
    assert row["currentQuestionIndex"] == 2
    assert row["answered"] == {str(ids["true_false"]): True}


def test_an_unchanged_heartbeat_is_not_published(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    carl = socket(cast.carl)
    carl.ask("session_join", {"sessionId": str(running.id)})
    priya.received()
    beat = {"attemptId": str(attempt.id), "seq": 1, "visible": True, "focused": True, "pending": 0}
    carl.ask("heartbeat", beat)
    carl.ask("heartbeat", {**beat, "seq": 2})
    assert priya.names() == []
    carl.ask("heartbeat", {**beat, "seq": 3, "visible": False})
    row = merged(priya.received())[str(cast.carl.id)]
    assert (row["visible"], row["awaySince"]) == (False, "2026-05-04T09:00:00.000Z")


def test_more_time_reaches_the_page_and_all_dashboards(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    carl, cora, ines = socket(cast.carl), socket(cast.cora), socket(cast.ines)
    ines.ask("monitor_join", {"sessionId": str(running.id)})
    carl.ask("session_join", {"sessionId": str(running.id)})
    cora.ask("session_join", {"sessionId": str(running.id)})
    for client in (carl, cora, ines):
        client.received()
    reply = priya.ask(
        "attempts_extend",
        {"sessionId": str(running.id), "attemptIds": [str(attempt.id)], "minutes": 5, "reason": "Fire alarm"},
    )
    moved = {"attemptId": str(attempt.id), "expiresAt": "2026-05-04T09:35:00.000Z", "secondsAdded": 300}
    assert reply["done"] == [moved]
    (event,) = carl.received()
    assert (event.name, event.data["secondsAdded"]) == ("deadline_changed", 300)
    assert cora.names() == []
    events = ines.received()
    assert merged(events)[str(cast.carl.id)]["expiresAt"] == "2026-05-04T09:35:00.000Z"
    assert feed(events) == ["Carl Carter was given 5 min: Fire alarm"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": "5"},
        {"minutes": 1441},
        {"reason": " "},
        {"reason": None},
        {"attemptIds": []},
        {"attemptIds": "some"},
        {"attemptIds": ["x"]},
        {"attemptIds": None},
        {"sessionId": "x"},
        {"surprise": 1},
    ],
)
def test_invalid_values_are_refused(priya: Any, running: Any, attempt: Any, wrong: dict[str, Any]) -> None:
    good = {"sessionId": str(running.id), "attemptIds": "all", "minutes": 5, "reason": "Fire alarm"}
    assert priya.refused("attempts_extend", {**good, **wrong}) == "invalid_input"
    assert attempt.deadline_at == minutes(30)


def test_closing_at_the_deadline_is_on_the_dashboard(
    priya: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    events = priya.received()
    row = merged(events)[str(cast.carl.id)]
    assert (row["status"], row["submittedAt"]) == ("graded", "2026-05-04T09:30:00.000Z")
    assert row["receipt"] == attempt.receipt
    completed = next(event for event in events if event.name == "session_completed")
    assert completed.data["status"] == "completed"


def test_silence_is_on_the_dashboard(priya: Any, socket: Any, cast: SimpleNamespace, running: Any) -> None:
    socket(cast.carl).ask("session_join", {"sessionId": str(running.id)})
    priya.received()
    heartbeats.sweep_presence([running.id], later(31))
    events = priya.received()
    assert events[0].name == "student_left"
    assert merged(events)[str(cast.carl.id)]["connected"] is False


def test_the_dashboard_of_another_session_receives_nothing(
    priya: Any, socket: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    elsewhere = ExamSessionFactory(in_progress=True, school_class=cast.biology, proctors=[cast.priya])
    other = socket(cast.priya)
    other.ask("monitor_join", {"sessionId": str(elsewhere.id)})
    socket(cast.carl).ask("tab_violation", {"attemptId": str(attempt.id), "type": "blur", "durationMs": 1000})
    assert priya.names() == ["student_status_update"]
    assert other.names() == []


def test_a_proctor_who_has_not_joined_receives_nothing(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    ines = socket(cast.ines)
    closing.close_due(minutes(31))
    session_views.describe_session(running)
    assert ines.names() == []


def test_a_self_paced_attempt_is_on_no_dashboard(priya: Any, socket: Any, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    attempt = AttemptFactory(student=cast.carl, test=test)
    socket(cast.carl).ask("progress_update", {"attemptId": str(attempt.id), "questionIndex": 1})
    assert priya.names() == []


def test_who_has_received_a_message_by_name(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, exam: Any
) -> None:
    session = {"sessionId": str(running.id)}
    message_id = priya.ask("message_send", {**session, "attemptIds": "all", "text": "Speak up"})["messageId"]
    socket(cast.carl).ask("message_received", {"messageIds": [message_id]})
    recipients = priya.ask("message_recipients", {**session, "messageId": message_id})["recipients"]
    assert [(row["studentName"], bool(row["receivedAt"]), row["confirmedAt"]) for row in recipients] == [
        (cast.carl.full_name, True, None),
        (cast.cora.full_name, False, None),
    ]
    other = ExamSessionFactory(school_class=running.school_class, test=exam, proctors=[cast.priya])
    elsewhere = {"sessionId": str(other.id), "messageId": message_id}
    assert priya.ask("monitor_join", {"sessionId": str(other.id)})
    assert priya.refused("message_recipients", elsewhere) == "not_found"
    assert priya.refused("message_recipients", {**session, "messageId": message_id + 1}) == "not_found"
