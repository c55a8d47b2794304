"""Grading: totals, receipts, and a flag that survives a crash."""

from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Notification, Result
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.notifications import notify
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory, TestFactory
from tests.helpers.answers import questions
from tests.helpers.times import later, minutes


def answer(attempt: Any, *kinds: str) -> None:
    ids = questions(attempt.test)
    changes = [ChangeFactory(question_id=ids[kind], response=RIGHT[kind]) for kind in kinds]
    saving.save(BatchFactory(attempt=attempt, changes=changes))


def close_and_grade() -> int:
    closing.close_due(minutes(31))
    return bulk_grading.grade_closed(minutes(31))


@pytest.mark.parametrize(
    ("kinds", "score", "percent", "grade", "passed"),
    [
        ((), 0, "0.00", "F", False),
        (("true_false", "numerical"), 8, "40.00", "F", False),
        (("true_false", "numerical", "short_answer"), 12, "60.00", "D", True),
        (tuple(RIGHT), 20, "100.00", "A+", True),
    ],
)
def test_totals(
    attempt: Any, kinds: tuple[str, ...], score: int, percent: str, grade: str, passed: bool
) -> None:
    if kinds:
        answer(attempt, *kinds)
    assert close_and_grade() == 1
    result = latest_result(attempt.id)
    assert (result.score, result.max_score) == (score, 20)
    assert (result.percentage, result.grade, result.passed) == (Decimal(percent), grade, passed)
    assert result.correct_count == len(kinds)
    assert (attempt.status, attempt.grading_needed) == (AttemptStatus.GRADED, False)


def test_part_of_the_points(attempt: Any) -> None:
    ids = questions(attempt.test)
    half = ChangeFactory(question_id=ids["multiple_choice"], response={"selectedOptionIds": [3]})
    saving.save(BatchFactory(attempt=attempt, changes=[half]))
    close_and_grade()
    result = latest_result(attempt.id)
    assert (result.score, result.correct_count) == (2, 0)


def test_a_second_run_finds_nothing(attempt: Any) -> None:
    assert close_and_grade() == 1
    assert bulk_grading.grade_closed(minutes(32)) == 0
    assert db.session.query(Result).count() == 1
    assert db.session.query(Notification).count() == 1


def test_an_attempt_that_is_running_is_not_graded(attempt: Any) -> None:
    attempt.grading_needed = True
    db.session.commit()
    assert bulk_grading.grade_closed(minutes(10)) == 0


def test_only_the_requested_attempt_is_graded(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    closing.close_due(minutes(31))
    assert bulk_grading.grade_closed(minutes(31), only=attempt.id) == 1
    assert other.grading_needed


def test_more_than_a_chunk_is_graded_in_one_call(
    attempt: Any, running: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_grading, "CHUNK", 1)
    AttemptFactory(student=cast.cora, session=running)
    assert close_and_grade() == 2


def test_the_grading_flag_survives_a_crash_between_closing_and_grading(
    attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(attempt, "true_false")
    closing.close_due(minutes(31))

    def crash(*_: Any) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr(notify, "notify_submitted", crash)
        with pytest.raises(RuntimeError):
            bulk_grading.grade_closed(minutes(31))
        db.session.rollback()
    assert db.session.query(Result).count() == 0
    assert bulk_grading.has_ungraded(minutes(32))
    assert bulk_grading.grade_closed(minutes(32)) == 1
    assert not bulk_grading.has_ungraded(minutes(33))
    assert latest_result(attempt.id).score == 4


def test_only_overdue_attempts_are_reported_as_leftovers(attempt: Any) -> None:
    closing.close_due(minutes(31))
    assert not bulk_grading.has_ungraded(minutes(31))
    assert bulk_grading.has_ungraded(later(31 * 60 + 1))


def test_the_receipt_depends_on_the_answers(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    answer(attempt, "true_false")
    close_and_grade()
    assert re.fullmatch(r"([A-Z2-7]{4}-){2}[A-Z2-7]{4}", attempt.receipt)
    assert attempt.receipt != other.receipt


def test_the_student_is_notified_once_with_the_receipt(
    attempt: Any, sent: list[SimpleNamespace], cast: SimpleNamespace
) -> None:
    close_and_grade()
    (notification,) = db.session.query(Notification)
    assert notification.user_id == cast.carl.id
    assert attempt.receipt in notification.body
    assert "Time was up" in notification.body
    assert [event.to for event in sent if event.name == "notification"] == [f"user:{cast.carl.id}"]
    graded = [event for event in sent if event.name == "attempt_closed"][-1]
    assert (graded.data["status"], graded.data["receipt"]) == ("graded", attempt.receipt)


@pytest.mark.parametrize(
    ("feedback", "announced"),
    [("immediate", True), ("after_submission", True), ("after_release", False), ("never", False)],
)
def test_a_result_is_announced_as_soon_as_it_may_be_seen(
    cast: SimpleNamespace, sent: list[SimpleNamespace], feedback: str, announced: bool
) -> None:
    test = TestFactory(author=cast.ines, published=True, feedback=feedback)
    AttemptFactory(student=cast.carl, test=test)
    close_and_grade()
    assert any(event.name == "result_released" for event in sent) is announced
