"""A session over REST, from the class to the released results."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.realtime import emit
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from tests.factories import PASSWORD, ExamSessionFactory
from tests.helpers.answers import all_right
from tests.helpers.clients import data
from tests.helpers.times import minutes


def test_the_whole_story(api: Any, socket: Any, cast: SimpleNamespace, exam: Any, time_machine: Any) -> None:
    ines, carl = api(cast.ines), api(cast.carl)
    group = data(ines.post("/api/classes", {"name": "Evening class"}), 201)
    csv = f"email,first_name,last_name\n{cast.carl.email},Carl,Carter\nnew@school.example,New,Person\n"
    report = data(
        ines.post(f"/api/classes/{group['classId']}/roster", {"csv": csv, "password": "first password"})
    )
    assert report == {"created": 1, "enrolled": 2, "unchanged": 0}

    planned = {
        "classId": group["classId"],
        "testId": exam.id,
        "title": "Final",
        "scheduledAt": "2026-05-04T10:00:00+02:00",
        "proctorIds": [str(cast.priya.id)],
    }
    session = data(ines.post("/api/sessions", planned), 201)
    assert (session["status"], session["scheduledAt"]) == ("scheduled", "2026-05-04T08:00:00.000Z")
    path = f"/api/sessions/{session['sessionId']}"
    (own,) = data(carl.get("/api/sessions/my-sessions"))["sessions"]
    assert (own["title"], own["attempt"]) == ("Final", None)

    priya = api(cast.priya)
    assert data(priya.post(f"{path}/start-waiting"))["status"] == "waiting"
    assert priya.post(f"{path}/start").code == "no_students_connected"
    socket(cast.carl).ask("session_join", {"sessionId": session["sessionId"]})
    assert data(priya.post(f"{path}/start"))["status"] == "in_progress"
    assert priya.post(f"{path}/start").code == "invalid_transition"

    (own,) = data(carl.get("/api/sessions/my-sessions"))["sessions"]
    attempt = f"/api/attempts/{own['attempt']['attemptId']}"
    data(carl.post(f"{attempt}/answers", {"changes": all_right(exam)}))
    snapshot = data(priya.get(f"{path}/monitor"))
    assert [row["questionsAnswered"] for row in snapshot["students"]] == [5, 0]

    assert ines.post(f"{path}/release").code == "conflict"
    time_machine.move_to(minutes(31), tick=False)
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    results = data(ines.get(f"{path}/results"))
    assert results["session"]["status"] == "completed"
    assert results["students"][0]["percentage"] == 100
    assert data(carl.get(f"{attempt}/result"))["results"] is None
    assert data(ines.post(f"{path}/release"))["resultsReleasedAt"]
    assert data(carl.get(f"{attempt}/result"))["results"]["grade"] == "A+"

    listed = data(carl.get("/api/notifications"))
    assert listed["unread"] == 3
    kinds = [note["kind"] for note in listed["notifications"]]
    assert sorted(kinds) == ["attempt_handed_in", "result_released", "session_started"]
    data(carl.post(f"/api/notifications/{listed['notifications'][0]['notificationId']}/read"))
    assert data(carl.get("/api/notifications"))["unread"] == 2
    assert (
        api()
        .post("/api/auth/login", {"email": "new@school.example", "password": "first password"})
        .status_code
        == 200
    )
    assert PASSWORD != "first password"


def test_cancelling_before_the_start(api: Any, cast: SimpleNamespace, sitting: Any) -> None:
    assert data(api(cast.ines).delete(f"/api/sessions/{sitting.id}"))["status"] == "cancelled"
    reply = api(cast.ines).delete(f"/api/sessions/{sitting.id}")
    assert (reply.status_code, reply.code) == (409, "invalid_transition")


def test_a_running_session_is_not_cancelled(api: Any, cast: SimpleNamespace, running: Any) -> None:
    assert api(cast.ines).delete(f"/api/sessions/{running.id}").code == "invalid_transition"


def test_an_unknown_session(api: Any, cast: SimpleNamespace, unknown_id: Any) -> None:
    for path in ("", "/monitor", "/results"):
        reply = api(cast.ines).get(f"/api/sessions/{unknown_id}{path}")
        assert (reply.status_code, reply.code) == (404, "not_found")


def test_publishing_again_leaves_planned_sessions_as_they_are(
    api: Any, cast: SimpleNamespace, sitting: Any
) -> None:
    question = data(
        api(cast.ines).post(
            "/api/questions",
            {"questionType": "true_false", "questionText": "Is it?", "definition": {"correct": True}},
        ),
        201,
    )
    body = {"title": "Shorter", "durationMinutes": 5, "questionIds": [question["questionId"]]}
    data(api(cast.ines).put(f"/api/tests/{sitting.test_id}", body))
    data(api(cast.ines).post(f"/api/tests/{sitting.test_id}/publish"))
    shown = data(api(cast.ines).get(f"/api/sessions/{sitting.id}"))
    assert (shown["questionCount"], shown["durationMinutes"]) == (5, 30)


@pytest.mark.parametrize("state", ["healthz", "readyz"])
def test_the_operator_asks(api: Any, database: None, state: str) -> None:
    assert api().get(f"/{state}").status_code == 200


def test_the_document_of_the_api(api: Any, database: None) -> None:
    document = api().get("/api/openapi.json").get_json()
    assert document["paths"]["/api/attempts/{attempt_id}/answers"]["post"]["security"] == [{"bearer": []}]


def test_a_dashboard_needs_no_redis(
    api: Any, cast: SimpleNamespace, running: Any, monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    """Without Redis the numbers of events are lost, but the dashboard works."""
    from redis import Redis

    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    monkeypatch.setitem(app.extensions, "redis", unreachable)
    snapshot = data(api(cast.priya).get(f"/api/sessions/{running.id}/monitor"))
    assert snapshot["seq"] is None
    assert emit.current_seq(running.id) is None
    data(api(cast.carl).post("/api/attempts/start", {"sessionId": str(running.id)}), 201)
    ExamSessionFactory(waiting=True, school_class=cast.biology, test=running.test)
