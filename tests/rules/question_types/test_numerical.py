from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types

NUMERICAL = question_types.get("numerical")


def points(accepted: list[dict[str, Any]], number: Any) -> Decimal:
    definition = NUMERICAL.validate_definition({"accepted": accepted})
    response = NUMERICAL.check_response(definition, {"number": number})
    return NUMERICAL.score(definition, response, Decimal(10)).points


@pytest.mark.parametrize(
    ("number", "earned"),
    [
        ("3.15", 10),
        ("3.13", 10),
        ("3,14", 10),
        (3.14, 10),
        ("3.1500001", 0),
        ("3.12", 0),
        ("+3.14", 10),
        ("314e-2", 10),
        ("", 0),
    ],
)
def test_the_tolerance_includes_its_ends(number: Any, earned: int) -> None:
    assert points([{"value": "3.14", "tolerance": "0.01"}], number) == earned


def test_decimals_are_exact() -> None:
    assert points([{"value": 0.3, "tolerance": 0.1}], 0.2) == 10
    assert points([{"value": "0.2", "tolerance": "0.1"}], "0.3") == 10


@pytest.mark.parametrize(
    ("number", "earned"), [("1", 10), ("5", 10), (3, 10), ("0.99", 0), ("5.01", 0), ("\u22121", 0)]
)
def test_a_range_includes_its_ends(number: Any, earned: int) -> None:
    assert points([{"min": "1", "max": "5"}], number) == earned


def test_the_first_number_that_fits_decides() -> None:
    accepted = [{"value": "1822", "fraction": 1}, {"value": "1822", "tolerance": "2", "fraction": 0.5}]
    assert [points(accepted, year) for year in ("1822", "1821", "1825")] == [10, 5, 0]


def test_very_large_and_very_small_numbers_are_compared_exactly() -> None:
    assert points([{"value": "1e99", "tolerance": "0"}], "1e99") == 10
    assert points([{"value": "1e99", "tolerance": "1e-90"}], "1e99") == 10
    assert points([{"value": "0", "tolerance": "1e-999"}], "1e-998") == 0


NO_NUMBERS: list[Any] = [
    *(
        "abc",
        "NaN",
        "Infinity",
        "-inf",
        "1e100",
        "1e9999",
        "1,000.5",
        "1 000",
        "5 kg",
        "1/2",
        "0x10",
        "1_000",
    ),
    *("\u0663", "1" * 65, "--1", ".", "1e", "a\0", float("nan"), float("inf"), 10**64, True, None, [1]),
]


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_what_is_no_number_is_refused(number: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        NUMERICAL.check_response({}, {"number": number})
    assert "number" in caught.value.details


def test_an_integer_beyond_what_python_prints_is_refused() -> None:
    with pytest.raises(errors.InvalidInput):
        NUMERICAL.check_response({}, {"number": 10**5000})


@pytest.mark.parametrize(
    ("number", "kept"),
    [(" 3,5 ", "3.5"), (3, "3"), (2.50, "2.5"), ("1.50", "1.50"), ("", ""), ("  ", ""), ("5.", "5.")],
)
def test_a_number_is_kept_as_text(number: Any, kept: str) -> None:
    assert NUMERICAL.check_response({}, {"number": number}) == {"number": kept}


@pytest.mark.parametrize(
    ("accepted", "field"),
    [
        ([{"value": "x"}], "accepted.0.value"),
        ([{"value": ""}], "accepted.0.value"),
        ([{}], "accepted.0.value"),
        ([{"value": "1", "tolerance": "-1"}], "accepted.0.tolerance"),
        ([{"min": "5", "max": "1"}], "accepted.0.max"),
        ([{"min": "5"}], "accepted.0.max"),
        ([{"min": "5", "max": "6", "value": "1"}], "accepted.0.value"),
        ([{"value": "1", "fraction": 0.5}], "accepted"),
        ([{"min": "0", "max": "9", "fraction": 0.5}, {"value": "1"}], "accepted"),
        ([], "accepted"),
    ],
)
def test_a_wrong_definition_names_its_field(accepted: list[Any], field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        NUMERICAL.validate_definition({"accepted": accepted})
    assert field in caught.value.details


def test_the_key_in_words() -> None:
    accepted = [{"value": "3.14", "tolerance": "0.01"}, {"min": "1", "max": "2"}, {"value": 7}]
    definition = NUMERICAL.validate_definition({"accepted": accepted})
    assert NUMERICAL.answer_key(definition) == {
        "response": {"number": "3.14"},
        "text": "3.14 ± 0.01 or 1 to 2 or 7",
    }
