"""Properties for any marks, edge cases first: one attempt, one item, all equal, no points possible."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from exam_app.rules.statistics.analysis import analyse
from exam_app.rules.statistics.ranking import EXTREMES, FIFTHS, membership
from exam_app.rules.statistics.remarks import remarks
from exam_app.rules.statistics.responses import Responses
from tests.rules.statistics.examples import choices, responses

CENTS = st.integers(0, 500)


@st.composite
def any_test(draw: st.DrawFn) -> Responses:
    """Up to 25 attempts at up to 6 items of up to 5 points, in steps of a hundredth of a point."""
    shape = draw(st.tuples(st.integers(0, 25), st.integers(1, 6)))
    worth = draw(arrays.arrays(np.int64, shape[1], elements=CENTS))
    shares = draw(arrays.arrays(np.int64, shape, elements=st.integers(0, 4)))
    return responses((worth * shares // 4) / 100, worth / 100)


def figures(value: Any) -> Iterator[Any]:
    """Every number in a result, at any depth."""
    if is_dataclass(value):
        for part in fields(value):
            yield from figures(getattr(value, part.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from figures(part)
    elif isinstance(value, float | int | np.generic):
        yield value


@given(any_test())
def test_no_figure_is_other_than_finite_and_plain(given_responses: Responses) -> None:
    for value in figures(analyse(given_responses)):
        assert type(value) in (float, int, bool)
        assert math.isfinite(value)


@given(any_test())
def test_figures_stay_within_their_bounds(given_responses: Responses) -> None:
    found = analyse(given_responses)
    a_hair = 1e-9
    for item in found.items:
        assert item.facility is None or -a_hair <= item.facility <= 100 + a_hair
        for figure in (item.item_total, item.item_rest, item.upper_lower):
            assert figure is None or -1 - a_hair <= figure <= 1 + a_hair
        assert item.efficiency is None or item.efficiency <= 100
    assert found.reliability.alpha is None or found.reliability.alpha <= 1
    assert sum(found.spread.distribution) == (found.count if found.maximum else 0)
    for name in ("intended_weight", "effective_weight"):
        weights = [weight for item in found.items if (weight := getattr(item, name)) is not None]
        assert not weights or sum(weights) == pytest.approx(100)


@given(any_test(), st.randoms(use_true_random=False))
def test_the_order_of_the_attempts_does_not_matter(given_responses: Responses, random: Any) -> None:
    order = list(range(given_responses.count))
    random.shuffle(order)
    worth = given_responses.maximums
    mixed = analyse(responses(given_responses.scores[order].reshape(-1, len(worth)), worth))
    assert list(figures(mixed)) == pytest.approx(list(figures(analyse(given_responses))))


@given(any_test())
@example(responses([[0.01, 0], [0, 0.04], [0, 0], [0, 0], [0, 0]], [0.02, 0.04]))  # item 1 is uncorrelated
def test_duplicating_every_attempt_changes_no_mean_and_no_difference(given_responses: Responses) -> None:
    """Duplicating every attempt changes only estimates with n − 1."""
    twice = responses(np.repeat(given_responses.scores, 2, axis=0), given_responses.maximums)
    once, doubled = analyse(given_responses), analyse(twice)
    if given_responses.count < 2:
        return
    assert doubled.reliability.alpha == pytest.approx(once.reliability.alpha)
    for one, two in zip(once.items, doubled.items, strict=True):
        for name in ("facility", "item_total", "item_rest", "efficiency", "upper_lower", "effective_weight"):
            assert getattr(two, name) == pytest.approx(getattr(one, name))


@given(
    arrays.arrays(np.float64, st.integers(1, 50), elements=st.integers(0, 5).map(float)),
    st.sampled_from([EXTREMES, FIFTHS]),
)
def test_every_band_of_a_ranking_is_full_and_equals_are_treated_alike(values: np.ndarray, bands: Any) -> None:
    weights = membership(values, bands)
    sizes = [(last - first) * len(values) for first, last in bands]
    assert weights.sum(axis=0) == pytest.approx(sizes)
    assert (weights.sum(axis=1) <= 1 + 1e-9).all()
    for value in np.unique(values):
        assert np.ptp(weights[values == value], axis=0) == pytest.approx(0)


@pytest.mark.parametrize("scores", [np.zeros((0, 3)), [[1, 0, 1]], [[1, 0, 1]] * 40, [[1], [0]] * 20])
def test_undefined_figures_are_none(scores: Any) -> None:
    """With no attempt, one attempt, equal attempts or one item, undefined figures are `None`."""
    found = analyse(responses(scores))
    assert found.reliability.alpha is None
    assert found.reliability.error_ratio is None
    assert {item.item_rest for item in found.items} == {None}
    assert {item.efficiency for item in found.items} == {None}


def test_equal_sums_of_decimals_are_equal() -> None:
    """0.1 + 0.2 is not 0.3 in binary: this must not count as variation."""
    found = analyse(responses([[0.1, 0.2, 0.0], [0.3, 0.0, 0.0], [0.0, 0.0, 0.3]], [1, 1, 1]))
    assert found.spread.skewness is None
    assert found.reliability.alpha is None
    assert {item.item_total for item in found.items} == {None}


@given(st.lists(st.sampled_from(["A", "B", "C", ""]), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
def test_options_of_a_single_choice_add_up(chosen: list[str], seed: int) -> None:
    marks = np.random.default_rng(seed).integers(0, 3, (len(chosen), 3))
    found = analyse(choices(marks, chosen))
    options = found.items[0].options
    assert sum(option.chosen for option in options) == found.items[0].answered
    for option in options:
        assert option.share == pytest.approx(100 * option.chosen / len(chosen))
        if option.by_fifth is not None:
            assert np.mean(option.by_fifth) == pytest.approx(option.share)
    for value in figures(found):
        assert math.isfinite(value)
    remarks(found)
