"""Results: who sees what and when, and their distribution."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.models import Notification
from exam_app.rules.attempt_states import SessionStatus
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.results import releases
from exam_app.services.results import views as result_views
from tests.factories import (
    RIGHT,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    TestFactory,
)
from tests.helpers.answers import questions
from tests.helpers.times import NOW, minutes


def answer(attempt: Any, *kinds: str) -> None:
    ids = questions(attempt.test)
    changes = [ChangeFactory(question_id=ids[kind], response=RIGHT[kind], time_spent=30) for kind in kinds]
    saving.save(BatchFactory(attempt=attempt, changes=changes))


@pytest.fixture
def over(attempt: Any, running: Any) -> Any:
    """Carl answered two of five; the session is completed and graded."""
    answer(attempt, "true_false", "multiple_response")
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    assert running.status == SessionStatus.COMPLETED
    return running


def test_before_the_release_a_student_sees_the_receipt_only(
    over: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    view = result_views.result_view(cast.carl, attempt)
    assert view["receipt"] == attempt.receipt
    assert view["released"] is False
    assert [view[key] for key in ("results", "breakdown", "questions")] == [None] * 3
    assert (view["attempt"]["score"], view["attempt"]["percentage"]) == (None, None)


@pytest.mark.parametrize("who", ["ines", "ada"])
def test_staff_see_it_at_once(over: Any, attempt: Any, cast: SimpleNamespace, who: str) -> None:
    assert result_views.result_view(getattr(cast, who), attempt)["results"]["score"] == 8


def test_after_the_release_the_student_sees_everything(
    over: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    releases.release_results(cast.ines, over, minutes(40))
    view = result_views.result_view(cast.carl, attempt)
    assert view["results"] == {
        "totalQuestions": 5,
        "questionsAnswered": 2,
        "correctAnswers": 2,
        "incorrectAnswers": 3,
        "score": 8,
        "percentage": 40,
        "scoreBeforePenalty": 8,
        "penalty": 0,
        "reason": None,
        "regraded": False,
        "grade": "F",
        "passed": False,
        "timeTaken": "30m 0s",
        "averageTimePerQuestion": "6m 0s",
    }
    rows = {row["questionId"]: row for row in view["questions"]}
    right = rows[questions(attempt.test)["multiple_response"]]
    assert (right["yourAnswer"], right["rightAnswer"], right["points"]) == ("Oak, Fern", "Oak; Fern", 4)
    open_one = rows[questions(attempt.test)["short_answer"]]
    assert (open_one["yourAnswer"], open_one["rightAnswer"], open_one["points"]) == (
        None,
        "photosynthesis",
        0,
    )
    assert sum(row["points"] for row in view["breakdown"]) == 8
    json.dumps(view)


@pytest.mark.parametrize(
    ("feedback", "visible"),
    [("immediate", True), ("after_submission", True), ("after_release", False), ("never", False)],
)
def test_a_self_paced_result(cast: SimpleNamespace, feedback: str, visible: bool) -> None:
    test = TestFactory(author=cast.ines, published=True, is_self_paced=True, feedback=feedback)
    attempt = AttemptFactory(student=cast.carl, test=test)
    assert result_views.result_view(cast.carl, attempt)["released"] is False  # still in progress
    closing.close_due(minutes(31))
    assert result_views.result_view(cast.carl, attempt)["released"] is False  # not graded yet
    bulk_grading.grade_closed(minutes(31))
    assert result_views.result_view(cast.carl, attempt)["released"] is visible


# --- release ------------------------------------------------------------------------------------


def test_the_release_is_notified_once(
    over: Any, attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    releases.release_results(cast.ines, over, minutes(40))
    releases.release_results(cast.ines, over, minutes(50))
    assert over.results_released_at == minutes(40)
    notifications = db.session.query(Notification).filter_by(kind="result_released")
    assert [row.user_id for row in notifications] == [cast.carl.id]
    assert [event.to for event in sent if event.name == "result_released"] == [f"attempt:{attempt.id}"]


def test_nothing_is_released_before_its_time(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict, match="still running"):
        releases.release_results(cast.ines, running, minutes(10))
    closing.close_due(minutes(31))
    with pytest.raises(Conflict, match="not graded"):
        releases.release_results(cast.ines, running, minutes(31))
    assert running.results_released_at is None


def test_a_session_that_never_took_place_has_no_results(cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(cancelled=True, school_class=cast.biology, test=exam)
    with pytest.raises(Conflict):
        releases.release_results(cast.ines, session, NOW)


# --- results of a session -----------------------------------------------------------------------


def test_every_enrolled_student_and_the_distribution_of_results(
    running: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    answer(attempt, *RIGHT)
    answer(AttemptFactory(student=cast.cora, session=running), "true_false")
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    shown = result_views.session_results(cast.ines, running.id)
    assert [(row["firstName"], row["score"], row["grade"]) for row in shown["students"]] == [
        ("Carl", 20, "A+"),
        ("Cora", 4, "F"),
    ]
    spread = shown["statistics"].pop("distribution")
    assert shown["statistics"] == {
        "count": 2,
        "mean": 60,
        "median": 60,
        "standardDeviation": 40,
        "highest": 100,
        "lowest": 20,
        "passRate": 50,
    }
    assert [cell["count"] for cell in spread] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_absent_students_are_listed(over: Any, cast: SimpleNamespace) -> None:
    cora = result_views.session_results(cast.ines, over.id)["students"][1]
    assert (cora["firstName"], cora["attemptId"], cora["score"]) == ("Cora", None, None)


def test_only_the_latest_version_of_a_result_counts(over: Any, attempt: Any, cast: SimpleNamespace) -> None:
    in_flight = ChangeFactory(question_id=questions(attempt.test)["numerical"], response={"number": "46"})
    saving.save(BatchFactory(attempt=attempt, changes=[in_flight], arrived_at=minutes(30)))
    bulk_grading.grade_closed(minutes(32))
    shown = result_views.session_results(cast.ines, over.id)
    assert shown["statistics"]["count"] == 1
    assert shown["students"][0]["score"] == 12


def test_a_session_without_results(sitting: Any, cast: SimpleNamespace) -> None:
    shown = result_views.session_results(cast.ines, sitting.id)
    assert shown["statistics"]["count"] == 0
    assert shown["statistics"]["mean"] is None
