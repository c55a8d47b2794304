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


def test_the_first_matching_number_decides() -> None:
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
def test_an_entry_that_is_no_number_is_refused(number: Any) -> None:
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
def test_a_number_is_stored_as_text(number: Any, kept: str) -> None:
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


def test_the_key_as_text() -> None:
    accepted = [{"value": "3.14", "tolerance": "0.01"}, {"min": "1", "max": "2"}, {"value": 7}]
    definition = NUMERICAL.validate_definition({"accepted": accepted})
    assert NUMERICAL.answer_key(definition) == {
        "response": {"number": "3.14"},
        "text": "3.14 ± 0.01 or 1 to 2 or 7",
    }


LENGTH = {
    "accepted": [{"value": "3.5", "tolerance": "0.01"}],
    "units": [{"text": "m", "multiplier": "1"}, {"text": "cm", "multiplier": "100"}],
}


@pytest.mark.parametrize(
    ("response", "earned"),
    [
        ({"number": "3.5", "unit": "m"}, 1),
        ({"number": "350", "unit": "cm"}, 1),
        ({"number": "351", "unit": "cm"}, 1),
        ({"number": "351.01", "unit": "cm"}, 0),
        ({"number": "3.5", "unit": "cm"}, 0),
        ({"number": "3.5"}, 0),
        ({"unit": "cm", "number": ""}, 0),
    ],
)
def test_a_number_is_compared_in_its_unit(response: dict[str, str], earned: int) -> None:
    definition = NUMERICAL.validate_definition(LENGTH)
    checked = NUMERICAL.check_response(definition, response)
    assert checked == response
    assert NUMERICAL.score(definition, checked, Decimal(1)).points == earned


def test_a_number_without_an_optional_unit_is_in_the_first_unit() -> None:
    definition = NUMERICAL.validate_definition({**LENGTH, "unitRequired": False})
    assert NUMERICAL.score(definition, {"number": "3.5"}, Decimal(1)).is_correct
    assert not NUMERICAL.score(definition, {"number": "3.5", "unit": "cm"}, Decimal(1)).is_correct


def test_units_are_shown_in_the_key_and_on_the_page() -> None:
    definition = NUMERICAL.validate_definition(LENGTH)
    assert NUMERICAL.response_text(definition, {"number": "350", "unit": "cm"}) == "350 cm"
    assert NUMERICAL.answer_key(definition) == {
        "response": {"number": "3.5", "unit": "m"},
        "text": "3.5 ± 0.01 m",
    }
    assert NUMERICAL.student_view(definition) == {"units": ["m", "cm"]}
    assert NUMERICAL.student_view(NUMERICAL.validate_definition({**LENGTH, "units": []})) == {}


@pytest.mark.parametrize("unit", ["mm", "", None, 1, []])
def test_another_unit_is_refused(unit: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        NUMERICAL.check_response(NUMERICAL.validate_definition(LENGTH), {"number": "1", "unit": unit})
    assert "unit" in caught.value.details


def test_a_unit_for_a_question_without_units_is_refused() -> None:
    plain = NUMERICAL.validate_definition({"accepted": LENGTH["accepted"]})
    with pytest.raises(errors.InvalidInput) as caught:
        NUMERICAL.check_response(plain, {"number": "1", "unit": "m"})
    assert "unit" in caught.value.details


@pytest.mark.parametrize(
    ("units", "field"),
    [
        ("m", "units"),
        ([{"text": "m", "multiplier": "2"}], "units.0.multiplier"),
        ([{"text": "m", "multiplier": "0"}], "units.0.multiplier"),
        ([{"text": "m"}], "units.0.multiplier"),
        ([{"text": "", "multiplier": "1"}], "units.0.text"),
        ([{"text": "m", "multiplier": "1"}, {"text": "m", "multiplier": "10"}], "units"),
        ([{"text": "m", "multiplier": "1", "factor": 2}], "units.0.factor"),
    ],
)
def test_invalid_units_are_refused(units: Any, field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        NUMERICAL.validate_definition({**LENGTH, "units": units})
    assert field in caught.value.details
