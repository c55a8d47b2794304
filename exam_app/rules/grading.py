"""Totals and grades."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SCALE: list[tuple[int, str]] = [
    (95, "A+"),
    (90, "A"),
    (85, "B+"),
    (80, "B"),
    (75, "C+"),
    (70, "C"),
    (65, "D+"),
    (60, "D"),
]
"""Lowest percentage of each grade, best first; below the last one it is an F."""

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Outcome:
    """What a score is worth."""

    score: Decimal
    max_score: Decimal
    percentage: Decimal
    grade: str
    passed: bool


def outcome(score: Decimal, max_score: Decimal, pass_percentage: Decimal) -> Outcome:
    percent = percentage(score, max_score)
    return Outcome(score, max_score, percent, grade(percent), percent >= pass_percentage)


def percentage(score: Decimal, max_score: Decimal) -> Decimal:
    """Share of the maximum in percent, two decimals, half up; 0 where nothing could be earned."""
    if max_score == 0:
        return Decimal("0.00")
    return (score * 100 / max_score).quantize(_CENT, rounding=ROUND_HALF_UP)


def grade(percent: Decimal) -> str:
    return next((letter for lowest, letter in SCALE if percent >= lowest), "F")
