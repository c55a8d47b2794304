"""Results that the clock releases: when everybody is graded, once, and only where the test says so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from rq import Queue

from exam_app.extensions import db
from exam_app.models import Activity, ExamSession, Feedback, Notification, Release, Test, User
from exam_app.services import closing, exam_sessions, grading, releases, results, session_planning
from tests.factories import AttemptFactory, ExamSessionFactory, TestFactory
from tests.helpers.results import graded
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, minutes
from workers.clock import Ticker


@pytest.fixture
def running(cast: SimpleNamespace, exam: Any) -> Any:
    return ExamSessionFactory(
        in_progress=True, school_class=cast.biology, test=exam, release=Release.AFTER_CLOSE
    )


def told() -> list[Any]:
    return db.session.query(Notification).filter_by(kind="result_released").all()


def test_when_the_session_is_over_and_everybody_graded(
    cast: SimpleNamespace, running: Any, sent: list[SimpleNamespace]
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    assert not releases.is_due()
    closing.close_due(minutes(31))
    db.session.refresh(running)
    assert running.status == "completed"
    assert not releases.is_due() and releases.release_due(minutes(31)) == 0  # nothing is graded yet
    grading.grade_closed(minutes(31))
    assert results.result_view(cast.carl, attempt)["results"] is None
    assert releases.is_due()
    assert releases.release_due(minutes(32)) == 1
    assert releases.release_due(minutes(33)) == 0
    db.session.refresh(running)
    assert running.results_released_at == minutes(32)
    assert [note.user_id for note in told()] == [cast.carl.id]
    assert results.result_view(cast.carl, attempt)["results"]["score"] == 0
    assert [event.to for event in sent if event.name == "result_released"] == [f"attempt:{attempt.id}"]
    (entry,) = db.session.query(Activity).filter_by(type="results_released")
    assert entry.actor_id is None


def test_not_while_a_person_has_to_mark_an_answer(cast: SimpleNamespace, every_type: Any) -> None:
    session = ExamSessionFactory(
        completed=True, school_class=cast.biology, test=every_type, release=Release.AFTER_CLOSE
    )
    graded("essay", student=cast.carl, session=session)
    assert not releases.is_due() and releases.release_due(minutes(40)) == 0


@pytest.mark.parametrize(
    "state", [{"completed": True}, {"cancelled": True, "release": "after_close"}, {"waiting": True}]
)
def test_where_there_is_nothing_to_release(cast: SimpleNamespace, exam: Any, state: dict[str, Any]) -> None:
    ExamSessionFactory(school_class=cast.biology, test=exam, **state)
    assert not releases.is_due() and releases.release_due(minutes(40)) == 0


def test_who_ends_a_session_early_by_hand(cast: SimpleNamespace, running: Any) -> None:
    AttemptFactory(student=cast.carl, session=running)
    exam_sessions.complete_session(cast.ines, running, minutes(5))
    grading.grade_closed(minutes(5))
    assert releases.release_due(minutes(6)) == 1


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        (Feedback.AFTER_RELEASE, Release.AFTER_CLOSE),
        (Feedback.AFTER_SUBMISSION, Release.BY_HAND),
        (Feedback.NEVER, Release.BY_HAND),
    ],
)
def test_a_session_takes_it_from_its_test(
    cast: SimpleNamespace, feedback: Feedback, expected: Release
) -> None:
    """Where nothing is ever shown, or everything at once, there is nothing to release."""
    test: Test = TestFactory(author=cast.ines, published=True, feedback=feedback, release=Release.AFTER_CLOSE)
    planned = session_planning.create_session(cast.ines, cast.biology.id, test.id, title="", scheduled_at=NOW)
    assert planned.release == expected


def test_the_clock_puts_a_job(app: Flask, cast: SimpleNamespace, exam: Any) -> None:
    ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, release=Release.AFTER_CLOSE)
    Ticker(app).tick()
    put = [job.func_name for job in Queue("grading", connection=app.extensions["redis"]).jobs]
    assert "workers.jobs.release_results" in put


class TestRaces:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows that every connection sees."""

    def test_two_workers_and_a_person_release_once(
        self, app: Flask, cast: SimpleNamespace, exam: Any
    ) -> None:
        session = ExamSessionFactory(
            completed=True, school_class=cast.biology, test=exam, release=Release.AFTER_CLOSE
        )
        graded("true_false", student=cast.carl, session=session)
        ines, session_id = cast.ines.id, session.id

        def by_hand() -> Any:
            found = db.session.get_one(ExamSession, session_id)
            return releases.release_results(db.session.get_one(User, ines), found, minutes(40))

        outcomes = at_once(
            app, lambda: releases.release_due(minutes(40)), lambda: releases.release_due(minutes(40)), by_hand
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        assert len(told()) == 1
        assert db.session.query(Activity).filter_by(type="results_released").count() == 1
