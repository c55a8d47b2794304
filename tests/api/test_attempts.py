"""The attempt over REST: the same services as over the socket, in the shapes of the attempt API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Attempt
from tests.factories import RIGHT, AttemptFactory, TestFactory
from tests.helpers.answers import all_right, answers_of, change, questions
from tests.helpers.clients import data
from tests.helpers.times import GRACE, later, minutes


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True)


def test_a_self_paced_attempt_from_start_to_result(api: Any, cast: SimpleNamespace, practice: Any) -> None:
    carl = api(cast.carl)
    assert data(carl.get(f"/api/tests/{practice.id}/eligibility"))["eligible"]
    started = data(carl.post("/api/attempts/start", {"testId": practice.id}), 201)
    assert (started["status"], started["attemptNumber"], started["timeRemaining"]) == ("in_progress", 1, 1800)
    assert started["test"]["questionCount"] == 5
    assert started["session"]["showResults"] is True
    path = f"/api/attempts/{started['attemptId']}"

    ids = questions(practice)
    one = data(carl.post(f"{path}/answer", {"questionId": ids["true_false"], "selectedOptionId": 1}))
    assert (one["answer"]["isCorrect"], one["answer"]["points"]) == (True, 4)
    assert one["navigation"]["nextQuestionId"] == ids["short_answer"]
    data(carl.post(f"{path}/answer", {"questionId": ids["short_answer"], "answerText": "photosynthesis"}))
    reply = data(carl.post(f"{path}/answers", {"changes": all_right(practice)}))
    assert reply["progress"]["currentScore"] == 20

    progress = data(carl.get(f"{path}/progress"))
    assert progress["progress"]["completionPercentage"] == 100
    assert [row["isCorrect"] for row in progress["questionStatus"]] == [True] * 5
    moved = data(carl.post(f"{path}/navigate", {"targetQuestionIndex": 2}))
    assert moved["currentQuestion"]["questionId"] == ids["true_false"]
    assert moved["currentQuestion"]["previousAnswer"]["selectedOptionId"] == 1

    asked = data(carl.post(f"{path}/submit", {}))
    assert (asked["confirmationNeeded"], asked["unanswered"]) == (True, [])
    result = data(carl.post(f"{path}/submit", {"confirmSubmission": True, "finalReview": True}))
    assert result["attempt"]["percentage"] == 100
    assert (result["results"]["grade"], result["released"]) == ("A+", True)
    assert data(carl.get(f"{path}/result")) == result
    assert data(carl.get(path))["attempt"]["status"] == "graded"


def test_the_attempt_of_a_session_starts_by_joining(api: Any, cast: SimpleNamespace, running: Any) -> None:
    started = data(api(cast.carl).post("/api/attempts/start", {"sessionId": str(running.id)}), 201)
    again = data(api(cast.carl).post("/api/attempts/start", {"sessionId": str(running.id)}), 201)
    assert started["attemptId"] == again["attemptId"]


def test_a_refused_start_states_the_reason(api: Any, cast: SimpleNamespace, exam: Any, practice: Any) -> None:
    reply = api(cast.carl).post("/api/attempts/start", {"testId": exam.id})
    assert (reply.status_code, reply.code) == (409, "not_eligible")
    assert reply.error["details"]["reasons"] == ["not_self_paced"]
    reply = api(cast.otto).post("/api/attempts/start", {"testId": exam.id})
    assert reply.status_code == 403
    for body in ({}, {"testId": 1, "sessionId": "00000000-0000-4000-8000-000000000000"}):
        assert api(cast.carl).post("/api/attempts/start", body).code == "invalid_input"


def test_only_tests_of_the_own_organization_can_be_started(api: Any, cast: SimpleNamespace) -> None:
    theirs = TestFactory(author=cast.otto, practice=True, published=True)
    assert api(cast.carl).post("/api/attempts/start", {"testId": theirs.id}).code == "not_found"
    assert api(cast.carl).get(f"/api/tests/{theirs.id}/eligibility").code == "not_found"


@pytest.mark.parametrize(
    ("seconds_after", "status", "code"),
    [(-1, 200, None), (0, 200, None), (GRACE, 200, None), (GRACE + 1, 409, "attempt_expired")],
)
def test_the_time_of_arrival_decides(
    api: Any,
    cast: SimpleNamespace,
    attempt: Any,
    time_machine: Any,
    seconds_after: int,
    status: int,
    code: str | None,
) -> None:
    time_machine.move_to(later(1800 + seconds_after), tick=False)
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one]})
    assert (reply.status_code, reply.code) == (status, code)
    assert len(answers_of(attempt.id)) == (1 if status == 200 else 0)


def test_a_replayed_late_answer_gets_the_same_reply(
    api: Any, cast: SimpleNamespace, attempt: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(31), tick=False)
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    for path, body in (("answers", {"changes": [one]}), ("answer", one)):
        reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/{path}", body)
        assert (reply.status_code, reply.code) == (409, "attempt_expired")
    assert attempt.version == 1


def test_a_paused_attempt_accepts_no_answer(api: Any, cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, paused=True)
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one]})
    assert (reply.status_code, reply.code) == (409, "attempt_not_in_progress")
    assert reply.error["details"] == {"status": "paused"}


def test_heartbeat_and_position(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    carl = api(cast.carl)
    assert data(carl.put(f"/api/attempts/{attempt.id}/heartbeat"))["status"] == "in_progress"
    assert (
        carl.post(f"/api/attempts/{attempt.id}/navigate", {"targetQuestionIndex": 5}).code == "invalid_input"
    )
    assert db.session.query(Attempt).one().current_question == 0


def test_staff_read_an_attempt_with_its_answers(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": all_right(attempt.test)}))
    for person in (cast.priya, cast.ines, cast.ada):
        assert len(data(api(person).get(f"/api/attempts/{attempt.id}"))["answers"]) == 5
