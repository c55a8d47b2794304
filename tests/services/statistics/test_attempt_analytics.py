"""The analytics of an attempt in the shape of source document 000."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.services.statistics import attempt_analytics
from tests.factories import (
    RIGHT,
    AttemptFactory,
    ExamSessionFactory,
    QuestionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.results import answer, graded
from tests.helpers.times import minutes


def analyse(attempt: Any) -> dict[str, Any]:
    shown = attempt_analytics.analyse(attempt, minutes(60))
    json.dumps(shown)
    return shown


@pytest.fixture
def biology_test(cast: SimpleNamespace) -> Any:
    def question(kind: str, category: str | None, difficulty: str) -> Any:
        return QuestionFactory(
            type=kind,
            category=category,
            difficulty=difficulty,
            name=f"About {kind}",
            organization_id=cast.school.id,
        )

    return TestFactory(
        author=cast.ines,
        practice=True,
        published=True,
        questions=[
            question("multiple_choice", "Cells", "easy"),
            question("multiple_response", "Plants", "medium"),
            question("true_false", "Cells", "easy"),
            question("numerical", "Genes", "hard"),
            question("short_answer", None, "hard"),
        ],
    )


def test_everything_of_one_attempt(cast: SimpleNamespace, biology_test: Any) -> None:
    attempt = graded("multiple_choice", "true_false", student=cast.carl, test=biology_test, after=25)
    shown = analyse(attempt)
    assert shown["attemptInfo"] == {
        "attemptId": str(attempt.id),
        "user": {"firstName": "Carl", "lastName": "Carter"},
        "test": {"title": "Cells and tissues"},
        "status": "graded",
        "score": 8,
        "timeSpent": 1500,
    }
    assert shown["performanceAnalysis"] == {
        "questionsCorrect": 2,
        "questionsIncorrect": 3,
        "correctRate": 40.0,
        "averageTimePerQuestion": 300,
        "fastestQuestion": 30,
        "slowestQuestion": 30,
        "timeEfficiency": 1.0,
    }
    first, second, *_ = shown["questionBreakdown"]
    assert first.pop("questionText").startswith("Question number") and first.pop("questionId")
    assert first == {
        "isCorrect": True,
        "points": 4,
        "timeSpent": 30,
        "difficulty": "easy",
        "category": "Cells",
    }
    assert (second["isCorrect"], second["points"], second["timeSpent"]) == (False, 0, 0)
    assert shown["learningInsights"] == {
        "strengths": ["Cells"],
        "weaknesses": ["Plants", "Genes"],
        "recommendedTopics": ["About multiple_response", "About numerical"],
        "difficultyProgression": "Practise intermediate content",
    }


def test_rank_among_the_graded_attempts_of_the_test(cast: SimpleNamespace, exam: Any) -> None:
    kinds = list(RIGHT)
    one, two = (
        ExamSessionFactory(
            in_progress=True, test=exam, school_class=SchoolClassFactory(teacher=cast.ines, students=[])
        )
        for _ in range(2)
    )
    people = [UserFactory(organization=cast.school) for _ in range(7)]
    # 20, 40, 60 and 80 percent in one session, 100 in another; the better, the slower.
    graded_ones = [
        graded(*kinds[: n + 1], student=people[n], session=one if n < 4 else two, after=5 + n)
        for n in range(5)
    ]
    AttemptFactory(student=people[5], session=one)
    AttemptFactory(student=people[6], session=one, cancelled=True)
    shown = [analyse(attempt)["comparisonMetrics"] for attempt in graded_ones]
    assert [row["scorePercentile"] for row in shown] == [10, 30, 50, 70, 90]
    assert [row["timePercentile"] for row in shown] == [90, 70, 50, 30, 10]
    assert [row["betterThanPeers"] for row in shown] == [0, 25, 50, 75, 100]
    assert [row["classAverage"] for row in shown] == [50, 50, 50, 50, 100]


def test_the_only_attempt_has_no_comparison(cast: SimpleNamespace, biology_test: Any) -> None:
    attempt = graded(*RIGHT, student=cast.carl, test=biology_test)
    assert analyse(attempt)["comparisonMetrics"] == {
        "scorePercentile": 50,
        "timePercentile": 50,
        "classAverage": 100,
        "betterThanPeers": None,
    }
    assert analyse(attempt)["learningInsights"]["difficultyProgression"] == "Ready for expert content"


def test_before_the_grade(cast: SimpleNamespace, biology_test: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, test=biology_test)
    answer(attempt, "true_false", time_spent=12)
    shown = analyse(attempt)
    assert shown["attemptInfo"]["score"] is None
    assert set(shown["comparisonMetrics"].values()) == {None}
    assert shown["performanceAnalysis"]["questionsCorrect"] == 1


def test_another_organization_does_not_count(cast: SimpleNamespace, biology_test: Any) -> None:
    attempt = graded(*RIGHT, student=cast.carl, test=biology_test)
    graded(student=UserFactory(organization=cast.elsewhere), test=biology_test)
    assert analyse(attempt)["comparisonMetrics"]["betterThanPeers"] is None
