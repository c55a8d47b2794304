"""Agreement of two markers, checked against the table from which the formula is derived."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exam_app.rules.agreement import Pair, agreement, weighted_kappa


def pairs(*points: tuple[float, float], tolerance: str = "1") -> list[Pair]:
    return [Pair(Decimal(str(a)), Decimal(str(b)), Decimal(tolerance)) for a, b in points]


def by_the_table(points: list[tuple[int, int]], categories: int) -> float:
    """Cohen (1968): 1 - sum(w * observed) / sum(w * expected), over all pairs of categories."""
    observed = np.zeros((categories, categories))
    for first, second in points:
        observed[first, second] += 1
    expected = np.outer(observed.sum(1), observed.sum(0)) / observed.sum()
    weights = np.subtract.outer(np.arange(categories), np.arange(categories)) ** 2
    return float(1 - (weights * observed).sum() / (weights * expected).sum())


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40))
def test_kappa_is_that_of_the_table(points: list[tuple[int, int]]) -> None:
    kappa = weighted_kappa(pairs(*points))
    assume(kappa is not None)
    assert kappa == pytest.approx(by_the_table(points, 6))


def test_the_ends_of_kappa() -> None:
    assert weighted_kappa(pairs((0, 0), (1, 1), (2, 2))) == pytest.approx(1)
    assert weighted_kappa(pairs((0, 1), (1, 0))) == pytest.approx(-1)


def test_figures() -> None:
    found = agreement(pairs((1, 2), (3, 1), (2, 2), (4, 4)))
    assert (found.count, found.exact, found.within) == (4, 50, 75)
    assert (found.mean_difference, found.mean_absolute) == (0.25, 0.75)
    assert found.kappa == pytest.approx(1 - 1.25 / (1.25 + 1.1875 + 0.0625))


@pytest.mark.parametrize("points", [[], [(1, 1)], [(2, 2), (2, 2)]])
def test_figures_without_data_are_none(points: list[tuple[float, float]]) -> None:
    assert agreement(pairs(*points)).kappa is None
