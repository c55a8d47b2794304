"""Velocity, struggle and engagement, from constructed attempts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from exam_app.rules.learning import (
    Topic,
    VisibleAttempt,
    categories,
    engagement,
    gains,
    learning_velocity,
    struggle_areas,
)
from tests.helpers.times import NOW


def take(
    test_id: int, day: int, percentage: str, *topics: tuple[str, int, str, str], answered: int = 4
) -> VisibleAttempt:
    """`topics`: category, questions, points earned and possible."""
    made = tuple(Topic(name, n, Decimal(earned), Decimal(most)) for name, n, earned, most in topics)
    at = NOW + timedelta(days=day)
    return VisibleAttempt(test_id, at, Decimal(percentage), answered, questions=5, topics=made)


@pytest.mark.parametrize(
    ("attempts", "velocity"),
    [
        ([], None),
        ([take(1, 0, "40")], None),
        ([take(1, 0, "40"), take(2, 1, "90")], None),
        ([take(1, 0, "40"), take(1, 1, "30"), take(1, 2, "70")], 15.0),
        ([take(1, 2, "70"), take(1, 0, "40")], 30.0),
        ([take(1, 0, "80"), take(1, 1, "60"), take(2, 0, "10"), take(2, 3, "40")], 5.0),
        ([take(1, 0, "33.33"), take(1, 1, "66.67"), take(1, 2, "33.34"), take(1, 3, "33.33")], 0.0),
    ],
)
def test_velocity_is_the_gain_of_each_further_attempt_at_the_same_test(
    attempts: list[VisibleAttempt], velocity: float | None
) -> None:
    assert learning_velocity(attempts) == velocity


def test_struggle_areas_are_of_the_latest_attempts() -> None:
    attempts = [
        take(1, 0, "20", ("Cells", 3, "0", "10"), ("Genes", 4, "1", "4"), ("Plants", 3, "1", "6")),
        take(1, 5, "50", ("Cells", 3, "4", "10"), ("Genes", 4, "4", "4"), ("Plants", 3, "3", "6")),
        take(2, 1, "30", ("Cells", 2, "1", "5"), ("Fungi", 2, "0", "5"), ("Moss", 3, "0", "3")),
    ]
    assert struggle_areas(attempts) == [
        {"category": "Moss", "share": 0.0, "questions": 3, "change": None},
        {"category": "Cells", "share": 33.3, "questions": 5, "change": 40.0},
    ], "Genes got better, Plants reach half, two questions on Fungi are too few"


def test_the_gain_is_over_the_attempt_before_at_the_same_test() -> None:
    attempts = [take(1, 0, "40"), take(2, 1, "90"), take(1, 2, "70"), take(2, 3, "80.5"), take(1, 4, "70")]
    assert gains(attempts) == [None, None, 30.0, -9.5, 0.0]
    assert gains(attempts[::-1]) == [0.0, -9.5, 30.0, None, None]


@pytest.mark.parametrize(
    ("questions", "earned", "standing"),
    [
        (3, "7", "strength"),
        (3, "6.99", "between"),
        (3, "5", "between"),
        (3, "4.99", "weakness"),
        (2, "10", None),
    ],
)
def test_the_classification_of_a_category(questions: int, earned: str, standing: str | None) -> None:
    (found,) = categories([take(1, 0, "50", ("Cells", questions, earned, "10"))])
    assert found["standing"] == standing


def test_categories_have_the_strongest_first() -> None:
    attempts = [take(1, 0, "50", ("Moss", 3, "1", "4"), ("Cells", 3, "3", "4"), ("Algae", 3, "1", "4"))]
    assert [row["category"] for row in categories(attempts)] == ["Cells", "Algae", "Moss"]


def test_a_category_without_points_is_none() -> None:
    assert struggle_areas([take(1, 0, "0", ("Survey", 5, "0", "0"))]) == []


def test_engagement_of_the_last_thirty_days() -> None:
    attempts = [take(1, -30, "50"), take(1, -29, "50"), take(1, -1, "50", answered=5), take(2, -1, "50")]
    assert engagement(attempts, NOW) == {"days": 30, "attempts": 3, "activeDays": 2, "answered": 86.7}
    assert engagement([], NOW) == {"days": 30, "attempts": 0, "activeDays": 0, "answered": None}
