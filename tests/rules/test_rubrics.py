"""Levels of a rubric: exact sums on the scale of the question."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.errors import InvalidInput
from exam_app.rules import rubrics
from exam_app.rules.question_types import get

LEVELS = [{"text": "None", "points": "0"}, {"text": "Some", "points": "1"}, {"text": "All", "points": "3"}]
RUBRIC = {"rubric": [{"text": name, "points": "3", "levels": LEVELS} for name in ("Reasons", "Language")]}


def test_level_points_are_summed_and_rounded_once() -> None:
    total, kept = rubrics.picked(RUBRIC, Decimal("0.05"), [1, 1])
    assert total == Decimal("0.02")  # 0.05 * 2 / 6; each alone would be 0.01
    assert kept == [{"text": n, "points": "0.01", "levels": ["Some"]} for n in ("Reasons", "Language")]


@given(
    levels=st.lists(st.integers(0, 2), min_size=2, max_size=2),
    points=st.decimals("0.01", "100", places=2),
)
def test_rubric_points_stay_in_range_and_the_best_levels_give_full_marks(
    levels: list[int], points: Decimal
) -> None:
    total, _ = rubrics.picked(RUBRIC, points, levels)
    assert 0 <= total <= points
    assert rubrics.picked(RUBRIC, points, [2, 2])[0] == points


@pytest.mark.parametrize("levels", [[], [1], [1, 3], [-1, 0], [1, 1, 1]])
def test_an_invalid_level_is_refused(levels: list[int]) -> None:
    with pytest.raises(InvalidInput):
        rubrics.picked(RUBRIC, Decimal(4), levels)


def test_a_criterion_without_levels_cannot_be_picked() -> None:
    mixed = {"rubric": [*RUBRIC["rubric"], {"text": "Style", "points": "1"}]}
    assert not rubrics.has_levels(mixed)
    with pytest.raises(InvalidInput):
        rubrics.picked(mixed, Decimal(4), [0, 0, 0])
    assert not rubrics.has_levels(get("essay").validate_definition({}))


def test_the_levels_of_two_markers_are_shown_together() -> None:
    both = [rubrics.picked(RUBRIC, Decimal(6), levels)[1] for levels in ([1, 2], [2, 2])]
    assert rubrics.shown(rubrics.together(both)) == [
        {"text": "Reasons", "points": 2, "levels": ["Some", "All"]},
        {"text": "Language", "points": 3, "levels": ["All"]},
    ]
    assert rubrics.together([both[0], None]) is None
    assert rubrics.together([both[0]]) == both[0]
