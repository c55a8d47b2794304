"""Two markers at once, and a mark while a late answer is accepted: nothing is lost and the totals agree."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AttemptExpired, Conflict
from exam_app.extensions import db
from exam_app.models import AnswerMark, Result
from exam_app.services.answers import late_answers, saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.marking import tasks as marking_tasks
from tests.factories import AttemptFactory, BatchFactory, ChangeFactory, TestFactory, UserFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, questions
from tests.helpers.results import answer, graded
from tests.helpers.threads import act, at_once
from tests.helpers.times import minutes

ROUNDS = 4


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def two_essays(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, published=True, questions__types=("essay", "short_answer"))


def essay_of(attempt: Any) -> Any:
    return answers_of(attempt.id)[questions(attempt.test)["essay"]]


def test_concurrent_marks_are_both_stored_and_the_later_one_is_effective(
    app: Flask, cast: SimpleNamespace, two_essays: Any
) -> None:
    for _ in range(ROUNDS):
        attempt = graded("essay", student=UserFactory(organization=cast.school), test=two_essays)
        essay_id = essay_of(attempt).id
        outcomes = at_once(
            app,
            act(giving_marks.grade_answer, cast.ines.id, attempt.id, essay_id, Decimal(1), "", minutes(60)),
            act(giving_marks.grade_answer, cast.ada.id, attempt.id, essay_id, Decimal(3), "", minutes(60)),
        )
        assert all(isinstance(outcome, dict) for outcome in outcomes), outcomes
        db.session.expire_all()
        kept = db.session.query(AnswerMark).filter_by(attempt_id=attempt.id).order_by(AnswerMark.number)
        assert [mark.number for mark in kept] == [1, 2]
        assert latest_result(attempt.id).score == kept[1].points  # type: ignore[union-attr]
        assert_log_explains_answers(attempt)


def test_of_two_markers_of_the_same_version_one_gets_a_conflict(
    app: Flask, cast: SimpleNamespace, two_essays: Any
) -> None:
    for _ in range(ROUNDS):
        attempt = graded("essay", student=UserFactory(organization=cast.school), test=two_essays)
        essay = essay_of(attempt)
        seen, asked = marking_tasks.state_of(essay.version, 0), (attempt.id, essay.id)
        outcomes = at_once(
            app,
            act(giving_marks.grade_answer, cast.ines.id, *asked, Decimal(1), "", minutes(60), seen),
            act(giving_marks.grade_answer, cast.ada.id, *asked, Decimal(3), "", minutes(60), seen),
        )
        (done,) = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        (kept,) = db.session.query(AnswerMark).filter_by(attempt_id=attempt.id)
        assert kept.points == done["points"] == refusal.details["points"]
        assert_log_explains_answers(attempt)


def test_the_same_mark_sent_twice_at_once_is_one(app: Flask, cast: SimpleNamespace, two_essays: Any) -> None:
    for _ in range(ROUNDS):
        attempt = graded("essay", student=UserFactory(organization=cast.school), test=two_essays)
        one = act(
            giving_marks.grade_answer,
            cast.ines.id,
            attempt.id,
            essay_of(attempt).id,
            Decimal(2),
            "",
            minutes(60),
        )
        assert all(isinstance(outcome, dict) for outcome in at_once(app, one, one, one))
        assert db.session.query(AnswerMark).filter_by(attempt_id=attempt.id).count() == 1
        assert db.session.query(Result).filter_by(attempt_id=attempt.id).count() == 1


def test_a_mark_while_a_late_answer_is_accepted(app: Flask, cast: SimpleNamespace, two_essays: Any) -> None:
    """In either order, the mark belongs to the response that the marker saw, and the other one is due."""
    for _ in range(ROUNDS):
        attempt = AttemptFactory(student=UserFactory(organization=cast.school), test=two_essays)
        answer(attempt, "essay")
        closing.close_due(minutes(31))
        bulk_grading.grade_closed(minutes(31))
        late = ChangeFactory(question_id=questions(two_essays)["essay"], response={"text": "Better."})
        with pytest.raises(AttemptExpired):
            saving.save(BatchFactory(attempt=attempt, changes=[late], arrived_at=minutes(45)))
        key = (attempt.id, late.question_id)

        def accept(key: Any = key) -> Any:
            return late_answers.decide(cast.ada, [key], None, True, "The network was down", minutes(60))

        essay_id = essay_of(attempt).id
        outcomes = at_once(
            app,
            accept,
            act(giving_marks.grade_answer, cast.ines.id, attempt.id, essay_id, Decimal(3), "", minutes(60)),
        )
        assert all(isinstance(outcome, dict) for outcome in outcomes), outcomes
        bulk_grading.grade_closed(minutes(61))
        db.session.expire_all()
        current, (mark,) = essay_of(attempt), db.session.query(AnswerMark).filter_by(attempt_id=attempt.id)
        assert current.response == {"text": "Better."}
        assert (current.points, attempt.marking_due) == (
            (Decimal(3), 0) if mark.version == current.version else (None, 1)
        )
        assert_log_explains_answers(attempt)
