"""Source document 002, attempts and scoring of MedXam: its nine endpoints.

Its delivery is a session, its exam a test, its taker a student, and its `finish` is `submit`. It specifies no
payloads: the fields are those of 000 where there are such.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from tests.contract.shapes import TIME, UUID, shown
from tests.contract.situations import ids
from tests.factories import RIGHT, WRONG, AttemptFactory, TestFactory
from tests.helpers.answers import all_right, questions
from tests.helpers.clients import data
from tests.helpers.results import graded
from tests.helpers.times import NOW, minutes


@pytest.fixture
def several(cast: SimpleNamespace, running: Any) -> SimpleNamespace:
    """Carl's graded and Cora's running attempt in the delivery, and Carl's attempt at another exam."""
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    return SimpleNamespace(
        graded=graded(*RIGHT, student=cast.carl, session=running),
        running=AttemptFactory(student=cast.cora, session=running),
        practice=AttemptFactory(student=cast.carl, test=practice, started_at=minutes(-60)),
    )


def listed(client: Any, query: str) -> set[str]:
    return {row["attemptId"] for row in data(client.get(f"/api/attempts?{query}"))["attempts"]}


# --- attempts -----------------------------------------------------------------------------------


def test_start_for_a_delivery(api: Any, cast: SimpleNamespace, running: Any) -> None:
    """User context is preserved: the attempt belongs to the authenticated user."""
    started = data(api(cast.carl).post("/api/attempts/start", {"sessionId": str(running.id)}), 201)
    example = {
        "attemptId": UUID,
        "sessionId": str(running.id),
        "testId": running.test_id,
        "userId": str(cast.carl.id),
        "status": "in_progress",
    }
    assert shown(started, example) == example


def test_list_by_taker_delivery_exam_and_completion(
    api: Any, cast: SimpleNamespace, running: Any, several: SimpleNamespace
) -> None:
    ines = api(cast.ines)
    first, second, third = (str(one.id) for one in (several.graded, several.running, several.practice))
    assert listed(ines, "") == {first, second, third}
    assert listed(ines, f"studentId={cast.carl.id}") == {first, third}
    assert listed(ines, f"sessionId={running.id}") == {first, second}
    assert listed(ines, f"testId={several.practice.test_id}") == {third}
    assert listed(ines, "completed=true") == {first}
    assert listed(ines, "completed=false") == {second, third}
    assert listed(ines, f"studentId={cast.carl.id}&sessionId={running.id}&completed=true") == {first}
    assert listed(api(cast.carl), "") == {first, third}, "a student's list is the student's own"


def test_the_list_comes_in_pages(api: Any, cast: SimpleNamespace, several: SimpleNamespace) -> None:
    page = data(api(cast.ines).get("/api/attempts?page=2&limit=2"))
    assert len(page["attempts"]) == 1
    assert page["pagination"] == {
        "currentPage": 2,
        "totalPages": 2,
        "total": 3,
        "totalAttempts": 3,
        "hasNext": False,
        "hasPrev": True,
    }


def test_show(api: Any, cast: SimpleNamespace, several: SimpleNamespace) -> None:
    for person in (cast.carl, cast.ines, cast.priya):
        found = data(api(person).get(f"/api/attempts/{several.graded.id}"))
        assert found["attempt"]["attemptId"] == str(several.graded.id)


def test_details_with_taker_exam_and_delivery(
    api: Any, cast: SimpleNamespace, running: Any, several: SimpleNamespace
) -> None:
    """For proctors; a student's own details are in the attempt itself."""
    found = data(api(cast.ines).get(f"/api/attempts/{several.graded.id}/details"))
    example = {
        "attempt": {
            "attemptId": str(several.graded.id),
            "status": "graded",
            "score": 20,
            "maxScore": 20,
            "percentage": 100,
            "isCompleted": True,
        },
        "taker": {
            "userId": str(cast.carl.id),
            "firstName": "Carl",
            "lastName": "Carter",
            "email": cast.carl.email,
        },
        "test": {"testId": running.test_id, "title": "Cells and tissues"},
        "session": {"sessionId": str(running.id), "title": "Midterm", "className": "Biology"},
        "results": [{"number": 1, "score": 20, "penalty": 0, "percentage": 100, "reason": None}],
    }
    assert shown(found, example) == example


def test_finish(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """In a delivery the result waits for its release."""
    finished = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/submit", {"confirmSubmission": True}))
    example = {"status": "graded", "isCompleted": True, "submittedAt": TIME, "score": None}
    assert shown(finished["attempt"], example) == example
    assert finished["released"] is False


# --- answers ------------------------------------------------------------------------------------


def test_save_and_update_an_answer(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """An upsert: the second answer to a question replaces the first."""
    carl, question_id = api(cast.carl), questions(attempt.test)["multiple_choice"]
    sent = {"questionId": question_id, "selectedOptionId": 2, "timeSpent": 20}
    first = data(carl.post(f"/api/attempts/{attempt.id}/answer", sent))["answer"]
    sent = {"questionId": question_id, "selectedOptionId": 1, "timeSpent": 35}
    second = data(carl.post(f"/api/attempts/{attempt.id}/answer", sent))["answer"]
    assert first["answerId"] == second["answerId"]
    (kept,) = data(carl.get(f"/api/attempts/{attempt.id}/answers"))["answers"]
    assert (kept["selectedOptionId"], kept["timeSpent"], kept["version"]) == (1, 35, 2)


def test_answers_with_times(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """In the order of the attempt. Staff who may see results see correct answers; a student not yet."""
    carl = api(cast.carl)
    for seconds, change in enumerate(all_right(attempt.test), start=30):
        body = {"changes": [{**change, "timeSpent": seconds}]}
        data(carl.post(f"/api/attempts/{attempt.id}/answers", body))
    found = data(carl.get(f"/api/attempts/{attempt.id}/answers"))
    assert (found["attemptId"], found["version"]) == (str(attempt.id), 5)
    assert [answer["questionId"] for answer in found["answers"]] == ids(attempt.test)
    assert [answer["timeSpent"] for answer in found["answers"]] == [30, 31, 32, 33, 34]
    example = {"answerId": UUID, "savedAt": TIME, "isCorrect": None, "points": None}
    assert all(shown(answer, example) == example for answer in found["answers"])
    seen = data(api(cast.ines).get(f"/api/attempts/{attempt.id}/answers"))["answers"]
    assert {(answer["isCorrect"], answer["points"]) for answer in seen} == {(True, 4)}


# --- scores -------------------------------------------------------------------------------------


def test_score_and_penalty(api: Any, cast: SimpleNamespace, several: SimpleNamespace) -> None:
    """A new version of the result, with actor and reason; `score` in the reply is the effective one, after
    the penalty. 002 restricts it to administrators: here instructors may override scores of their own tests,
    too.
    """
    path = f"/api/attempts/{several.graded.id}/score"
    sent = {"score": 18.5, "penalty": 1.5, "reason": "Question 3 was unclear, and notes were found"}
    version = data(api(cast.ada).put(path, sent))
    example = {
        "attemptId": str(several.graded.id),
        "number": 2,
        "score": 17,
        "maxScore": 20,
        "penalty": 1.5,
        "percentage": 85,
        "grade": "B+",
        "passed": True,
        "reason": sent["reason"],
        "gradedBy": {"userId": str(cast.ada.id), "name": "Ada Adams"},
        "gradedAt": TIME,
    }
    assert shown(version, example) == example
    data(api(cast.ines).put(path, {"penalty": 0, "reason": "The notes were of another exam"}))
    for person in (cast.priya, cast.carl):
        assert api(person).put(path, sent).code == "forbidden"


def test_automatic_scoring_before_any_override(api: Any, cast: SimpleNamespace, running: Any) -> None:
    """Closed by the clock and graded by a job, without any request."""
    attempt = AttemptFactory(student=cast.carl, session=running)
    kinds = questions(attempt.test)
    for kind in RIGHT:
        body = {"response": (WRONG if kind == "numerical" else RIGHT)[kind], "questionId": kinds[kind]}
        data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answer", body))
    closing.close_due(minutes(31))
    assert bulk_grading.grade_closed(minutes(31)) == 1
    found = data(api(cast.ines).get(f"/api/attempts/{attempt.id}/result"))
    assert (found["attempt"]["score"], found["results"]["grade"]) == (16, "B")


def test_results_of_a_delivery(
    api: Any, cast: SimpleNamespace, running: Any, several: SimpleNamespace
) -> None:
    """`GET /deliveries/{deliveryId}/results`: every taker on the roster, and the statistics."""
    cora = several.running
    cora.status, cora.submission_method, cora.grading_needed = "submitted", "manual", True
    cora.submitted_at = cora.closed_at = NOW
    assert bulk_grading.grade_closed(NOW) == 1
    found = data(api(cast.ines).get(f"/api/sessions/{running.id}/results"))
    example = {
        "session": {"sessionId": str(running.id), "title": "Midterm"},
        "statistics": {
            "count": 2,
            "mean": 50,
            "median": 50,
            "standardDeviation": 50,
            "highest": 100,
            "lowest": 0,
            "passRate": 50,
        },
        "students": [
            {
                "firstName": "Carl",
                "lastName": "Carter",
                "attemptId": str(several.graded.id),
                "status": "graded",
                "score": 20,
                "maxScore": 20,
                "percentage": 100,
                "grade": "A+",
                "passed": True,
            },
            {"firstName": "Cora", "lastName": "Castle", "score": 0, "grade": "F", "passed": False},
        ],
    }
    assert shown(found, example) == example
    spread = found["statistics"]["distribution"]
    assert [row["count"] for row in spread] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert (spread[-1]["from"], spread[-1]["to"]) == (90, 100)


# --- security -----------------------------------------------------------------------------------

NINE = [
    ("GET", "/api/attempts"),
    ("GET", "/api/attempts/{attempt}"),
    ("GET", "/api/attempts/{attempt}/details"),
    ("POST", "/api/attempts/start"),
    ("POST", "/api/attempts/{attempt}/submit"),
    ("POST", "/api/attempts/{attempt}/answer"),
    ("GET", "/api/attempts/{attempt}/answers"),
    ("PUT", "/api/attempts/{attempt}/score"),
    ("GET", "/api/sessions/{session}/results"),
]


@pytest.mark.parametrize(("method", "template"), NINE)
def test_all_nine_require_authentication(api: Any, attempt: Any, method: str, template: str) -> None:
    path = template.format(attempt=attempt.id, session=attempt.session_id)
    reply = api().call(method, path, **({} if method == "GET" else {"json": {}}))
    assert (reply.status_code, reply.code) == (401, "not_authenticated")
