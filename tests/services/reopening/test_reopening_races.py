"""Reopening beside other actions: one outcome, nothing is lost, and no result is released in between."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AlreadyGranted, Conflict
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, Reopening, User
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.services.attempts import closing, starting
from exam_app.services.grading import bulk_grading
from exam_app.services.operations.consistency import differences
from exam_app.services.reopening import late_time
from exam_app.services.reopening.reopen import reopen
from exam_app.services.results import releases
from exam_app.services.taking import submissions
from tests.factories import AttemptFactory, TestFactory, UserFactory
from tests.helpers.results import answer, graded
from tests.helpers.threads import at_once
from tests.helpers.times import minutes

ROUNDS = 4


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def pupils(cast: SimpleNamespace) -> list[Any]:
    return [UserFactory(organization=cast.school) for _ in range(ROUNDS)]


def reopening(actor: Any, attempt: Any, at: Any = None) -> Callable[[], Any]:
    actor_id, attempt_id = actor.id, attempt.id

    def run() -> Any:
        loaded = db.session.get_one(Attempt, attempt_id)
        actor = db.session.get_one(User, actor_id)
        return reopen(loaded.session, actor, [loaded], 10, "Mistake", at or minutes(12))

    return run


def test_two_proctors_reopen_at_once(
    app: Flask, cast: SimpleNamespace, running: Any, pupils: list[Any]
) -> None:
    for student in pupils:
        attempt = graded("true_false", student=student, session=running)
        outcomes = at_once(app, reopening(cast.priya, attempt), reopening(cast.ines, attempt))
        assert sorted(len(outcome["done"]) for outcome in outcomes) == [0, 1], outcomes
        assert db.session.query(Reopening).filter_by(attempt_id=attempt.id).count() == 1
        assert attempt.times_reopened == 1


def test_two_proctors_give_the_same_time_at_once(
    app: Flask, cast: SimpleNamespace, running: Any, pupils: list[Any]
) -> None:
    session_id = running.id

    def give(actor_id: Any, attempt_id: Any) -> Callable[[], Any]:
        def run() -> Any:
            session, actor = db.session.get_one(ExamSession, session_id), db.session.get_one(User, actor_id)
            return late_time.extend_time(session, actor, [attempt_id], 10, "Alarm", minutes(32))

        return run

    for student in pupils:
        attempt = AttemptFactory(student=student, session=running, expired=True)
        outcomes = at_once(app, give(cast.priya.id, attempt.id), give(cast.ines.id, attempt.id))
        assert sorted(isinstance(outcome, AlreadyGranted) for outcome in outcomes) == [False, True], outcomes
        assert (attempt.status, attempt.deadline_at, attempt.times_reopened) == (
            "in_progress",
            minutes(40),
            1,
        )


def test_beside_the_grading_job(app: Flask, cast: SimpleNamespace, running: Any, pupils: list[Any]) -> None:
    """The submission has its receipt and its result in either order."""
    for student in pupils:
        attempt = AttemptFactory(student=student, session=running)
        answer(attempt, "true_false")
        closing.submit(attempt.id, minutes(10))
        reopened, _ = at_once(
            app, reopening(cast.priya, attempt), lambda: bulk_grading.grade_closed(minutes(12))
        )
        assert reopened["done"], reopened
        undone = db.session.query(Reopening).filter_by(attempt_id=attempt.id).one()
        assert (undone.status, undone.result_number) == (AttemptStatus.GRADED, 1)
        assert (attempt.status, attempt.receipt, attempt.grading_needed) == ("in_progress", None, False)
        assert differences([attempt.id]) == []


def test_beside_the_release(app: Flask, cast: SimpleNamespace, running: Any, pupils: list[Any]) -> None:
    """Either the results are released, or the attempt is open."""
    session_id, ines_id = running.id, cast.ines.id

    def release() -> Any:
        session = db.session.get_one(ExamSession, session_id)
        return releases.release_results(db.session.get_one(User, ines_id), session, minutes(33))

    for student in pupils:
        attempt = graded("true_false", student=student, session=running)
        running.status, running.completed_at = SessionStatus.COMPLETED, minutes(31)
        running.results_released_at = running.reopened_at = None
        db.session.commit()
        reopened, released = at_once(app, reopening(cast.priya, attempt, minutes(33)), release)
        assert bool(reopened["done"]) == isinstance(released, Conflict), (reopened, released)
        assert (running.results_released_at is None) == (attempt.status == "in_progress")
        submissions.submit(student, attempt.id, None, True, minutes(34))


def test_beside_the_end_of_the_session(
    app: Flask, cast: SimpleNamespace, running: Any, pupils: list[Any]
) -> None:
    """A session with an open attempt is not over."""
    for student in pupils:
        attempt = graded("true_false", student=student, session=running)
        running.status, running.reopened_at = SessionStatus.IN_PROGRESS, None
        at_once(
            app,
            reopening(cast.priya, attempt, minutes(33)),
            lambda: closing.close_due(minutes(33)),
        )
        assert (attempt.status, running.status) == ("in_progress", "in_progress")
        submissions.submit(student, attempt.id, None, True, minutes(34))


def test_beside_the_start_of_another_attempt(app: Flask, cast: SimpleNamespace, pupils: list[Any]) -> None:
    """One open attempt at a self-paced test."""
    test = TestFactory(author=cast.ines, practice=True, published=True)
    for student in pupils:
        attempt = graded(student=student, test=test)
        student_id, test_id = student.id, test.id

        def start(student_id: Any = student_id, test_id: int = test_id) -> Any:
            return starting.start_attempt(db.session.get_one(User, student_id), test_id, minutes(12)).id

        at_once(app, reopening(cast.ines, attempt), start)
        opened = db.session.query(Attempt).filter_by(student_id=student_id, status="in_progress").count()
        assert opened == 1
