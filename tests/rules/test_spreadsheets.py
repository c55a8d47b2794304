"""Cell contents that a spreadsheet program opens safely."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.spreadsheets import cell, csv_of


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Carl", "", "2 - 1", -1.5, 3, None])
def test_other_values_are_unchanged(value: Any) -> None:
    assert cell(value) == value


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0")), min_size=1))
def test_every_value_round_trips_and_no_formula_runs(texts: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(csv_of(["A"] * len(texts), [texts]).removeprefix("\ufeff"))))
    assert [text.removeprefix("'") for text in rows[1]] == [text.removeprefix("'") for text in texts]
    assert not [text for text in rows[1] if text.startswith(("=", "+", "-", "@"))]
