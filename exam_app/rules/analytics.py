"""Analytics of one attempt: speed, strengths, and comparison with others.

Shares are of points. Percentages have one decimal and are rounded half up; ``None`` means undefined or not
enough data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

STRONG, WEAK = Decimal("0.7"), Decimal("0.5")
"""A category is a strength from 70 % of its points on, a weakness below 50 %."""
MAX_TOPICS = 10
LEAST_OTHERS = 5
"""The fewest others that a student is compared with."""
_LEVELS = (("easy", "beginner"), ("medium", "intermediate"), ("hard", "advanced", "difficult"))
_CONTENT = ("beginner", "intermediate", "advanced", "expert")


@dataclass(frozen=True)
class Outcome:
    """The outcome of one question of the attempt; unanswered questions have 0 points and 0 seconds."""

    name: str
    category: str | None
    difficulty: str | None
    points: Decimal
    max_points: Decimal
    is_correct: bool
    is_answered: bool
    time_spent: int


def rounded(value: Decimal | float | int, places: int = 1) -> float:
    """`value` rounded half up to `places` decimals."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def performance(outcomes: Sequence[Outcome], seconds: int) -> dict[str, Any]:
    """Correctness and speed; `seconds` is the time from start to submission.

    `averageTimePerQuestion`: `seconds` over all questions. `fastestQuestion`, `slowestQuestion`: the fewest
    and the most seconds recorded for an answered question. `timeEfficiency`: the share of the recorded time
    spent on correctly answered questions, from 0 to 1.
    """
    correct = sum(outcome.is_correct for outcome in outcomes)
    times = [outcome.time_spent for outcome in outcomes if outcome.is_answered and outcome.time_spent]
    noted = sum(outcome.time_spent for outcome in outcomes)
    well_spent = sum(outcome.time_spent for outcome in outcomes if outcome.is_correct)
    return {
        "questionsCorrect": correct,
        "questionsIncorrect": len(outcomes) - correct,
        "correctRate": rounded(Decimal(100 * correct) / len(outcomes)),
        "averageTimePerQuestion": seconds // len(outcomes),
        "fastestQuestion": min(times, default=None),
        "slowestQuestion": max(times, default=None),
        "timeEfficiency": rounded(Decimal(well_spent) / noted, 2) if noted else None,
    }


def insights(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Strengths, weaknesses and recommended topics.

    `strengths`, `weaknesses`: categories, the clearest first; questions without a category are ignored.
    `recommendedTopics`: names of questions in weak categories that earned less than half of their points,
    those that lost most points first.
    """
    shares = _shares(outcomes, lambda outcome: outcome.category)
    strong = [name for name, share in shares.items() if share >= STRONG]
    weak = [name for name, share in shares.items() if share < WEAK]
    missed = [o for o in outcomes if o.category in weak and o.points < o.max_points * WEAK]
    missed.sort(key=lambda outcome: outcome.points - outcome.max_points)
    return {
        "strengths": sorted(strong, key=lambda name: -shares[name]),
        "weaknesses": sorted(weak, key=lambda name: shares[name]),
        "recommendedTopics": list(dict.fromkeys(outcome.name for outcome in missed))[:MAX_TOPICS],
        "difficultyProgression": _progression(outcomes),
    }


def by_category(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """The `points` earned of `maxPoints` and their `share` in percent over the `questions` of each category,
    in the order of the test. Questions without a category and categories without points are ignored."""
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.category is not None:
            found.setdefault(outcome.category, []).append(outcome)
    rows = []
    for category, some in found.items():
        earned, possible = sum(o.points for o in some), sum(o.max_points for o in some)
        if possible:
            share = rounded(100 * earned / possible)
            row = {"points": float(earned), "maxPoints": float(possible), "share": share}
            rows.append({"category": category, "questions": len(some), **row})
    return rows


def _progression(outcomes: Sequence[Outcome]) -> str | None:
    """By the first difficulty, from easy to hard, below 70 % of its points; None if none has a difficulty."""
    shares = _shares(outcomes, _level)
    if not shares:
        return None
    for level in sorted(shares):
        if shares[level] < STRONG:
            return f"Practise {_CONTENT[level]} content"
    return f"Ready for {_CONTENT[max(shares) + 1]} content"


def _level(outcome: Outcome) -> int | None:
    word = (outcome.difficulty or "").strip().lower()
    return next((level for level, words in enumerate(_LEVELS) if word in words), None)


def _shares(outcomes: Sequence[Outcome], group: Callable[[Outcome], Any]) -> dict[Any, Decimal]:
    """Points earned over points possible, by group; outcomes with group None are ignored."""
    earned: dict[Any, Decimal] = {}
    possible: dict[Any, Decimal] = {}
    for outcome in outcomes:
        key = group(outcome)
        if key is not None:
            earned[key] = earned.get(key, Decimal(0)) + outcome.points
            possible[key] = possible.get(key, Decimal(0)) + outcome.max_points
    return {key: earned[key] / possible[key] for key in earned if possible[key]}


def about_above(below: int, equal: int, others: int) -> int | None:
    """The percentage of others whom the student outperformed, to the nearest ten: those below plus half of
    those equal. None if fewer than `LEAST_OTHERS` have a result, as it could identify individuals."""
    if others < LEAST_OTHERS:
        return None
    tenths = Decimal(10 * (2 * below + equal)) / (2 * others)
    return 10 * int(tenths.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percentile(below: int, equal: int, total: int) -> int | None:
    """The percentile rank among `total`, the student included: the share below plus half of those equal."""
    if total == 0:
        return None
    rank = Decimal(100) * (2 * below + equal) / (2 * total)
    return int(rank.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def better_than_peers(below: int, total: int) -> float | None:
    """The share of the others, in percent, who scored less; None without others."""
    return rounded(Decimal(100 * below) / (total - 1)) if total > 1 else None
