"""The snapshot of the dashboard."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.realtime import deltas, emit
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control
from exam_app.services.proctoring import integrity
from exam_app.services.sessions import dashboard
from exam_app.services.taking import heartbeats, progress
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory
from tests.helpers.answers import questions
from tests.helpers.clients import pause, wait_for_deltas
from tests.helpers.presence import ON_PAGE
from tests.helpers.times import NOW, later, minutes


def alive(session: Any, student: Any, at: Any = NOW, sign: Any = None, **page: Any) -> Any:
    return heartbeats.record_heartbeat(
        session.id,
        student.id,
        student.full_name,
        f"sid of {student.first_name}",
        sign or heartbeats.ConnectionState(),
        {**ON_PAGE, **page},
        at,
    )


def rows(session: Any, at: Any = NOW) -> dict[str, dict[str, Any]]:
    return {row["firstName"]: row for row in dashboard.student_rows(session, at)}


def test_everybody_on_the_list_has_a_row(running: Any, attempt: Any) -> None:
    shown = rows(running)
    assert list(shown) == ["Carl", "Cora"]
    assert (shown["Carl"]["status"], shown["Carl"]["attemptId"]) == ("in_progress", str(attempt.id))
    assert (shown["Cora"]["status"], shown["Cora"]["attemptId"]) == (None, None)
    assert not shown["Carl"]["connected"]


def test_the_snapshot_has_the_shape_of_the_contract(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    shown = dashboard.snapshot(running, cast.priya, NOW)
    assert set(shown) == {
        "session",
        "seq",
        "serverTime",
        "totalQuestions",
        "students",
        "stats",
        "events",
        "alerts",
        "outages",
        "questions",
        "requests",
        "messages",
        "actions",
    }
    assert set(shown["students"][0]) == {
        "studentId",
        "firstName",
        "lastName",
        "attemptId",
        "status",
        "pausedAt",
        "connected",
        "visible",
        "awaySince",
        "pending",
        "notSavingSince",
        "lastSeen",
        "deadlineReceived",
        "currentQuestionIndex",
        "questionsAnswered",
        "totalQuestions",
        "completionPercentage",
        "violations",
        "highlights",
        "alerts",
        "expiresAt",
        "timeAdded",
        "multiplier",
        "requests",
        "submittedAt",
        "receipt",
    }
    json.dumps(shown)


def test_progress_violations_and_position_are_in_the_row(
    running: Any, attempt: Any, exam: Any, cast: SimpleNamespace
) -> None:
    change = ChangeFactory(question_id=questions(exam)["true_false"], response=RIGHT["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[change]))
    progress.move_to(cast.carl, attempt.id, 3, NOW)
    integrity.record_violation(cast.carl, attempt.id, "tab_switch", 4200, NOW)
    shown = dashboard.snapshot(running, cast.priya, NOW)
    row = shown["students"][0]
    assert (row["questionsAnswered"], row["completionPercentage"]) == (1, 20)
    assert (row["currentQuestionIndex"], row["violations"]) == (3, 1)
    assert shown["events"][0]["text"] == "Carl Carter left the page for 4 s (measured by the exam page)"
    counts = {question["questionId"]: question["answered"] for question in shown["questions"]}
    assert counts[questions(exam)["true_false"]] == 1 and sum(counts.values()) == 1


@pytest.mark.parametrize(("after", "not_saving"), [(15, 0), (16, 1)])
def test_connected_but_not_saving_is_a_separate_state(
    running: Any, attempt: Any, cast: SimpleNamespace, after: int, not_saving: int
) -> None:
    sign = alive(running, cast.carl, pending=2)
    alive(running, cast.carl, later(after), sign, pending=2)
    shown = dashboard.snapshot(running, cast.priya, later(after))
    assert shown["students"][0]["notSavingSince"] == "2026-05-04T09:00:00.000Z"
    assert shown["stats"]["notSaving"] == not_saving


def test_counts(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    AttemptFactory(student=cast.cora, session=running, submitted=True, answered_count=5)
    alive(running, cast.cora)
    assert dashboard.snapshot(running, cast.priya, NOW)["stats"] == {
        "enrolled": 2,
        "connected": 1,
        "offline": 1,
        "notSaving": 0,
        "working": 1,
        "handedIn": 1,
        "averageCompletion": 50,
    }


def test_a_cancelled_attempt_makes_way_for_its_successor(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    AttemptFactory(student=cast.carl, session=running, cancelled=True, number=2)
    assert len(dashboard.student_rows(running, NOW)) == 2
    assert rows(running)["Carl"]["attemptId"] == str(attempt.id)


def test_events_after_a_snapshot_have_higher_sequence_numbers(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    emit.student_left(running.id, attempt.student_id, "Carl")
    before = dashboard.snapshot(running, cast.priya, NOW)["seq"]
    assert before == 1
    closing.close_due(minutes(31))
    assert dashboard.snapshot(running, cast.priya, NOW)["seq"] > before


def test_the_deltas_of_a_quiet_session_are_discarded(
    attempt: Any, monkeypatch: pytest.MonkeyPatch, sent: list[SimpleNamespace]
) -> None:
    monkeypatch.setattr(deltas, "INTERVAL", 0)
    sessions = [uuid.uuid4() for _ in range(3)]
    for session_id in sessions:
        deltas.student_changed(session_id, attempt.student_id, {"violations": 1})
        wait_for_deltas()
    assert [event.data["sessionId"] for event in sent] == [str(session_id) for session_id in sessions]
    assert set(deltas.collected) == {sessions[-1]}


def test_two_pages_of_one_student_are_one_row(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    alive(running, cast.carl, visible=False)
    heartbeats.record_heartbeat(
        running.id, cast.carl.id, "Carl", "second tab", heartbeats.ConnectionState(), ON_PAGE, later(1)
    )
    row = rows(running, later(1))["Carl"]
    assert (row["connected"], row["visible"], row["awaySince"]) == (True, True, None)


def test_changes_within_an_interval_are_one_delta(
    running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace], monkeypatch: pytest.MonkeyPatch
) -> None:
    deltas.student_changed(running.id, cast.carl.id, {"questionsAnswered": 9})
    wait_for_deltas()  # the first is sent immediately
    sent.clear()
    is_over = pause(monkeypatch)
    for number in range(5):
        deltas.student_changed(running.id, cast.carl.id, {"questionsAnswered": number})
    deltas.student_changed(running.id, cast.cora.id, {"violations": 1}, {"text": "Cora left the page"})
    assert sent == []
    is_over.set()
    wait_for_deltas()
    (delta,) = sent
    assert delta.to == f"monitor:{running.id}"
    assert delta.data["students"] == [
        {"studentId": str(cast.carl.id), "questionsAnswered": 4},
        {"studentId": str(cast.cora.id), "violations": 1},
    ]
    assert delta.data["events"] == [{"text": "Cora left the page"}]


def test_counts_are_published_only_when_they_changed(
    running: Any, attempt: Any, socket: Any, cast: SimpleNamespace
) -> None:
    proctor = socket(cast.priya)
    proctor.ask("monitor_join", {"sessionId": str(running.id)})
    for _ in range(2):
        dashboard.publish_stats([running.id], NOW)
    assert [stats["working"] for stats in _counts(proctor)] == [1]

    control.cancel(cast.priya, [attempt], "Mistake", NOW)
    dashboard.publish_stats([running.id], NOW)
    assert [stats["working"] for stats in _counts(proctor)] == [0]


def _counts(proctor: Any) -> list[dict[str, Any]]:
    return [event.data["stats"] for event in proctor.received() if event.name == "real_time_stats"]


def test_leaving_after_submission_is_not_published(
    running: Any, attempt: Any, socket: Any, cast: SimpleNamespace
) -> None:
    proctor = socket(cast.priya)
    proctor.ask("monitor_join", {"sessionId": str(running.id)})
    AttemptFactory(student=cast.cora, session=running, submitted=True)
    heartbeats.record_left(running.id, [cast.carl.id, cast.cora.id], NOW)
    events = proctor.received()
    assert sorted(e.data["studentName"] for e in events if e.name == "student_left") == [
        "Carl Carter",
        "Cora Castle",
    ]
    lines = [line for e in events if e.name == "student_status_update" for line in e.data["events"]]
    assert [line["studentName"] for line in lines] == ["Carl Carter"]
