"""The published figures are reproduced."""

from __future__ import annotations

import numpy as np
import pytest

from exam_app.rules.statistics.analysis import analyse
from tests.rules.statistics.examples import (
    KR20_MARKS,
    MOODLE_ITEMS,
    MOODLE_MARKS,
    MOODLE_TEST,
    responses,
)

# As exact as the source, which prints seven digits of a third of a point.
PRECISION = 1e-5


@pytest.mark.parametrize("name", ["facility", "standard_deviation", "effective_weight", "efficiency"])
def test_each_question_of_moodles_spreadsheet(name: str) -> None:
    found = [getattr(item, name) for item in analyse(responses(MOODLE_MARKS)).items]
    assert found == pytest.approx(MOODLE_ITEMS[name], rel=PRECISION)


def test_moodles_discrimination_index_is_the_correlation_with_the_rest_in_percent() -> None:
    found = [100 * (item.item_rest or 0) for item in analyse(responses(MOODLE_MARKS)).items]
    assert found == pytest.approx(MOODLE_ITEMS["discrimination_index"], rel=PRECISION)


def test_the_test_of_moodles_spreadsheet_as_a_whole() -> None:
    """Moodle's figures are in marks of 7, ours in percent of the maximum."""
    found = analyse(responses(MOODLE_MARKS))
    in_marks = {name: MOODLE_TEST[name] * 100 / 7 for name in ("mean", "median", "standard_deviation")}
    for name, value in in_marks.items():
        assert getattr(found.spread, name) == pytest.approx(value, rel=PRECISION)
    assert found.spread.skewness == pytest.approx(MOODLE_TEST["skewness"], rel=PRECISION)
    assert found.spread.kurtosis == pytest.approx(MOODLE_TEST["kurtosis"], rel=PRECISION)
    assert found.reliability.alpha == pytest.approx(MOODLE_TEST["cic"] / 100, rel=PRECISION)
    assert found.reliability.error_ratio == pytest.approx(MOODLE_TEST["error_ratio"], rel=PRECISION)
    assert found.reliability.standard_error == pytest.approx(
        MOODLE_TEST["standard_error"] * 100 / 7, rel=PRECISION
    )
    assert not found.reliability.is_kr20
    assert sum(found.spread.distribution) == found.count == 25


def test_kuder_and_richardsons_20_by_hand() -> None:
    found = analyse(responses(KR20_MARKS))
    assert [item.facility for item in found.items] == pytest.approx([70, 70, 60, 70, 60, 80, 70, 70, 50, 60])
    assert found.reliability.is_kr20
    assert found.reliability.alpha == pytest.approx(10 / 9 * (1 - 2.18 / 5.84))


def test_alpha_without_an_item_is_the_alpha_of_the_others() -> None:
    found = analyse(responses(KR20_MARKS))
    for place, without in enumerate(found.reliability.alpha_without):
        others = analyse(responses(np.delete(KR20_MARKS, place, axis=1)))
        assert without == pytest.approx(others.reliability.alpha)


def test_upper_lower_is_kelleys_difference_where_nobody_is_equal() -> None:
    """100 attempts with different totals: 27 in each group, D computed by sorting them."""
    rng = np.random.default_rng(27)
    marks = rng.random((100, 6)) * 4
    found = analyse(responses(marks, np.full(6, 4.0)))
    ranked = marks[np.argsort(marks.sum(axis=1))]
    expected = (ranked[73:].mean(axis=0) - ranked[:27].mean(axis=0)) / 4
    assert [item.upper_lower for item in found.items] == pytest.approx(expected)
