"""Scheduled release of results: when all are graded, once, and only where the test's settings say so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.infrastructure import queues
from exam_app.models import Activity, ExamSession, Feedback, Notification, Release, Test, User
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.results import releases
from exam_app.services.results import views as result_views
from exam_app.services.sessions import lifecycle, planning
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


def notifications() -> list[Any]:
    return db.session.query(Notification).filter_by(kind="result_released").all()


def test_results_are_released_once_the_session_is_over_and_graded(
    cast: SimpleNamespace, running: Any, sent: list[SimpleNamespace]
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    assert not releases.is_due(minutes(40))
    closing.close_due(minutes(31))
    db.session.refresh(running)
    assert running.status == "completed"
    assert (
        not releases.is_due(minutes(40)) and releases.release_due(minutes(31)) == 0
    )  # nothing is graded yet
    bulk_grading.grade_closed(minutes(31))
    assert result_views.result_view(cast.carl, attempt)["results"] is None
    assert releases.is_due(minutes(40))
    assert releases.release_due(minutes(32)) == 1
    assert releases.release_due(minutes(33)) == 0
    db.session.refresh(running)
    assert running.results_released_at == minutes(32)
    assert [note.user_id for note in notifications()] == [cast.carl.id]
    assert result_views.result_view(cast.carl, attempt)["results"]["score"] == 0
    assert [event.to for event in sent if event.name == "result_released"] == [f"attempt:{attempt.id}"]
    (entry,) = db.session.query(Activity).filter_by(type="results_released")
    assert entry.actor_id is None


def test_not_while_a_person_has_to_mark_an_answer(cast: SimpleNamespace, every_type: Any) -> None:
    session = ExamSessionFactory(
        completed=True, school_class=cast.biology, test=every_type, release=Release.AFTER_CLOSE
    )
    graded("essay", student=cast.carl, session=session)
    assert not releases.is_due(minutes(40)) and releases.release_due(minutes(40)) == 0


@pytest.mark.parametrize(
    "state", [{"completed": True}, {"cancelled": True, "release": "after_close"}, {"waiting": True}]
)
def test_sessions_with_nothing_to_release(cast: SimpleNamespace, exam: Any, state: dict[str, Any]) -> None:
    ExamSessionFactory(school_class=cast.biology, test=exam, **state)
    assert not releases.is_due(minutes(40)) and releases.release_due(minutes(40)) == 0


def test_ending_a_session_early(cast: SimpleNamespace, running: Any) -> None:
    AttemptFactory(student=cast.carl, session=running)
    lifecycle.complete_session(cast.ines, running, minutes(5))
    bulk_grading.grade_closed(minutes(5))
    assert releases.release_due(minutes(6)) == 1


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        (Feedback.AFTER_RELEASE, Release.AFTER_CLOSE),
        (Feedback.AFTER_SUBMISSION, Release.BY_HAND),
        (Feedback.NEVER, Release.BY_HAND),
    ],
)
def test_a_session_inherits_the_release_mode_of_its_test(
    cast: SimpleNamespace, feedback: Feedback, expected: Release
) -> None:
    """A session inherits the setting only if results wait for a release at all."""
    test: Test = TestFactory(author=cast.ines, published=True, feedback=feedback, release=Release.AFTER_CLOSE)
    planned = planning.create_session(cast.ines, cast.biology.id, test.id, title="", scheduled_at=NOW)
    assert planned.release == expected


def test_the_clock_puts_a_job(app: Flask, cast: SimpleNamespace, exam: Any) -> None:
    ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, release=Release.AFTER_CLOSE)
    Ticker(app).tick()
    put = [job.func_name for job in queues.queue_of("grading").jobs]
    assert "workers.jobs.release_results" in put


class TestSelfPaced:
    """A self-paced test that closes at 9:10, and its two students."""

    @pytest.fixture
    def quiz(self, cast: SimpleNamespace) -> Any:
        return TestFactory(
            author=cast.ines,
            is_self_paced=True,
            max_attempts=3,
            published=True,
            release=Release.AFTER_CLOSE,
            available_until=minutes(10),
        )

    def test_results_of_a_self_paced_test_are_released_after_it_closes(
        self, api: Any, cast: SimpleNamespace, quiz: Any, sent: list[SimpleNamespace]
    ) -> None:
        early = graded("true_false", student=cast.carl, test=quiz, after=5)
        slow = AttemptFactory(student=cast.cora, test=quiz, started_at=minutes(5), deadline_at=minutes(40))
        assert self.released(minutes(30)) == 0, "somebody with more time is at work"
        closing.close_due(minutes(41))
        assert self.released(minutes(41)) == 0, "not graded yet"
        bulk_grading.grade_closed(minutes(41))
        assert result_views.result_view(cast.carl, early)["results"] is None
        assert self.shown(api, cast.carl) == ([], None, None)
        assert self.released(minutes(42)) == 1
        assert self.released(minutes(43)) == 0
        assert sorted(note.user_id for note in notifications()) == sorted((cast.carl.id, cast.cora.id))
        db.session.refresh(early)
        assert result_views.result_view(cast.carl, early)["results"]["score"] == 4
        assert self.shown(api, cast.carl) == ([20], 20, 20)
        to = {event.to for event in sent if event.name == "result_released"}
        assert to == {f"attempt:{early.id}", f"attempt:{slow.id}"}
        (entry,) = db.session.query(Activity).filter_by(type="results_released")
        assert entry.details == {"testId": quiz.id}

    def test_a_reopened_test(self, cast: SimpleNamespace, quiz: Any) -> None:
        """Released results stay released; those of attempts after a reopening follow when it closes again."""
        first = graded(student=cast.carl, test=quiz, after=5)
        assert self.released(minutes(11)) == 1
        quiz.available_until = minutes(60)
        db.session.commit()
        second = graded(student=cast.carl, test=quiz, number=2, started_at=minutes(20))
        assert self.released(minutes(50)) == 0
        assert self.released(minutes(61)) == 1
        assert [first.results_released_at, second.results_released_at] == [minutes(11), minutes(61)]
        assert len(notifications()) == 2

    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({}, 10.9),  # an attempt started in the last second may not be committed yet
            ({"release": Release.BY_HAND}, 60),
            ({"available_until": None}, 60),
            ({"feedback": Feedback.NEVER}, 60),
            ({"feedback": Feedback.AFTER_SUBMISSION}, 60),
        ],
    )
    def test_self_paced_tests_with_nothing_to_release(
        self, cast: SimpleNamespace, fields: dict[str, Any], at: float
    ) -> None:
        usual = {"release": Release.AFTER_CLOSE, "available_until": minutes(10)}
        quiz = TestFactory(author=cast.ines, is_self_paced=True, published=True, **{**usual, **fields})
        graded(student=cast.carl, test=quiz, after=5)
        assert self.released(minutes(at)) == 0
        assert notifications() == []

    def test_not_while_a_person_has_to_mark_an_answer(self, cast: SimpleNamespace, every_type: Any) -> None:
        every_type.is_self_paced, every_type.release = True, Release.AFTER_CLOSE
        every_type.available_until = minutes(10)
        db.session.commit()
        graded("essay", student=cast.carl, test=every_type, after=5)
        graded(student=cast.cora, test=every_type, after=5)
        assert self.released(minutes(60)) == 0

    def released(self, now: Any) -> int:
        is_due = releases.is_due(now)
        done = releases.release_due(now)
        assert is_due == bool(done)
        return done

    def shown(self, api: Any, student: Any) -> tuple[list[float], Any, Any]:
        """Every list in which a student sees results."""
        client = api(student)
        progress = client.get(f"/api/users/{student.id}/progress").get_json()["data"]["attempts"]
        history = client.get(f"/api/attempts/user/{student.id}").get_json()["data"]
        (row,) = history["attempts"]
        return [row["percentage"] for row in progress], row["percentage"], history["summary"]["bestScore"]


class TestRaces:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_two_workers_and_a_teacher_release_once(
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
        assert len(notifications()) == 1
        assert db.session.query(Activity).filter_by(type="results_released").count() == 1

    def test_two_workers_release_a_self_paced_test_once(self, app: Flask, cast: SimpleNamespace) -> None:
        quiz = TestFactory(
            author=cast.ines,
            is_self_paced=True,
            published=True,
            release=Release.AFTER_CLOSE,
            available_until=minutes(10),
        )
        for student in (cast.carl, cast.cora):
            graded(student=student, test=quiz, after=5)
        outcomes = at_once(app, *[lambda: releases.release_due(minutes(40))] * 3)
        assert sorted(outcomes) == [0, 0, 1]
        assert len(notifications()) == 2
