"""Totals and grades."""

from __future__ import annotations

from decimal import Decimal

import pytest

from exam_app.rules import grading


@pytest.mark.parametrize(
    ("score", "maximum", "percent"),
    [
        ("0", "20", "0.00"),
        ("20", "20", "100.00"),
        ("1", "3", "33.33"),
        ("2", "3", "66.67"),
        ("1", "800", "0.13"),  # 0.125, half up
        ("0", "0", "0.00"),
    ],
)
def test_percentage(score: str, maximum: str, percent: str) -> None:
    assert str(grading.percentage(Decimal(score), Decimal(maximum))) == percent


@pytest.mark.parametrize(
    ("percent", "letter"),
    [
        ("100", "A+"),
        ("95", "A+"),
        ("94.99", "A"),
        ("85", "B+"),
        ("80", "B"),
        ("75", "C+"),
        ("70", "C"),
        ("65", "D+"),
        ("60", "D"),
        ("59.99", "F"),
        ("0", "F"),
    ],
)
def test_grade(percent: str, letter: str) -> None:
    assert grading.grade(Decimal(percent), grading.DEFAULT_SCALE) == letter
