"""How a student develops over attempts: improvement, struggle areas and engagement.

Shares are of points; percentages have one decimal. None: not enough data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from exam_app.rules.analytics import STRONG, WEAK, rounded

LEAST_QUESTIONS = 3
"""The fewest questions from which a category is rated: one slip is not a struggle."""
RECENTLY = timedelta(days=30)


@dataclass(frozen=True)
class Topic:
    """The outcome of the questions of one category in one attempt."""

    category: str
    questions: int
    earned: Decimal
    possible: Decimal


@dataclass(frozen=True)
class VisibleAttempt:
    """An attempt whose result the viewer may see. `answered` of its `questions` have an answer."""

    test_id: int
    started_at: datetime
    percentage: Decimal
    answered: int
    questions: int
    topics: tuple[Topic, ...]


def learning_velocity(attempts: Sequence[VisibleAttempt]) -> float | None:
    """Percentage points gained by each further attempt at the same test.

    Σ (last − first) / Σ (attempts − 1), over the tests that were taken more than once. Different tests are
    not compared: one may simply be harder. None without a second attempt.
    """
    gained, further = Decimal(0), 0
    for of_test in _by_test(attempts).values():
        gained += of_test[-1].percentage - of_test[0].percentage
        further += len(of_test) - 1
    return rounded(gained / further) if further else None


def gains(attempts: Sequence[VisibleAttempt]) -> list[float | None]:
    """For each attempt the gain in percentage points over the previous attempt at the same test; None for
    first attempts."""
    before: dict[int, Decimal] = {}
    found: list[float | None] = [None] * len(attempts)
    for index, attempt in sorted(enumerate(attempts), key=lambda one: one[1].started_at):
        if attempt.test_id in before:
            found[index] = rounded(attempt.percentage - before[attempt.test_id])
        before[attempt.test_id] = attempt.percentage
    return found


def categories(attempts: Sequence[VisibleAttempt]) -> list[dict[str, Any]]:
    """The current state of each category, the strongest first.

    `share`: 100 Σ earned / Σ possible over the latest attempt at each test, of `questions` questions.
    `change`: over the tests taken more than once, the share in the latest attempts less that in the first
    ones; None without any. `standing`: `strength` from 70 % on, `weakness` below 50 %, else `between`; None
    of fewer than three questions.
    """
    tests = _by_test(attempts).values()
    now = _categories([of_test[-1] for of_test in tests])
    then = _categories([of_test[0] for of_test in tests if len(of_test) > 1])
    again = _categories([of_test[-1] for of_test in tests if len(of_test) > 1])
    found = [
        {
            "category": name,
            "share": rounded(100 * topic.earned / topic.possible),
            "questions": topic.questions,
            "change": _change(then.get(name), again.get(name)),
            "standing": _level(topic),
        }
        for name, topic in now.items()
    ]
    return sorted(found, key=lambda area: (-area["share"], area["category"]))


def struggle_areas(attempts: Sequence[VisibleAttempt]) -> list[dict[str, Any]]:
    """The `categories` that are a weakness now, the weakest first."""
    weak = [area for area in categories(attempts) if area.pop("standing") == "weakness"]
    return sorted(weak, key=lambda area: (area["share"], area["category"]))


def _level(topic: Topic) -> str | None:
    if topic.questions < LEAST_QUESTIONS:
        return None
    if topic.earned < WEAK * topic.possible:
        return "weakness"
    return "strength" if topic.earned >= STRONG * topic.possible else "between"


def engagement(attempts: Sequence[VisibleAttempt], now: datetime) -> dict[str, Any]:
    """Of the last 30 days: `attempts`, `activeDays` (days in UTC with a start), and `answered`, the share of
    questions that got an answer, in percent."""
    recent = [attempt for attempt in attempts if now - RECENTLY < attempt.started_at <= now]
    asked = sum(attempt.questions for attempt in recent)
    answered = sum(attempt.answered for attempt in recent)
    return {
        "days": RECENTLY.days,
        "attempts": len(recent),
        "activeDays": len({attempt.started_at.date() for attempt in recent}),
        "answered": rounded(Decimal(100 * answered) / asked) if asked else None,
    }


def _by_test(attempts: Sequence[VisibleAttempt]) -> dict[int, list[VisibleAttempt]]:
    """The attempts at each test, the earliest first."""
    found: dict[int, list[VisibleAttempt]] = {}
    for attempt in sorted(attempts, key=lambda attempt: attempt.started_at):
        found.setdefault(attempt.test_id, []).append(attempt)
    return found


def _categories(attempts: Sequence[VisibleAttempt]) -> dict[str, Topic]:
    found: dict[str, Topic] = {}
    for topic in (topic for attempt in attempts for topic in attempt.topics if topic.possible):
        so_far = found.get(topic.category, Topic(topic.category, 0, Decimal(0), Decimal(0)))
        found[topic.category] = Topic(
            topic.category,
            so_far.questions + topic.questions,
            so_far.earned + topic.earned,
            so_far.possible + topic.possible,
        )
    return found


def _change(then: Topic | None, again: Topic | None) -> float | None:
    if then is None or again is None:
        return None
    return rounded(100 * (again.earned / again.possible - then.earned / then.possible))
