"""Performance, insights and percentiles, from constructed outcomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exam_app.rules.analytics import (
    Outcome,
    about_above,
    better_than_peers,
    by_category,
    insights,
    percentile,
    performance,
    rounded,
)


def outcome(points: Any = 4, most: Any = 4, **fields: Any) -> Outcome:
    """A question worth `most` points that earned `points`."""
    defaults = {"name": "A question", "category": None, "difficulty": None, "time_spent": 0}
    return Outcome(
        points=Decimal(str(points)),
        max_points=Decimal(str(most)),
        is_correct=points == most,
        is_answered=fields.pop("is_answered", True),
        **{**defaults, **fields},
    )


def test_the_figures_of_the_source_document() -> None:
    """25 questions, 21 correct, 1h 45m: 84 percent, 252 seconds per question, from 15 to 480 seconds."""
    times = [15, 480, *[250] * 23]
    outcomes = [outcome(4 if i < 21 else 0, time_spent=times[i]) for i in range(25)]
    found = performance(outcomes, 6300)
    assert found.pop("timeEfficiency") == rounded(Decimal(sum(times[:21])) / sum(times), 2)
    assert found == {
        "questionsCorrect": 21,
        "questionsIncorrect": 4,
        "correctRate": 84.0,
        "averageTimePerQuestion": 252,
        "fastestQuestion": 15,
        "slowestQuestion": 480,
    }


def test_without_an_answer_nothing_is_fast_or_slow() -> None:
    found = performance([outcome(0, is_answered=False)] * 2, 60)
    assert (found["fastestQuestion"], found["slowestQuestion"], found["timeEfficiency"]) == (None,) * 3
    assert (found["correctRate"], found["averageTimePerQuestion"]) == (0, 30)


@pytest.mark.parametrize(
    ("points", "place"),
    [("7", "strengths"), ("6.99", None), ("5", None), ("4.99", "weaknesses"), ("0", "weaknesses")],
)
def test_where_strength_and_weakness_begin(points: str, place: str | None) -> None:
    found = insights([outcome(points, 10, category="Algebra")])
    assert [name for name in ("strengths", "weaknesses") if found[name]] == ([place] if place else [])


def test_categories_add_up_by_points_and_the_clearest_comes_first() -> None:
    found = insights(
        [
            outcome(9, 9, category="Algebra"),
            outcome(0, 1, category="Algebra"),
            outcome(4, 4, category="Trees"),
            outcome(1, 4, category="Graphs"),
            outcome(0, 4, category="Sets"),
            outcome(0, 4),
        ]
    )
    assert found["strengths"] == ["Trees", "Algebra"]
    assert found["weaknesses"] == ["Sets", "Graphs"]


def test_topics_are_what_cost_most_in_the_weak_categories() -> None:
    found = insights(
        [
            outcome(0, 2, category="Async", name="Timers"),
            outcome(1, 8, category="Async", name="Promises"),
            outcome(3, 4, category="Async", name="Callbacks"),
            outcome(0, 1, category="Async", name="Timers"),
            outcome(0, 9, category="Loops", name="For"),
            outcome(30, 30, category="Loops", name="While"),
        ]
    )
    assert found["weaknesses"] == ["Async"]
    assert found["recommendedTopics"] == ["Promises", "Timers"]


@pytest.mark.parametrize(
    ("earned", "words"),
    [
        ({}, None),
        ({"unheard of": 4}, None),
        ({"easy": 4}, "Ready for intermediate content"),
        ({"Easy": 4, "MEDIUM": 4}, "Ready for advanced content"),
        ({"easy": 4, "medium": 1, "hard": 4}, "Practise intermediate content"),
        ({"hard": 4}, "Ready for expert content"),
        ({"beginner": 0}, "Practise beginner content"),
    ],
)
def test_what_comes_next(earned: dict[str, int], words: str | None) -> None:
    outcomes = [outcome(points, 4, difficulty=word) for word, points in earned.items()]
    assert insights(outcomes)["difficultyProgression"] == words


@pytest.mark.parametrize(
    ("below", "equal", "total", "rank"),
    [(0, 0, 0, None), (0, 1, 1, 50), (0, 1, 2, 25), (1, 1, 2, 75), (77, 1, 99, 78), (0, 3, 3, 50)],
)
def test_percentile(below: int, equal: int, total: int, rank: int | None) -> None:
    assert percentile(below, equal, total) == rank


@pytest.mark.parametrize(("below", "total", "share"), [(0, 1, None), (1, 2, 100), (13, 20, 68.4), (0, 9, 0)])
def test_better_than_peers(below: int, total: int, share: float | None) -> None:
    assert better_than_peers(below, total) == share


@pytest.mark.parametrize(("value", "text"), [("76.25", 76.3), ("76.249", 76.2), ("0.05", 0.1)])
def test_halves_are_rounded_up(value: str, text: float) -> None:
    assert rounded(Decimal(value)) == text


def test_points_by_category_in_the_order_of_the_test() -> None:
    asked = [
        outcome("1.5", 4, category="Moss"),
        outcome(3, 3, category="Algae"),
        outcome(1, 4, category="Moss"),
        outcome(1, 4),
        outcome(0, 0, category="Survey"),
    ]
    assert by_category(asked) == [
        {"category": "Moss", "questions": 2, "points": 2.5, "maxPoints": 8.0, "share": 31.3},
        {"category": "Algae", "questions": 1, "points": 3.0, "maxPoints": 3.0, "share": 100.0},
    ]


@pytest.mark.parametrize(
    ("below", "equal", "others", "above"),
    [(4, 0, 4, None), (5, 0, 5, 100), (0, 0, 5, 0), (0, 5, 5, 50), (1, 1, 10, 20), (14, 0, 100, 10)],
)
def test_rank_among_enough_others(below: int, equal: int, others: int, above: int | None) -> None:
    assert about_above(below, equal, others) == above
