"""Staff, students and the clock act concurrently: one outcome, and the second request is refused."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from exam_app.errors import AttemptNotInProgress, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Result, User
from exam_app.rules.attempt_states import OPEN, AttemptStatus
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control
from exam_app.services.attempts.reset import reset
from exam_app.services.grading import bulk_grading, score_overrides, versions
from exam_app.services.sessions import lifecycle
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory, TestFactory, UserFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, questions
from tests.helpers.results import graded
from tests.helpers.threads import act, at_once
from tests.helpers.times import NOW, later, minutes

ROUNDS = 4


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def practice(cast: SimpleNamespace) -> list[Any]:
    """Attempts of several students at one self-paced test."""
    test = TestFactory(author=cast.ines, published=True, practice=True)
    return [AttemptFactory(student=UserFactory(organization=cast.school), test=test) for _ in range(ROUNDS)]


def open_attempts(student_id: Any) -> int:
    query = select(func.count(Attempt.id)).where(Attempt.student_id == student_id, Attempt.status.in_(OPEN))
    return db.session.scalar(query) or 0


def test_two_resets_give_one_new_attempt(app: Flask, cast: SimpleNamespace, practice: list[Any]) -> None:
    for attempt in practice:
        student_id = attempt.student_id
        one = act(reset, cast.ines.id, attempt.id, "why", True, NOW)
        outcomes = at_once(app, one, one, one)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert [type(error) for error in refused] == [InvalidTransition] * 2, outcomes
        assert open_attempts(student_id) == 1


def test_a_reset_and_a_cancel_end_in_one(app: Flask, cast: SimpleNamespace, practice: list[Any]) -> None:
    def cancel(actor: Any, attempt: Any) -> Any:
        return control.raise_refusal(control.cancel(actor, [attempt], "why", NOW))

    for attempt in practice:
        student_id = attempt.student_id
        outcomes = at_once(
            app,
            act(reset, cast.ines.id, attempt.id, "why", False, NOW),
            act(cancel, cast.ada.id, attempt.id),
        )
        refused = [isinstance(outcome, InvalidTransition) for outcome in outcomes]
        assert sorted(refused) == [False, True], outcomes
        assert open_attempts(student_id) == (0 if refused[0] else 1)


def test_a_save_during_a_reset_is_copied_or_refused(
    app: Flask, cast: SimpleNamespace, practice: list[Any]
) -> None:
    """Every acknowledged answer is in the new attempt."""
    for attempt in practice:
        question_id = questions(attempt.test)["true_false"]
        change = ChangeFactory(question_id=question_id, response=RIGHT["true_false"])
        batch = BatchFactory(attempt=attempt, changes=[change])
        saved, _ = at_once(
            app,
            lambda b=batch: saving.save(b),
            act(reset, cast.ines.id, attempt.id, "why", True, NOW),
        )
        new = db.session.scalars(select(Attempt).where(Attempt.reset_of == attempt.id)).one()
        if isinstance(saved, dict):
            assert question_id in answers_of(new.id)
        else:
            assert isinstance(saved, AttemptNotInProgress)
            assert answers_of(new.id) == {}
        assert_log_explains_answers(new)


def test_a_reset_at_the_deadline(app: Flask, cast: SimpleNamespace, practice: list[Any]) -> None:
    for attempt in practice:
        outcome, _ = at_once(
            app,
            act(reset, cast.ines.id, attempt.id, "why", False, later(1802)),
            lambda: closing.close_due(later(1802)),
        )
        assert attempt.status in (AttemptStatus.CANCELLED, AttemptStatus.EXPIRED)
        assert isinstance(outcome, InvalidTransition) == (attempt.status == AttemptStatus.EXPIRED)


def test_a_reset_while_the_session_ends(app: Flask, cast: SimpleNamespace, running: Any, exam: Any) -> None:
    """No attempt stays open in a completed session."""
    attempt = AttemptFactory(student=cast.carl, session=running)
    session_id, ines = running.id, cast.ines.id

    def complete() -> Any:
        session = db.session.get_one(ExamSession, session_id)
        return lifecycle.complete_session(db.session.get_one(User, ines), session, minutes(5))

    at_once(app, act(reset, cast.priya.id, attempt.id, "why", True, minutes(5)), complete)
    assert open_attempts(cast.carl.id) == 0


def test_a_score_while_an_answer_arrives_and_the_grading_job_runs(app: Flask, cast: SimpleNamespace) -> None:
    """In either order, the score set by hand is the newest version."""
    test = TestFactory(author=cast.ines, published=True, practice=True)
    question_id = questions(test)["true_false"]
    for _ in range(ROUNDS):
        attempt = AttemptFactory(student=UserFactory(organization=cast.school), test=test, expired=True)
        bulk_grading.grade_closed(minutes(31))
        last = ChangeFactory(question_id=question_id, response=RIGHT["true_false"])
        batch = BatchFactory(attempt=attempt, changes=[last], arrived_at=minutes(30))
        outcomes = at_once(
            app,
            act(
                score_overrides.set_score,
                cast.ines.id,
                attempt.id,
                Decimal(7),
                Decimal(0),
                "why",
                minutes(40),
            ),
            lambda b=batch: saving.save(b),
            lambda: bulk_grading.grade_closed(minutes(40)),
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        bulk_grading.grade_closed(minutes(41))
        newest = versions.latest_result(attempt.id)
        assert newest is not None and (newest.score, newest.graded_by) == (7, cast.ines.id)


def test_two_scores_are_two_versions(app: Flask, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, practice=True)
    attempt = graded(student=cast.carl, test=test)
    points = [Decimal(count) for count in (5, 10, 15)]
    at_once(
        app,
        *(
            act(score_overrides.set_score, cast.ines.id, attempt.id, score, Decimal(0), "why", minutes(40))
            for score in points
        ),
    )
    rows = db.session.scalars(select(Result).order_by(Result.number)).all()
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert {row.score for row in rows[1:]} == set(points)
