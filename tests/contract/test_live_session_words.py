"""Source document 004: its events, fields and values are taken as it writes them, over both ways."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.helpers.answers import answers_of, questions
from tests.helpers.clients import data

VIOLATIONS = [
    "TAB_SWITCH",
    "tab_switch",
    "Tab_Switch",
    "BLUR",
    "FULLSCREEN_EXIT",
    "COPY",
    "PASTE",
    "RIGHT_CLICK",
]


@pytest.fixture
def carl(socket: Any, cast: SimpleNamespace, attempt: Any) -> Any:
    """Carl's connection, which has joined the session: its events name no attempt."""
    client = socket(cast.carl)
    client.ask("session_join", {"session_id": str(attempt.session_id)})
    return client


@pytest.mark.parametrize("kind", VIOLATIONS)
def test_tab_violation(carl: Any, api: Any, cast: SimpleNamespace, attempt: Any, kind: str) -> None:
    assert carl.ask("tab_violation", {"violation_type": kind}) == {"violations": 1}
    own = {"attempt_id": str(attempt.id), "violation_type": kind}
    assert carl.ask("tab_violation", own) == {"violations": 2}
    noted = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/activity", {"violation_type": kind}), 201)
    assert noted == {"type": kind.lower(), "count": 3}


def test_tab_violation_is_a_tab_switch_by_default(carl: Any) -> None:
    assert carl.ask("tab_violation", {}) == {"violations": 1}


def test_a_type_that_is_none(carl: Any, api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    for body in (
        {"violation_type": "TABSWITCH"},
        {"violation_type": 1},
        {"type": "blur", "violation_type": "BLUR"},
    ):
        assert carl.refused("tab_violation", body) == "invalid_input"
        reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/activity", body)
        assert reply.code == "invalid_input"


def test_answer_submitted(carl: Any, api: Any, cast: SimpleNamespace, exam: Any, attempt: Any) -> None:
    ids = questions(exam)
    carl.ask("answer_submitted", {"question_id": ids["short_answer"], "answer": "nucleus"})
    assert answers_of(attempt.id)[ids["short_answer"]].response == {"text": "nucleus"}
    body = {"question_id": ids["multiple_choice"], "answer": 2}
    assert len(data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", body))["saved"]) == 1
    data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answer", body))
    assert answers_of(attempt.id)[ids["multiple_choice"]].response == {"selectedOptionIds": [2]}
    for wrong in (True, None):
        body = {"question_id": ids["multiple_choice"], "answer": wrong}
        assert carl.refused("answer_submitted", body) == "invalid_input"
    both = {"question_id": ids["short_answer"], "answer": "nucleus", "answerText": "membrane"}
    assert carl.refused("answer_submitted", both) == "invalid_input"


def test_progress_update_and_state_sync_request(carl: Any) -> None:
    moved = carl.ask("progress_update", {"passage_index": 0, "question_index": 2})
    assert moved == {"currentQuestionIndex": 2}
    assert carl.ask("state_sync_request", {})["currentQuestionIndex"] == 2


def test_text_highlighted(socket: Any, api: Any, cast: SimpleNamespace, reading: Any) -> None:
    carl, place = socket(cast.carl), reading.passage.text[3:9]
    carl.ask("session_join", {"session_id": str(reading.session.id)})
    marked = {
        "timestamp": "2024-01-10T12:00:00Z",
        "text": place,
        "passage_id": reading.passage.id,
        "position_start": 3,
        "position_end": 9,
    }
    assert carl.ask("text_highlighted", marked)["highlights"] == 1
    over_rest = {"type": "TEXT_HIGHLIGHTED", **marked, "position_start": 4, "text": place[1:]}
    noted = data(api(cast.carl).post(f"/api/attempts/{reading.attempt.id}/activity", over_rest), 201)
    assert noted["count"] == 2


def test_events_without_an_attempt_before_joining(socket: Any, cast: SimpleNamespace, attempt: Any) -> None:
    for name in ("tab_violation", "progress_update", "answer_submitted", "state_sync_request"):
        assert socket(cast.carl).refused(name, {}) == "invalid_input"


def test_fields_and_values_over_rest(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    ada = api(cast.ada)
    person = {
        "email": "new@school.example",
        "password": "long enough",
        "first_name": "New",
        "last_name": "One",
    }
    student = data(ada.post("/api/users", {**person, "role": "STUDENT"}), 201)
    assert student["role"] == "student"
    new_class = {"name": "Beacon 31", "description": "Evenings", "teacher_id": str(cast.ines.id)}
    made = data(ada.post("/api/classes", new_class), 201)
    data(ada.post(f"/api/classes/{made['classId']}/students", {"student_id": student["userId"]}), 201)
    listed = data(ada.get(f"/api/classes?teacher_id={cast.ines.id}"))
    assert made["classId"] in [one["classId"] for one in listed["classes"]]
    assert ada.get("/api/classes?teacher_name=Ines").code == "invalid_input"
    planned = {"class_id": made["classId"], "test_id": exam.id, "scheduled_at": "2026-06-01T20:00:00Z"}
    assert data(ada.post("/api/sessions", planned), 201)["classId"] == made["classId"]
    users = data(ada.get("/api/users?role=ADMIN"))["users"]
    assert {user["role"] for user in users} == {"admin"}
