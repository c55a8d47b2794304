"""Managing attempts over REST, in the shapes of source documents 000 and 002."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Activity, Attempt, Result
from exam_app.services.answers import saving
from exam_app.services.authoring import papers
from tests.factories import (
    RIGHT,
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import change, questions
from tests.helpers.clients import data
from tests.helpers.results import answer, graded
from tests.helpers.times import GRACE, NOW, later, minutes

WHY = {"reason": "Technical difficulties experienced by student"}


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True)


@pytest.fixture
def done(cast: SimpleNamespace, running: Any) -> Any:
    """Carl's attempt, graded with 8 of 20 points, not released."""
    return graded("true_false", "numerical", student=cast.carl, session=running)


# --- lists --------------------------------------------------------------------------------------


def test_the_list(api: Any, cast: SimpleNamespace, done: Any, running: Any) -> None:
    AttemptFactory(student=cast.cora, session=running)
    shown = data(api(cast.priya).get("/api/attempts?limit=1&page=2"))
    assert [row["userId"] for row in shown["attempts"]]
    assert shown["pagination"] == {
        "currentPage": 2,
        "totalPages": 2,
        "total": 2,
        "totalAttempts": 2,
        "hasNext": False,
        "hasPrev": True,
    }
    query = f"studentId={cast.carl.id}&testId={done.test_id}&sessionId={running.id}&status=graded"
    (row,) = data(api(cast.ines).get(f"/api/attempts?{query}&completed=true"))["attempts"]
    assert (row["attemptId"], row["percentage"]) == (str(done.id), 40)
    for query in ("status=completed", "dateFrom=2026-05-04&dateTo=2026-05-04&completed=1"):
        assert data(api(cast.ines).get(f"/api/attempts?{query}"))["pagination"]["total"] == 1, query
    for query in ("dateTo=2026-05-03", "dateFrom=2026-05-04T09:00:00.001Z", "status=paused"):
        assert data(api(cast.ines).get(f"/api/attempts?{query}"))["attempts"] == [], query


def test_a_student_lists_only_their_own_attempts(
    api: Any, cast: SimpleNamespace, done: Any, running: Any
) -> None:
    AttemptFactory(student=cast.cora, session=running)
    (row,) = data(api(cast.carl).get("/api/attempts"))["attempts"]
    assert (row["attemptId"], row["score"], row["isGraded"]) == (str(done.id), None, True)
    assert data(api(cast.carl).get(f"/api/attempts?studentId={cast.cora.id}"))["attempts"] == []


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "limit=0",
        "limit=101",
        "page=99999999999999999999",
        "studentId=carl",
        "testId=0",
        "testId=-3",
        "testId=99999999999",
        "status=finished",
        "completed=perhaps",
        "dateFrom=yesterday",
        "dateFrom=2026-13-01",
        "dateFrom=2026-05-04T09:00:00",
        "dateFrom=0001-01-01",
        "dateTo=9999-12-31",
        "dateTo=2026-05-04T09:00:00%2B99:00",
        "dateFrom=" + "2" * 5000,
        "dateFrom=2026-05-05&dateTo=2026-05-04",
    ],
)
def test_invalid_filters_are_refused(api: Any, cast: SimpleNamespace, exam: Any, query: str) -> None:
    paths = ["/api/attempts"]
    if not query.startswith("studentId"):
        paths.append(f"/api/attempts/user/{cast.carl.id}")
    if query.startswith(("page", "limit", "date")):
        paths += [f"/api/attempts/test/{exam.id}", "/api/audit"]
    for path in paths:
        reply = api(cast.ada).get(f"{path}?{query}")
        assert (reply.status_code, reply.code) == (422, "invalid_input"), path
        assert reply.error["details"], path


def test_the_attempts_at_a_test(api: Any, cast: SimpleNamespace, done: Any, running: Any) -> None:
    AttemptFactory(student=cast.cora, session=running)
    path = f"/api/attempts/test/{done.test_id}"
    shown = data(api(cast.ines).get(f"{path}?status=completed&userId={cast.carl.id}&dateFrom=2025-01-01"))
    (row,) = shown["attempts"]
    assert row["user"] == {"firstName": "Carl", "lastName": "Carter", "email": cast.carl.email}
    assert (row["grade"], row["questionsAnswered"], row["timeSpent"]) == ("F", 2, 600)
    assert shown["pagination"]["totalAttempts"] == 1
    assert shown["statistics"] == {
        "totalAttempts": 2,
        "completedAttempts": 1,
        "inProgressAttempts": 1,
        "averageScore": 40,
        "averageTime": "10m 0s",
        "passRate": 0,
    }
    assert api(cast.ada).get("/api/attempts/test/999999").code == "not_found"


def test_a_persons_attempts(api: Any, cast: SimpleNamespace, practice: Any) -> None:
    graded("true_false", student=cast.carl, test=practice, number=1, after=60)
    graded(*RIGHT, student=cast.carl, test=practice, number=2, after=105)
    for person in (cast.carl, cast.ines, cast.ada):
        shown = data(api(person).get(f"/api/attempts/user/{cast.carl.id}?limit=1"))
        (row,) = shown["attempts"]
        assert row["test"] == {"title": "Cells and tissues", "course": None}
        assert (row["canRetake"], row["attemptsRemaining"]) == (True, 1)
        assert shown["pagination"]["totalAttempts"] == 2
        assert shown["summary"] == {
            "totalAttempts": 2,
            "completedAttempts": 2,
            "averageScore": 60,
            "bestScore": 100,
            "totalTimeSpent": "2h 45m",
            "coursesCompleted": 0,
        }
    for person in (cast.cora, cast.priya, cast.otto):
        assert api(person).get(f"/api/attempts/user/{cast.carl.id}").code == "not_found"


# --- reading one attempt ------------------------------------------------------------------------


def test_details(api: Any, cast: SimpleNamespace, done: Any, running: Any) -> None:
    data(api(cast.ines).put(f"/api/attempts/{done.id}/score", {"score": 20, **WHY}))
    shown = data(api(cast.priya).get(f"/api/attempts/{done.id}/details"))
    assert shown["taker"] == {
        "userId": str(cast.carl.id),
        "firstName": "Carl",
        "lastName": "Carter",
        "email": cast.carl.email,
    }
    assert (shown["test"]["title"], shown["test"]["totalPoints"]) == ("Cells and tissues", 20)
    assert (shown["session"]["sessionId"], shown["session"]["className"]) == (str(running.id), "Biology")
    assert shown["attempt"]["score"] == 20
    assert shown["progress"]["questionsAnswered"] == 2
    assert [(r["number"], r["score"], r["reason"]) for r in shown["results"]] == [
        (2, 20, WHY["reason"]),
        (1, 8, None),
    ]
    assert shown["results"][0]["gradedBy"] == {"userId": str(cast.ines.id), "name": "Ines Ibarra"}


def test_details_for_its_student(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    """The student sees extensions and messages; actors, alerts and client IPs are visible to staff only."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, proctors=[cast.priya])
    attempt = graded("true_false", student=cast.carl, session=session)
    data(api(cast.ines).put(f"/api/attempts/{attempt.id}/score", {"score": 12, "penalty": 2, **WHY}))
    path = f"/api/attempts/{attempt.id}/details"
    staff, before = data(api(cast.ines).get(path)), data(api(cast.carl).get(path))
    hidden = {"violations", "alerts", "highlights", "connections", "timeline", "saves"}
    assert set(staff) - set(before) == hidden
    assert set(staff["attempt"]) - set(before["attempt"]) == {"address", "userAgent", "violations"}
    assert (before["results"], before["attempt"]["score"]) == ([], None)
    data(api(cast.ines).post(f"/api/sessions/{session.id}/release"))
    (result,) = data(api(cast.carl).get(path))["results"]
    assert (result["score"], result["penalty"], result["reason"]) == (10, 2, WHY["reason"])
    assert "gradedBy" not in result
    assert api(cast.cora).get(path).code == "not_found"


def test_details_list_every_save(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    ids = questions(attempt.test)
    order = [question.id for question in papers.compiled(attempt.paper_id).order(attempt.seed)]

    def save(kinds: tuple[str, ...], arrived_at: Any) -> None:
        changes = [ChangeFactory(question_id=ids[kind], response=RIGHT[kind]) for kind in kinds]
        saving.save_answers([BatchFactory(attempt=attempt, changes=changes, arrived_at=arrived_at)])

    def place(*kinds: str) -> list[int]:
        return sorted(order.index(ids[kind]) + 1 for kind in kinds)

    path = f"/api/attempts/{attempt.id}/details"
    assert data(api(cast.priya).get(path))["saves"] == {"total": 0, "latest": []}
    save(("true_false", "numerical"), later(5))
    save(("numerical",), later(9))
    save(("numerical",), attempt.deadline_at + timedelta(seconds=GRACE + 1))
    saves = data(api(cast.priya).get(path))["saves"]
    assert saves["total"] == 3
    assert [(one["questions"], one["changes"], one["late"]) for one in saves["latest"]] == [
        (place("numerical"), 1, True),
        (place("numerical"), 1, False),
        (place("true_false", "numerical"), 2, False),
    ]
    assert saves["latest"][1]["at"] == "2026-05-04T09:00:09.000Z"


def test_details_of_a_self_paced_attempt(api: Any, cast: SimpleNamespace, practice: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, test=practice)
    ines = api(cast.ines)
    data(ines.call("PATCH", f"/api/attempts/{attempt.id}/extend-time", json={"additionalMinutes": 5, **WHY}))
    new = data(ines.post(f"/api/attempts/{attempt.id}/reset", WHY), 201)["newAttemptId"]
    shown = data(ines.get(f"/api/attempts/{attempt.id}/details"))
    assert (shown["session"], shown["results"]) == (None, [])
    assert [(row["kind"], row["seconds"]) for row in shown["timeAdjustments"]] == [("extension", 300)]
    assert (shown["attempt"]["replacedBy"], shown["attempt"]["cancelReason"]) == (new, WHY["reason"])
    assert data(ines.get(f"/api/attempts/{new}/details"))["attempt"]["resetOf"] == str(attempt.id)
    assert api(cast.priya).get(f"/api/attempts/{attempt.id}/details").code == "not_found"


def test_what_each_role_sees_of_the_answers(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    answer(attempt, "numerical", "true_false")
    path, visible = f"/api/attempts/{attempt.id}/answers", {}
    for name in ("carl", "priya", "ines", "ada"):
        shown = data(api(getattr(cast, name)).get(path))
        assert (shown["attemptId"], shown["version"]) == (str(attempt.id), 2)
        assert [row["answerText"] for row in shown["answers"]] == ["True", "46"]
        visible[name] = {(row["isCorrect"], row["points"]) for row in shown["answers"]}
    assert visible["carl"] == visible["priya"] == {(None, None)}
    assert visible["ines"] == visible["ada"] == {(True, 4)}
    assert api(cast.cora).get(path).code == "not_found"


def test_after_the_release_the_student_sees_the_points(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=exam)
    attempt = graded("true_false", student=cast.carl, session=session)
    (row,) = data(api(cast.carl).get(f"/api/attempts/{attempt.id}/answers"))["answers"]
    assert (row["isCorrect"], row["points"]) == (True, 4)


def test_events_of_the_page_are_logged(api: Any, cast: SimpleNamespace, reading: SimpleNamespace) -> None:
    passage_id = reading.passage.id
    path = f"/api/attempts/{reading.attempt.id}/activity"
    seen = [
        {"type": "tab_switch", "durationMs": 4000},
        {"type": "copy"},
        {"type": "text_highlighted", "passageId": passage_id, "text": "cell", "start": 2, "end": 6},
    ]
    counts = [data(api(cast.carl).post(path, one), 201) for one in seen]
    assert [(row["type"], row["count"]) for row in counts] == [
        ("tab_switch", 1),
        ("copy", 2),
        ("text_highlighted", 1),
    ]
    shown = data(api(cast.priya).get(f"{path}?limit=2"))
    assert [row["text"] for row in shown["entries"]] == [
        "Carl Carter highlighted text",
        "Carl Carter copied text",
    ]
    assert shown["entries"][0]["details"] == {
        "passageId": passage_id,
        "text": "cell",
        "start": 2,
        "end": 6,
    }
    assert shown["entries"][0]["actor"]["userId"] == str(cast.carl.id)
    assert shown["pagination"]["total"] == 3
    (last,) = data(api(cast.priya).get(f"{path}?limit=2&page=2"))["entries"]
    assert last["text"] == "Carl Carter left the page for 4 s (measured by the exam page)"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "nap"},
        {"type": "copy", "text": "x"},
        {"type": "copy", "durationMs": -1},
        {"type": "copy", "durationMs": 10**12},
        {"type": "text_highlighted"},
        {"type": "text_highlighted", "passageId": 1, "text": "", "start": 0, "end": 1},
        {"type": "text_highlighted", "passageId": 1, "text": "x", "start": 2, "end": 1},
        {"type": "text_highlighted", "passageId": 1, "text": "x", "start": 0, "end": 1, "durationMs": 1},
    ],
)
def test_invalid_activity_is_refused(
    api: Any, cast: SimpleNamespace, attempt: Any, body: dict[str, Any]
) -> None:
    reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/activity", body)
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert db.session.query(Activity).count() == 0


def test_analytics(api: Any, cast: SimpleNamespace, done: Any) -> None:
    shown = data(api(cast.ines).get(f"/api/attempts/{done.id}/analytics"))
    assert set(shown) == {
        "attemptInfo",
        "performanceAnalysis",
        "questionBreakdown",
        "learningInsights",
        "comparisonMetrics",
    }
    assert (shown["attemptInfo"]["score"], shown["performanceAnalysis"]["questionsCorrect"]) == (8, 2)
    assert shown["comparisonMetrics"]["classAverage"] == 40


# --- changing one attempt -----------------------------------------------------------------------


def test_more_time_as_documented(api: Any, cast: SimpleNamespace, practice: Any) -> None:
    practice.duration_minutes = 120
    attempt = AttemptFactory(student=cast.carl, test=practice)
    body = {"additionalMinutes": 30, **WHY}
    for person, test in ((cast.ines, "30 minutes"), (cast.ada, "30 minutes")):
        path = f"/api/attempts/{attempt.id}/extend-time"
        if person is cast.ada:
            refused = api(person).call("PATCH", path, json=body)
            assert refused.get_json()["error"]["code"] == "already_granted"
        reply = api(person).call("PATCH", path, json={**body, "confirm": person is cast.ada})
        assert reply.get_json()["message"] == f"Attempt time extended by {test}"
    assert data(reply) == {
        "attemptId": str(attempt.id),
        "newTimeLimit": 90,
        "timeAdded": 30,
        "newEndTime": "2026-05-04T10:30:00.000Z",
        **WHY,
    }
    row = db.session.query(Activity).filter_by(type="time_extended").first()
    assert row.address == "127.0.0.1"


def test_more_time_in_a_session_and_while_paused(api: Any, cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, paused=True)
    body = {"additionalMinutes": 1, **WHY}
    reply = api(cast.priya).call("PATCH", f"/api/attempts/{attempt.id}/extend-time", json=body)
    assert data(reply)["newEndTime"] == "2026-05-04T09:31:00.000Z"
    assert reply.get_json()["message"] == "Attempt time extended by 1 minute"


@pytest.mark.parametrize("count", [0, -5, 1441, 10**30, 1.5, "30", True, None])
def test_invalid_minutes_are_refused(api: Any, cast: SimpleNamespace, attempt: Any, count: Any) -> None:
    body = {"additionalMinutes": count, **WHY}
    reply = api(cast.priya).call("PATCH", f"/api/attempts/{attempt.id}/extend-time", json=body)
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert attempt.deadline_at == minutes(30)


def test_pause_cancel_and_force_submit(api: Any, cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    path, priya = f"/api/attempts/{attempt.id}", api(cast.priya)
    paused = data(priya.post(f"{path}/pause", WHY))
    assert paused == {
        "attemptId": str(attempt.id),
        "status": "paused",
        "expiresAt": "2026-05-04T09:30:00.000Z",
        **WHY,
    }
    reply = priya.post(f"{path}/pause", WHY)
    assert (reply.status_code, reply.code) == (409, "invalid_transition")
    assert reply.error["details"] == {"status": "paused"}
    assert data(priya.post(f"{path}/cancel", WHY))["status"] == "cancelled"
    assert priya.post(f"{path}/force-submit", WHY).code == "invalid_transition"

    other = AttemptFactory(student=cast.cora, session=running)
    assert data(priya.post(f"/api/attempts/{other.id}/force-submit", WHY))["status"] == "submitted"
    assert other.submission_method == "forced"


@pytest.mark.parametrize("verb", ["pause", "cancel", "force-submit", "reset"])
@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "   "}, {"reason": "x" * 501}])
def test_a_reason_is_needed(
    api: Any, cast: SimpleNamespace, attempt: Any, verb: str, body: dict[str, Any]
) -> None:
    reply = api(cast.priya).post(f"/api/attempts/{attempt.id}/{verb}", body)
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert reply.error["details"]["reason"]
    assert attempt.status == "in_progress"


@pytest.mark.parametrize(
    ("verb", "method"),
    [
        ("pause", "POST"),
        ("cancel", "POST"),
        ("force-submit", "POST"),
        ("reset", "POST"),
        ("extend-time", "PATCH"),
    ],
)
def test_an_ended_attempt_cannot_be_managed(
    api: Any, cast: SimpleNamespace, done: Any, verb: str, method: str
) -> None:
    body = {**WHY, **({"additionalMinutes": 5} if verb == "extend-time" else {})}
    reply = api(cast.priya).call(method, f"/api/attempts/{done.id}/{verb}", json=body)
    assert (reply.status_code, reply.code) == (409, "invalid_transition")
    assert reply.error["details"] == {"status": "graded"}


@pytest.mark.parametrize("preserve", [True, False])
def test_reset_as_documented(api: Any, cast: SimpleNamespace, attempt: Any, preserve: bool) -> None:
    answer(attempt, "true_false")
    body = {"reason": "Technical issues during test", "preserveAnswers": preserve}
    reply = api(cast.priya).post(f"/api/attempts/{attempt.id}/reset", body)
    assert reply.get_json()["message"] == "Attempt reset successfully"
    shown = data(reply, 201)
    assert shown["originalAttemptId"] == str(attempt.id)
    assert shown["resetReason"] == "Technical issues during test"
    carl = api(cast.carl)
    state = data(carl.get(f"/api/attempts/{shown['newAttemptId']}"))
    assert (state["attempt"]["status"], len(state["answers"])) == ("in_progress", int(preserve))
    late = [change(questions(attempt.test)["numerical"], WRONG["numerical"])]
    reply = carl.post(f"/api/attempts/{attempt.id}/answers", {"changes": late})
    assert reply.code == "attempt_not_in_progress"
    again = data(carl.post("/api/attempts/start", {"sessionId": str(attempt.session_id)}), 201)
    assert again["attemptId"] == shown["newAttemptId"]


def test_reopening_over_rest(api: Any, cast: SimpleNamespace, done: Any) -> None:
    receipt = done.receipt
    path, body = f"/api/attempts/{done.id}/reopen", {"reason": "A second tap", "minutes": 15}
    reply = api(cast.priya).post(path, body)
    assert reply.get_json()["message"] == "Attempt reopened"
    shown = data(reply)
    assert (shown["attemptId"], shown["status"], shown["reason"]) == (
        str(done.id),
        "in_progress",
        "A second tap",
    )
    assert api(cast.ines).post(path, body).get_json()["error"]["code"] == "invalid_transition"
    details = data(api(cast.ines).get(f"/api/attempts/{done.id}/details"))
    assert details["reopenings"][0]["receipt"] == receipt
    state = data(api(cast.carl).get(f"/api/attempts/{done.id}/sync"))
    assert (state["status"], state["timesReopened"]) == ("in_progress", 1)
    submitted = data(api(cast.carl).post(f"/api/attempts/{done.id}/submit", {"confirmSubmission": True}))
    assert submitted["receipt"] not in (None, receipt)


@pytest.mark.parametrize(
    "body", [{"reason": "why"}, {"minutes": 5}, {"reason": "why", "minutes": 0}, {"reason": "", "minutes": 5}]
)
def test_a_reopening_needs_a_reason_and_minutes(
    api: Any, cast: SimpleNamespace, done: Any, body: dict[str, Any]
) -> None:
    assert api(cast.priya).post(f"/api/attempts/{done.id}/reopen", body).status_code == 422


def test_a_manual_score(api: Any, cast: SimpleNamespace, done: Any) -> None:
    reply = api(cast.ines).put(f"/api/attempts/{done.id}/score", {"score": 17.55, "penalty": 0.35, **WHY})
    shown = data(reply)
    assert (shown["score"], shown["percentage"], shown["grade"], shown["passed"]) == (17.2, 86, "B+", True)
    assert data(api(cast.ines).get(f"/api/attempts/{done.id}/result"))["results"]["score"] == 17.2
    assert data(api(cast.carl).get(f"/api/attempts/{done.id}/result"))["results"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"score": -0.01},
        {"score": 20.01},
        {"score": 1e22},
        {"score": 10**400},
        {"score": 1.005},
        {"score": "5"},
        {"score": True},
        {"score": None},
        {"penalty": -1},
        {"score": 5, "penalty": 21},
        {"score": 5, "penalty": 1e-9},
    ],
)
def test_invalid_scores_are_refused(api: Any, cast: SimpleNamespace, done: Any, body: dict[str, Any]) -> None:
    reply = api(cast.ines).put(f"/api/attempts/{done.id}/score", {**body, **WHY})
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert db.session.query(Result).count() == 1


def test_only_attempts_of_own_sessions_are_managed(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    colleague = api(UserFactory(instructor=True, organization=cast.school))
    for verb in ("pause", "cancel", "force-submit", "reset"):
        assert colleague.post(f"/api/attempts/{attempt.id}/{verb}", WHY).code == "not_found"
    assert colleague.put(f"/api/attempts/{attempt.id}/score", {"score": 1, **WHY}).code == "not_found"
    assert db.session.query(Attempt).one().status == "in_progress"


# --- tests, sessions, the activity log ----------------------------------------------------------


def test_switching_a_test_off(api: Any, cast: SimpleNamespace, practice: Any) -> None:
    begun = AttemptFactory(student=cast.carl, test=practice)
    assert data(api(cast.ines).post(f"/api/tests/{practice.id}/deactivate"))["isActive"] is False
    reply = api(cast.cora).post("/api/attempts/start", {"testId": practice.id})
    assert (reply.code, reply.error["details"]["reasons"]) == ("not_eligible", ["test_inactive"])
    answers = [change(questions(practice)["true_false"], RIGHT["true_false"])]
    data(api(cast.carl).post(f"/api/attempts/{begun.id}/answers", {"changes": answers}))
    assert data(api(cast.ines).post(f"/api/tests/{practice.id}/activate"))["isActive"] is True
    data(api(cast.cora).post("/api/attempts/start", {"testId": practice.id}), 201)


def test_the_statistics_of_a_session(api: Any, cast: SimpleNamespace, done: Any, running: Any) -> None:
    answer(AttemptFactory(student=cast.cora, session=running), "true_false")
    shown = data(api(cast.priya).get(f"/api/sessions/{running.id}/stats"))
    assert [cell["count"] for cell in shown.pop("distribution")] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    by_status = shown.pop("attemptsByStatus")
    assert {status: count for status, count in by_status.items() if count} == {"graded": 1, "in_progress": 1}
    assert shown == {
        "sessionId": str(running.id),
        "status": "in_progress",
        "enrolled": 2,
        "joined": 0,
        "totalAttempts": 2,
        "completedAttempts": 1,
        "inProgressAttempts": 1,
        "averageProgress": 30,
        "averageScore": 40,
        "averageTime": "10m 0s",
        "passRate": 0,
        "violations": 0,
    }


def test_the_statistics_of_a_session_without_attempts(api: Any, cast: SimpleNamespace, sitting: Any) -> None:
    shown = data(api(cast.ines).get(f"/api/sessions/{sitting.id}/stats"))
    assert (shown["totalAttempts"], shown["averageProgress"], shown["averageScore"]) == (0, None, None)


def test_the_audit_log(api: Any, cast: SimpleNamespace, attempt: Any, running: Any) -> None:
    data(api(cast.priya).post(f"/api/attempts/{attempt.id}/cancel", WHY))
    query = f"actorId={cast.priya.id}&studentId={cast.carl.id}&attemptId={attempt.id}&sessionId={running.id}"
    shown = data(api(cast.ada).get(f"/api/audit?{query}&type=attempt_cancelled&dateFrom={NOW.date()}"))
    (entry,) = shown["entries"]
    assert (entry["before"]["status"], entry["after"]["status"]) == ("in_progress", "cancelled")
    assert (entry["actor"]["role"], entry["address"]) == ("proctor", "127.0.0.1")
    assert entry["details"] == WHY
    assert shown["pagination"]["total"] == 1
    assert data(api(cast.otto).get("/api/audit"))["entries"] == []


def test_more_time_after_the_end_says_that_the_attempt_goes_on(
    api: Any, cast: SimpleNamespace, practice: Any
) -> None:
    attempt = AttemptFactory(student=cast.carl, test=practice, expired=True, deadline_at=minutes(-1))
    body = {"additionalMinutes": 30, **WHY}
    given = data(api(cast.ines).call("PATCH", f"/api/attempts/{attempt.id}/extend-time", json=body))
    assert given["reopened"] is True
    assert db.session.get_one(Attempt, attempt.id).status == "in_progress"
