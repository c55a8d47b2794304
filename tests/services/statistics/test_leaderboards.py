"""Leaderboards: only students with both consents, first attempts, shared ranks, nothing unreleased."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import LeaderboardEntry, User
from exam_app.services.results import releases
from exam_app.services.statistics import leaderboards
from tests.factories import BranchFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.results import graded
from tests.helpers.threads import at_once
from tests.helpers.times import minutes

KINDS = ("true_false", "numerical", "short_answer")


@pytest.fixture
def quiz(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True, leaderboard=True)


def places(viewer: Any, test: Any) -> list[tuple[int, str, float, bool]]:
    return [tuple(place.values()) for place in leaderboards.leaderboard_of(viewer, test.id)["places"]]


def test_only_consenting_students_are_ranked_by_their_first_attempt(cast: SimpleNamespace, quiz: Any) -> None:
    dan, eve = UserFactory.create_batch(2, organization=cast.school)
    for student, right in ((cast.carl, 1), (cast.cora, 2), (dan, 1), (eve, 3)):
        graded(*KINDS[:right], student=student, test=quiz)
    graded(*KINDS, student=cast.carl, test=quiz, number=2, started_at=minutes(30))
    assert places(cast.carl, quiz) == []
    for student, name in ((dan, "zebra"), (cast.carl, " The\u00a0 owl "), (cast.cora, "Cora")):
        leaderboards.join(student, quiz.id, name)
    assert places(cast.carl, quiz) == [
        (1, "Cora", 40, False),
        (2, "The owl", 20, True),
        (2, "zebra", 20, False),
    ]
    leaderboards.leave(cast.cora, quiz.id)
    leaderboards.leave(cast.cora, quiz.id)
    assert places(cast.ines, quiz) == [(1, "The owl", 20, False), (1, "zebra", 20, False)]
    dan.is_active = False
    db.session.commit()
    assert places(cast.carl, quiz) == [(1, "The owl", 20, True)]


def test_only_results_visible_to_their_student_are_ranked(cast: SimpleNamespace) -> None:
    """An unreleased first attempt is not listed, and a later released one does not replace it."""
    exam = TestFactory(author=cast.ines, published=True, leaderboard=True)
    first, second = ExamSessionFactory.create_batch(2, completed=True, school_class=cast.biology, test=exam)
    graded(*KINDS[:1], student=cast.carl, session=first)
    graded(*KINDS, student=cast.carl, session=second, started_at=minutes(60))
    leaderboards.join(cast.carl, exam.id, "Carl")
    releases.release_results(cast.ines, second, minutes(90))
    assert places(cast.carl, exam) == []
    releases.release_results(cast.ines, first, minutes(90))
    assert places(cast.carl, exam) == [(1, "Carl", 20, True)]


def test_tests_without_a_leaderboard(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    path = f"/api/tests/{quiz.id}/leaderboard"
    assert api(cast.cora).get(path).status_code == 404  # has not started it
    assert api(cast.cora).put(f"{path}/entry", json={"name": "Cora"}).status_code == 404
    graded(student=cast.cora, test=quiz)
    assert data(api(cast.cora).put(f"{path}/entry", json={"name": "Cora"}))["ownName"] == "Cora"
    quiz.leaderboard = False
    db.session.commit()
    assert api(cast.cora).get(path).status_code == 404
    shown = data(api(cast.ines).get(path))
    assert (shown["isOpen"], shown["places"]) == (False, [])
    assert api(cast.cora).delete(f"{path}/entry").status_code == 200
    assert db.session.query(LeaderboardEntry).count() == 0
    assert api(cast.otto).get(path).status_code == 404


def test_students_of_another_branch_are_not_listed(api: Any, cast: SimpleNamespace, quiz: Any) -> None:
    """For a test of the whole organization, students of a branch see those of their branch only."""
    north, south = (BranchFactory(organization_id=cast.school.id).id for _ in range(2))
    pupils = [UserFactory(organization=cast.school, branch_id=branch) for branch in (north, north, south)]
    for number, student in enumerate(pupils):
        graded(*KINDS[:number], student=student, test=quiz)
        leaderboards.join(student, quiz.id, f"Pupil {number}")
    shown = data(api(pupils[0]).get(f"/api/tests/{quiz.id}/leaderboard"))["places"]
    assert [(place["rank"], place["name"]) for place in shown] == [(1, "Pupil 1"), (2, "Pupil 0")]


def test_the_own_rank_is_always_shown(
    cast: SimpleNamespace, quiz: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaderboards, "MOST", 2)
    for number in range(3):
        student = UserFactory(organization=cast.school)
        graded(*KINDS, student=student, test=quiz)
        leaderboards.join(student, quiz.id, f"Pupil {number}")
    graded(student=cast.carl, test=quiz)
    leaderboards.join(cast.carl, quiz.id, "Carl")
    assert [place[:2] for place in places(cast.carl, quiz)] == [(1, "Pupil 0"), (1, "Pupil 1"), (4, "Carl")]


@pytest.mark.parametrize("name", ["", " \u200b ", "---", "a\u202eb", "x" * 41, "a\x07b"])
def test_unreadable_names_are_refused(cast: SimpleNamespace, quiz: Any, name: str) -> None:
    graded(student=cast.carl, test=quiz)
    with pytest.raises(InvalidInput):
        leaderboards.join(cast.carl, quiz.id, name)


class TestRaces:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_concurrent_joining_and_leaving(self, app: Flask, cast: SimpleNamespace, quiz: Any) -> None:
        graded(student=cast.carl, test=quiz)
        carl, test_id = cast.carl.id, quiz.id

        def as_carl(act: Any, *names: str) -> Any:
            return lambda: act(db.session.get_one(User, carl), test_id, *names)

        acts = [as_carl(leaderboards.join, f"Name {n}") for n in range(3)] + [as_carl(leaderboards.leave)] * 2
        outcomes = at_once(app, *acts)
        assert outcomes == [None] * 5
        assert db.session.query(LeaderboardEntry).count() <= 1
        as_carl(leaderboards.leave)()
        assert db.session.query(LeaderboardEntry).count() == 0
