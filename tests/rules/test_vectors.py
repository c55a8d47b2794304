"""Numbers and words as `tests/vectors` has them; the tests of the page read the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules import typed_numbers, words
from exam_app.rules.question_types import decimals

_FOLDER = Path(__file__).parent.parent / "vectors"
NUMBERS: dict[str, list[Any]] = json.loads((_FOLDER / "numbers.json").read_text())
WORDS: list[tuple[str, int]] = json.loads((_FOLDER / "words.json").read_text())


@pytest.mark.parametrize(("text", "number"), NUMBERS["number"])
def test_what_can_mean_one_number_is_understood(text: str, number: str) -> None:
    assert typed_numbers.read(text) == typed_numbers.Reading(number=number)
    assert decimals.clean(text) == number
    assert not number or decimals.is_stored(number)


@pytest.mark.parametrize(("text", "decimal", "thousands"), NUMBERS["two"])
def test_what_can_mean_two_numbers_names_both(text: str, decimal: str, thousands: str) -> None:
    assert typed_numbers.read(text).meanings == (decimal, thousands)
    assert f"{decimal} or {thousands}" in typed_numbers.either((decimal, thousands))
    assert decimals.is_stored(decimal) and decimals.is_stored(thousands)


@pytest.mark.parametrize("text", NUMBERS["none"])
def test_what_is_no_number_says_why(text: str) -> None:
    assert typed_numbers.read(text).problem
    with pytest.raises(ValueError):
        decimals.clean(text)


@given(st.text("0123456789 ,.'-e^x10٫٬", max_size=20))
def test_a_number_that_was_understood_is_stored_and_stays(text: str) -> None:
    reading = typed_numbers.read(text)
    for number in [reading.number] if reading.number else reading.meanings or ():
        assert decimals.is_stored(number)
        assert decimals.clean(number) == number


@pytest.mark.parametrize(("text", "count"), WORDS)
def test_words_are_counted_alike(text: str, count: int) -> None:
    assert words.count(text) == count
