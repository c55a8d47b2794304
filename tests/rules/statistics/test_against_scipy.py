"""The same figures computed by an independent library, on random marks of several kinds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from exam_app.rules.statistics.analysis import analyse
from tests.rules.statistics.examples import responses

RANDOM = np.random.default_rng(2026)
RIGHT_OR_WRONG = (RANDOM.random((80, 12)) < np.linspace(0.2, 0.9, 12)).astype(float)
ABILITY = RANDOM.normal(2, 1, (200, 1))
KINDS = {
    "right or wrong": (RIGHT_OR_WRONG, np.ones(12)),
    "partial credit": (np.round(RANDOM.random((60, 9)) * 5, 2), np.full(9, 5.0)),
    "of one mind": (
        np.clip(RANDOM.normal(2, 1, (200, 1)) + RANDOM.normal(0, 1, (200, 7)), 0, 4),
        np.full(7, 4),
    ),
}


@pytest.fixture(params=KINDS)
def marks(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    return KINDS[request.param]


def test_spread(marks: tuple[np.ndarray, np.ndarray]) -> None:
    scores, worth = marks
    percents = 100 * scores.sum(axis=1) / worth.sum()
    found = analyse(responses(scores, worth)).spread
    assert found.standard_deviation == pytest.approx(stats.tstd(percents))
    assert found.skewness == pytest.approx(stats.skew(percents, bias=False))
    assert found.kurtosis == pytest.approx(stats.kurtosis(percents, bias=False))
    assert found.lower_quartile == pytest.approx(stats.scoreatpercentile(percents, 25))
    assert found.distribution == tuple(np.histogram(percents, bins=10, range=(0, 100))[0])


def test_correlations(marks: tuple[np.ndarray, np.ndarray]) -> None:
    scores, worth = marks
    totals = scores.sum(axis=1)
    for place, item in enumerate(analyse(responses(scores, worth)).items):
        own = scores[:, place]
        assert item.item_total == pytest.approx(stats.pearsonr(own, totals).statistic)
        assert item.item_rest == pytest.approx(stats.pearsonr(own, totals - own).statistic)


def test_item_rest_is_the_point_biserial_correlation_of_right_and_wrong() -> None:
    for place, item in enumerate(analyse(responses(RIGHT_OR_WRONG)).items):
        rest = RIGHT_OR_WRONG.sum(axis=1) - RIGHT_OR_WRONG[:, place]
        assert item.item_rest == pytest.approx(stats.pointbiserialr(RIGHT_OR_WRONG[:, place], rest).statistic)


def test_alpha_from_the_covariance_matrix(marks: tuple[np.ndarray, np.ndarray]) -> None:
    """The same formula in another form: k/(k − 1) (1 − trace / sum of the covariance matrix)."""
    scores, worth = marks
    matrix, k = np.cov(scores.T), scores.shape[1]
    expected = k / (k - 1) * (1 - np.trace(matrix) / matrix.sum())
    assert analyse(responses(scores, worth)).reliability.alpha == pytest.approx(expected)


def test_efficiency_is_largest_where_both_are_sorted(marks: tuple[np.ndarray, np.ndarray]) -> None:
    scores, worth = marks
    for place, item in enumerate(analyse(responses(scores, worth)).items):
        own, rest = scores[:, place], scores.sum(axis=1) - scores[:, place]
        largest = np.cov(np.sort(own), np.sort(rest))[0, 1]
        assert item.efficiency == pytest.approx(100 * np.cov(own, rest)[0, 1] / largest)
