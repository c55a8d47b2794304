"""The progress of a student: who sees which results."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from exam_app.services.results import releases
from tests.factories import (
    RIGHT,
    AttemptFactory,
    ExamSessionFactory,
    QuestionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.clients import data
from tests.helpers.results import graded
from tests.helpers.times import minutes


def test_progress_of_a_student_over_attempts(api: Any, cast: SimpleNamespace) -> None:
    asked = [
        QuestionFactory(type=kind, category="Cells", organization_id=cast.school.id)
        for kind in ("true_false", "numerical", "short_answer")
    ]
    test = TestFactory(author=cast.ines, practice=True, published=True, questions=asked)
    first = graded(student=cast.carl, test=test, started_at=minutes(-90))
    second = graded("true_false", student=cast.carl, test=test, number=2, started_at=minutes(-60))
    AttemptFactory(student=cast.carl, test=test, number=3)
    shown = data(api(cast.carl).get(f"/api/users/{cast.carl.id}/progress"))
    assert [(row["attemptId"], row["percentage"], row["gain"]) for row in shown["attempts"]] == [
        (str(first.id), 0, None),
        (str(second.id), 33.33, 33.3),
    ]
    assert [(row["category"], row["standing"]) for row in shown["categories"]] == [("Cells", "weakness")]
    assert shown["learningVelocity"] == 33.3
    assert shown["struggleAreas"] == [{"category": "Cells", "share": 33.3, "questions": 3, "change": 33.3}]
    assert shown["engagement"] == {"days": 30, "attempts": 2, "activeDays": 1, "answered": 16.7}


def test_nothing_is_disclosed_before_the_release(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    """Before the release, staff see the result, and none of the student's own figures includes it."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    graded(*RIGHT, student=cast.carl, session=session)
    path = f"/api/users/{cast.carl.id}/progress"
    hidden = data(api(cast.carl).get(path))
    assert (hidden["attempts"], hidden["struggleAreas"], hidden["engagement"]["attempts"]) == ([], [], 0)
    assert len(data(api(cast.ines).get(path))["attempts"]) == 1
    releases.release_results(cast.ines, session, minutes(40))
    assert [row["percentage"] for row in data(api(cast.carl).get(path))["attempts"]] == [100]


def test_nobody_else_may_read_the_progress(api: Any, cast: SimpleNamespace) -> None:
    path = f"/api/users/{cast.carl.id}/progress"
    stranger = UserFactory(instructor=True, organization=cast.school)
    for person in (cast.cora, cast.otto, stranger):
        assert api(person).get(path).status_code == 404
