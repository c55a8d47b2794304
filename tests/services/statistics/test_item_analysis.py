"""Which attempts are included, and that the figures are exact to the last decimal."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.services.answers import saving
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading, score_overrides
from exam_app.services.statistics import responses
from exam_app.services.statistics.item_analysis import session_statistics, test_statistics
from tests.factories import (
    RIGHT,
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    QuestionFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import questions
from tests.helpers.clients import data
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes

test_statistics.__test__ = False  # type: ignore[attr-defined]


def of(viewer: Any, test: Any, version: int | None = None) -> dict[str, Any]:
    db.session.commit()
    found = test_statistics(viewer, test, version)
    json.dumps(found)
    return found


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True)


def other(cast: SimpleNamespace) -> Any:
    return UserFactory(organization=cast.school)


def question(found: dict[str, Any], test: Any, kind: str) -> dict[str, Any]:
    (row,) = [row for row in found["questions"] if row["questionId"] == questions(test)[kind]]
    return row


def test_every_figure_of_a_small_class(cast: SimpleNamespace) -> None:
    """Three students and two questions of two points: one earned all, one half, one nothing."""
    items = [
        QuestionFactory(type=kind, organization_id=cast.school.id, points=Decimal(2))
        for kind in ("multiple_choice", "true_false")
    ]
    test = TestFactory(author=cast.ines, published=True, questions=items)
    session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test)
    graded("multiple_choice", "true_false", student=cast.carl, session=session, time_spent=10)
    graded("true_false", student=cast.cora, session=session, time_spent=20)
    graded(student=other(cast), session=session)
    found = session_statistics(session)
    assert (found["testId"], found["sessionId"], found["attempts"]) == (test.id, str(session.id), 3)
    # Totals are 4, 2 and 0 points; variances of 4, 4/3 and 4/3: α = 2 (1 − 8/12).
    assert found["summary"] == {
        "maxScore": 4.0,
        "mean": 50.0,
        "median": 50.0,
        "lowerQuartile": 25.0,
        "upperQuartile": 75.0,
        "lowest": 0.0,
        "highest": 100.0,
        "standardDeviation": 50.0,
        "skewness": 0.0,
        "kurtosis": None,
        "reliability": 0.67,
        "isKr20": True,
        "errorRatio": 57.7,
        "standardError": 28.9,
        "distribution": [
            {"from": low, "to": low + 10, "count": int(low in (0, 50, 90))} for low in range(0, 100, 10)
        ],
    }
    choice, true_false = found["questions"]
    assert {name: choice[name] for name in ("orderIndex", "type", "points", "attempts", "answered")} == {
        "orderIndex": 1,
        "type": "multiple_choice",
        "points": 2.0,
        "attempts": 3,
        "answered": 1,
    }
    assert (choice["facility"], true_false["facility"]) == (33.3, 66.7)
    assert (choice["correct"], true_false["correct"]) == (1, 2)
    # Points of (2, 0, 0) with (2, 2, 0): r = 0.5; with totals of (4, 2, 0): √3/2.
    assert (choice["discrimination"], choice["discriminationWithTotal"]) == (0.5, 0.87)
    assert (choice["discriminativeEfficiency"], choice["standardDeviation"]) == (100.0, 1.15)
    assert (choice["intendedWeight"], choice["effectiveWeight"]) == (50.0, 50.0)
    assert choice["reliabilityWithout"] is None, "one question alone has no reliability"
    assert true_false["time"] == {"counted": 2, "lowerQuartile": 12.5, "median": 15.0, "upperQuartile": 17.5}
    assert [(row["optionText"], row["isKey"], row["chosen"], row["share"]) for row in choice["options"]] == [
        ("Mitochondrion", True, 1, 33.3),
        ("Ribosome", False, 0, 0.0),
        ("Vacuole", False, 0, 0.0),
    ]
    assert choice["options"][0]["meanOfTheRest"] == 100.0
    assert choice["options"][1]["meanOfTheRest"] is None
    assert [remark["kind"] for remark in found["remarks"]] == ["few_attempts"]


def test_options_are_counted_by_their_ids(cast: SimpleNamespace, practice: Any) -> None:
    """Options are counted by id, however they were shuffled; each one of a multiple response separately."""
    attempt = AttemptFactory(student=cast.carl, test=practice)
    ids = questions(practice)
    changes = [ChangeFactory(question_id=ids[kind], response=WRONG[kind]) for kind in WRONG]
    answer_and_grade(attempt, changes)
    graded(*RIGHT, student=cast.cora, test=practice)
    found = of(cast.ines, practice)
    chosen = {
        kind: [(row["chosen"], row["isKey"]) for row in question(found, practice, kind)["options"]]
        for kind in RIGHT
    }
    assert chosen == {
        "multiple_choice": [(1, True), (1, False), (0, False)],
        "multiple_response": [(1, True), (1, False), (1, True)],
        "true_false": [(1, True), (1, False)],
        "short_answer": [],
        "numerical": [],
    }


def answer_and_grade(attempt: Any, changes: list[Any]) -> None:
    saving.save(BatchFactory(attempt=attempt, changes=changes))
    attempt.status, attempt.grading_needed = "submitted", True
    attempt.submitted_at = attempt.closed_at = minutes(10)
    db.session.commit()
    bulk_grading.grade_closed(minutes(10), only=attempt.id)


def test_the_first_attempt_of_each_student_counts(cast: SimpleNamespace, practice: Any) -> None:
    graded("true_false", student=cast.carl, test=practice, started_at=minutes(0))
    graded(*RIGHT, student=cast.carl, test=practice, number=2, started_at=minutes(20))
    graded(*RIGHT, student=cast.cora, test=practice)
    found = of(cast.ines, practice)
    assert found["attempts"] == 2
    assert question(found, practice, "true_false")["facility"] == 100
    assert question(found, practice, "numerical")["facility"] == 50


def test_only_what_is_graded_counts(cast: SimpleNamespace, practice: Any) -> None:
    answer(AttemptFactory(student=cast.carl, test=practice), *RIGHT)
    AttemptFactory(student=cast.cora, test=practice, cancelled=True)
    found = of(cast.ines, practice)
    assert (found["attempts"], found["versions"], found["remarks"]) == (0, [], [])
    assert [row["facility"] for row in found["questions"]] == [None] * 5
    assert (found["summary"]["mean"], found["summary"]["reliability"]) == (None, None)


def test_a_draft_has_no_questions_yet(cast: SimpleNamespace) -> None:
    found = of(cast.ines, TestFactory(author=cast.ines))
    assert (found["attempts"], found["questions"]) == (0, [])


def test_a_manual_score_is_reported_and_changes_no_question(cast: SimpleNamespace, practice: Any) -> None:
    attempt = graded(student=cast.carl, test=practice)
    score_overrides.set_score(cast.ines, attempt, Decimal(1), Decimal(0), "Oral exam", minutes(30))
    found = of(cast.ines, practice)
    assert (found["adjustedScores"], found["summary"]["mean"]) == (1, 0.0)


def test_versions_with_the_same_questions_are_one_form(cast: SimpleNamespace, practice: Any) -> None:
    graded("true_false", student=cast.carl, test=practice)
    practice.title = "Cells, corrected title"
    papers.publish(practice, cast.ines.id)
    graded("true_false", "numerical", student=cast.cora, test=practice)
    found = of(cast.ines, practice)
    assert found["versions"] == [
        {"version": 2, "attempts": 1, "included": True},
        {"version": 1, "attempts": 1, "included": True},
    ]
    assert (found["attempts"], question(found, practice, "numerical")["facility"]) == (2, 50)


def test_another_key_is_another_form(cast: SimpleNamespace, practice: Any) -> None:
    """Answers by different keys are not mixed: the newest form is shown, the others by their version."""
    graded("true_false", student=cast.carl, test=practice)
    item = db.session.get(type(QuestionFactory.build()), questions(practice)["true_false"])
    item.definition = {"correct": False}
    papers.publish(practice, cast.ines.id)
    graded("numerical", student=cast.cora, test=practice)
    found = of(cast.ines, practice)
    assert [(row["version"], row["included"]) for row in found["versions"]] == [(2, True), (1, False)]
    assert (found["attempts"], question(found, practice, "true_false")["facility"]) == (1, 0)
    assert [row["isKey"] for row in question(found, practice, "true_false")["options"]] == [False, True]
    earlier = of(cast.ines, practice, version=1)
    assert (earlier["attempts"], question(earlier, practice, "true_false")["facility"]) == (1, 100)
    assert [row["isKey"] for row in question(earlier, practice, "true_false")["options"]] == [True, False]
    with pytest.raises(NotFound):
        test_statistics(cast.ines, practice, 3)


def test_a_test_not_taken_in_its_newest_version(cast: SimpleNamespace, practice: Any) -> None:
    graded("true_false", student=cast.carl, test=practice)
    papers.publish(practice, cast.ines.id)
    found = of(cast.ines, practice)
    assert (found["attempts"], [row["version"] for row in found["versions"]]) == (1, [1])


def test_a_teacher_counts_own_sessions_and_an_administrator_all(
    api: Any, cast: SimpleNamespace, practice: Any
) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=practice)
    graded(*RIGHT, student=cast.carl, session=session)
    graded(*RIGHT, student=cast.cora, test=practice)
    path = f"/api/tests/{practice.id}/statistics"
    counts = [data(api(who).get(path))["attempts"] for who in (cast.ines, colleague, cast.ada)]
    assert counts == [2, 1, 2]
    assert api(colleague).get(f"/api/sessions/{session.id}/statistics").status_code == 404
    assert api(cast.priya).get(path).status_code == 403
    assert api(cast.otto).get(path).status_code == 404


def test_the_number_of_analysed_attempts_is_limited_and_reported(
    cast: SimpleNamespace, practice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    graded(*RIGHT, student=cast.carl, test=practice, started_at=minutes(-60))
    for place in range(2):
        graded(student=other(cast), test=practice, started_at=minutes(place))
    monkeypatch.setattr(responses, "MOST", 2)
    found = of(cast.ines, practice)
    assert (found["attempts"], found["leftOut"], found["summary"]["mean"]) == (2, 1, 0.0)
