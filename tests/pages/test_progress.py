"""The page of a student's progress: who may open it, and that it discloses nothing hidden elsewhere."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.services.authoring import papers
from exam_app.services.results import releases
from tests.factories import (
    RIGHT,
    AttemptFactory,
    ExamSessionFactory,
    QuestionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.pages import PageClient
from tests.helpers.results import graded
from tests.helpers.times import minutes


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    """Three questions on cells, with unlimited attempts."""
    asked = [
        QuestionFactory(type=kind, category="Cells <1>", organization_id=cast.school.id)
        for kind in ("true_false", "numerical", "short_answer")
    ]
    return TestFactory(
        author=cast.ines, practice=True, max_attempts=60, published=True, questions=asked, title="Basics"
    )


def test_with_no_one_and_many_results(app: Flask, cast: SimpleNamespace, practice: Any) -> None:
    carl = PageClient(app, cast.carl)
    assert "No results yet." in carl.get("/progress").words
    graded("true_false", student=cast.carl, test=practice, started_at=minutes(-900))
    one = carl.get("/progress").words
    assert "From 1 result that you may see." in one
    assert "The average change needs at least two attempts at the same test." in one
    assert "Cells <1> : 33.3 % of the points in 3 questions" in one
    for number in range(2, 51):
        kinds = ("true_false", "numerical", "short_answer")[: 1 + number // 25]
        graded(*kinds, student=cast.carl, test=practice, number=number, started_at=minutes(20 * number - 900))
    many = carl.get("/progress")
    assert "From 50 results that you may see." in many.words
    assert "Average change per further attempt +1.4 points" in many.words
    assert "Cells <1> 100 % Strength 3 +66.7" in many.words
    assert many.text.count("hour__dot") == 50


def test_who_may_open_the_page(app: Flask, cast: SimpleNamespace, practice: Any) -> None:
    graded("true_false", student=cast.carl, test=practice)
    path = f"/students/{cast.carl.id}/progress"
    assert "My progress" in PageClient(app, cast.carl).get(path).words
    ines = PageClient(app, cast.ines)
    assert "Progress of Carl Carter" in ines.get(path).words
    assert path in ines.get(f"/classes/{cast.biology.id}").text
    stranger = UserFactory(proctor=True, organization=cast.school)
    for person in (cast.cora, cast.otto, stranger):
        assert PageClient(app, person).get(path).status_code == 404


def test_hidden_results_do_not_change_the_page(
    app: Flask, api: Any, cast: SimpleNamespace, practice: Any
) -> None:
    """A hidden result changes no figure, category or count, so that comparing pages reveals nothing."""
    graded("true_false", student=cast.carl, test=practice, started_at=minutes(-90))
    carl, reader = PageClient(app, cast.carl), api(cast.carl)

    def seen() -> Any:
        overview = reader.get(f"/api/attempts/user/{cast.carl.id}").get_json()["data"]["summary"]
        progress = reader.get(f"/api/users/{cast.carl.id}/progress").get_json()["data"]
        return carl.get("/progress").words, progress, overview["averageScore"], overview["bestScore"]

    before = seen()
    unreleased = ExamSessionFactory(
        completed=True, school_class=cast.biology, test=_test(cast, "after_release")
    )
    never = ExamSessionFactory(released=True, school_class=cast.biology, test=_test(cast, "never"))
    for session in (unreleased, never):
        graded(*RIGHT, student=cast.carl, session=session)
    for feedback in ("after_release", "never"):
        graded(*RIGHT, student=cast.carl, test=_test(cast, feedback, practice=True))
    # The author's new setting for the next paper discloses nothing of this one.
    opened = _test(cast, "never", practice=True)
    graded(*RIGHT, student=cast.carl, test=opened)
    opened.feedback = "immediate"
    papers.publish(opened, cast.ines.id)
    AttemptFactory(student=cast.carl, test=practice, number=2)
    db.session.commit()
    assert seen() == before
    assert "%" not in carl.get("/exams").words.partition("Cells and tissues")[2]
    releases.release_results(cast.ines, unreleased, minutes(50))
    assert "From 2 results" in seen()[0]


def _test(cast: SimpleNamespace, feedback: str, practice: bool = False) -> Any:
    hidden = TestFactory(author=cast.ines, is_self_paced=practice, feedback=feedback)
    for item in hidden.items:
        db.session.get(QuestionFactory._meta.model, item.question_id).category = "Hidden"
    papers.publish(hidden, cast.ines.id)
    return hidden
