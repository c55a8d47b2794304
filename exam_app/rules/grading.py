"""Totals and grades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from exam_app.errors import InvalidInput

MOST_GRADES = 30
DEFAULT_SCALE: list[dict[str, str]] = [
    {"name": "A+", "from": "95"},
    {"name": "A", "from": "90"},
    {"name": "B+", "from": "85"},
    {"name": "B", "from": "80"},
    {"name": "C+", "from": "75"},
    {"name": "C", "from": "70"},
    {"name": "D+", "from": "65"},
    {"name": "D", "from": "60"},
    {"name": "F", "from": "0"},
]
"""Each grade with its lower bound in percent, best first; the last one starts at 0."""

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Outcome:
    """A score as percentage, grade and pass or fail."""

    score: Decimal
    max_score: Decimal
    percentage: Decimal
    grade: str
    passed: bool


def outcome(
    score: Decimal, max_score: Decimal, pass_percentage: Decimal, scale: list[dict[str, str]]
) -> Outcome:
    percent = percentage(score, max_score)
    return Outcome(score, max_score, percent, grade(percent, scale), percent >= pass_percentage)


def percentage(score: Decimal, max_score: Decimal) -> Decimal:
    """Share of the maximum in percent, rounded half up to two decimals; 0 if the maximum is 0."""
    if max_score == 0:
        return Decimal("0.00")
    return (score * 100 / max_score).quantize(_CENT, rounding=ROUND_HALF_UP)


def grade(percent: Decimal, scale: list[dict[str, str]]) -> str:
    """The name of the first grade of a checked scale that `percent` reaches."""
    return next(step["name"] for step in scale if percent >= Decimal(step["from"]))


def checked_scale(steps: Sequence[tuple[str, Decimal]]) -> list[dict[str, str]]:
    """A scale from names and lower bounds in percent, in any order; the result is best first.

    :raises InvalidInput: no grade starts at 0, or names or bounds are invalid or not unique.
    """
    names, bounds = [name.strip() for name, _ in steps], [bound for _, bound in steps]
    problem = None
    if not 1 <= len(steps) <= MOST_GRADES:
        problem = f"Give 1 to {MOST_GRADES} grades."
    elif not all(1 <= len(name) <= 20 for name in names):
        problem = "Each grade needs a name of 1 to 20 characters."
    elif not all(0 <= bound <= 100 and bound == bound.quantize(_CENT) for bound in bounds):
        problem = "A grade starts at 0 to 100 percent, with at most two decimals."
    elif len(set(names)) < len(names):
        problem = "Two grades have the same name."
    elif len(set(bounds)) < len(bounds):
        problem = "Two grades start at the same percentage."
    elif min(bounds) != 0:
        problem = "The lowest grade must start at 0 percent, so that every result has a grade."
    if problem:
        raise InvalidInput(details={"grades": [problem]})
    ordered = sorted(zip(bounds, names, strict=True), reverse=True)
    return [{"name": name, "from": f"{bound.normalize():f}"} for bound, name in ordered]
