"""Score overrides: exact, versioned, with a reason."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, Result
from exam_app.services.answers import saving
from exam_app.services.grading import bulk_grading, score_overrides
from exam_app.services.grading.versions import latest_result
from exam_app.services.operations import consistency
from exam_app.services.results import attempt_details
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
from tests.helpers.results import graded
from tests.helpers.times import minutes


@pytest.fixture
def done(cast: SimpleNamespace, running: Any) -> Any:
    """Carl's attempt, graded with 8 of 20 points."""
    return graded("true_false", "numerical", student=cast.carl, session=running)


def score(actor: Any, attempt: Any, points: str | None, penalty: str = "0", reason: str = " Why ") -> Any:
    given = None if points is None else Decimal(points)
    return score_overrides.set_score(actor, attempt, given, Decimal(penalty), reason, minutes(40))


def test_an_override_is_a_new_version_with_actor_and_reason(done: Any, cast: SimpleNamespace) -> None:
    version = score(cast.ines, done, "17.55", "0.35")
    assert version == {
        "attemptId": str(done.id),
        "number": 2,
        "score": 17.2,
        "maxScore": 20,
        "penalty": 0.35,
        "percentage": 86,
        "grade": "B+",
        "passed": True,
        "correctAnswers": 2,
        "reason": "Why",
        "regraded": False,
        "gradedBy": {"userId": str(cast.ines.id), "name": "Ines Ibarra"},
        "gradedAt": "2026-05-04T09:40:00.000Z",
    }
    first, second = db.session.query(Result).order_by(Result.number)
    assert (first.score, first.graded_by) == (Decimal(8), None)
    assert (second.score, second.percentage) == (Decimal("17.20"), Decimal("86.00"))
    history = attempt_details.result_history(done)
    assert [row["number"] for row in history] == [2, 1]
    assert history[0] == {key: value for key, value in version.items() if key != "attemptId"}


def test_an_override_is_logged_with_before_and_after(done: Any, cast: SimpleNamespace) -> None:
    score(cast.ines, done, "20")
    (row,) = db.session.query(Activity).filter_by(type="score_changed")
    assert (row.actor_id, row.attempt_id, row.details["reason"]) == (cast.ines.id, done.id, "Why")
    assert row.details["before"] == {
        "score": 8,
        "penalty": 0,
        "percentage": 40,
        "grade": "F",
        "passed": False,
    }
    assert row.details["after"]["percentage"] == 100


@pytest.mark.parametrize(
    ("points", "penalty", "expected"),
    [
        ("20", "0", "20"),
        ("0", "0", "0"),
        ("3", "5", "0"),  # never below 0
        ("0.01", "0", "0.01"),
        ("19.99", "0.99", "19"),
        (None, "2", "6"),
        (None, "20", "0"),
    ],
)
def test_points_are_exact(
    done: Any, cast: SimpleNamespace, points: str | None, penalty: str, expected: str
) -> None:
    score(cast.ines, done, points, penalty)
    assert latest_result(done.id).score == Decimal(expected)


def test_a_penalty_alone_replaces_the_earlier_one(done: Any, cast: SimpleNamespace) -> None:
    for penalty, expected in (("2", 6), ("3", 5), ("8", 0), ("0", 8)):
        score(cast.ines, done, None, penalty)
        latest = latest_result(done.id)
        assert (latest.score, latest.penalty) == (expected, Decimal(penalty))


@pytest.mark.parametrize(("points", "penalty"), [("20.01", "0"), ("-1", "0"), ("5", "20.5"), ("5", "-0.01")])
def test_an_out_of_range_score_changes_nothing(
    done: Any, cast: SimpleNamespace, points: str, penalty: str
) -> None:
    with pytest.raises(InvalidInput):
        score(cast.ines, done, points, penalty)
    with pytest.raises(InvalidInput):
        score(cast.ines, done, "5", "0", reason="  ")
    assert db.session.query(Result).count() == 1


def test_a_closed_attempt_is_graded_first(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, submitted=True)
    assert score(cast.ines, attempt, "10")["number"] == 2


@pytest.mark.parametrize("state", [{}, {"paused": True}, {"cancelled": True}])
def test_an_attempt_that_is_not_submitted_has_no_score(
    cast: SimpleNamespace, running: Any, state: dict[str, bool]
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **state)
    with pytest.raises(InvalidTransition):
        score(cast.ines, attempt, "10")
    assert db.session.query(Result).count() == 0


def test_the_students_visible_result_follows(
    cast: SimpleNamespace, exam: Any, sent: list[SimpleNamespace]
) -> None:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=exam)
    attempt = graded("true_false", student=cast.carl, session=session)
    sent.clear()
    score(cast.ines, attempt, "15")
    shown = result_views.result_view(cast.carl, attempt)["results"]
    assert (shown["score"], shown["percentage"], shown["grade"], shown["passed"]) == (15, 75, "C+", True)
    assert [event.name for event in sent if event.to == f"attempt:{attempt.id}"] == ["result_released"]


def late_save(attempt: Any) -> None:
    """An answer typed in time that arrived after the attempt was closed and graded."""
    ids = questions(attempt.test)
    last = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[last], arrived_at=minutes(30)))


def test_regrading_preserves_a_manual_score(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, expired=True)
    bulk_grading.grade_closed(minutes(31))
    score(cast.ines, attempt, "15")
    receipt = attempt.receipt
    late_save(attempt)
    assert attempt.grading_needed
    assert bulk_grading.grade_closed(minutes(41)) == 1
    assert [(row.number, row.score) for row in db.session.query(Result).order_by(Result.number)] == [
        (1, 0),
        (2, 15),
    ]
    assert (attempt.status, attempt.grading_needed) == ("graded", False)
    assert attempt.receipt != receipt  # it explains the answers, not the score
    assert consistency.differences([attempt.id]) == []


def test_regrading_counts_without_a_manual_score(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, expired=True)
    bulk_grading.grade_closed(minutes(31))
    late_save(attempt)
    bulk_grading.grade_closed(minutes(32))
    assert [row.score for row in db.session.query(Result).order_by(Result.number)] == [0, 4]


def test_a_hidden_result_stays_hidden(done: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]) -> None:
    score(cast.ines, done, "15")
    assert result_views.result_view(cast.carl, done)["results"] is None
    assert not [
        event for event in sent if event.name == "result_released" and event.to.endswith(str(done.id))
    ]


def test_the_pass_mark_is_that_of_the_paper(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, practice=True, pass_percentage=Decimal("62.5"))
    attempt = graded(student=cast.carl, test=test)
    assert score(cast.ines, attempt, "12.49")["passed"] is False
    assert score(cast.ines, attempt, "12.5")["passed"] is True


def test_the_session_counts_the_new_score(done: Any, cast: SimpleNamespace, running: Any, app: Flask) -> None:
    score(cast.ines, done, "20")
    assert result_views.session_results(cast.ines, running.id)["statistics"]["mean"] == 100
    assert result_views.session_stats(running, minutes(40))["averageScore"] == 100
