"""Deadlines, to the second, at every boundary."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from exam_app.rules import deadlines
from tests.helpers.times import GRACE, NOW, later, minutes

DEADLINE = minutes(30)


@pytest.mark.parametrize(
    ("seconds_after", "accepted"),
    [(-1, True), (0, True), (GRACE, True), (GRACE + 0.001, False), (GRACE + 1, False), (86_400, False)],
)
def test_an_arrival_is_judged_against_deadline_and_grace(seconds_after: float, accepted: bool) -> None:
    arrived = DEADLINE + timedelta(seconds=seconds_after)
    assert deadlines.accepts(arrived, DEADLINE, GRACE) is accepted


@pytest.mark.parametrize(
    ("adjustments", "window_end", "expected"),
    [
        (0, None, minutes(30)),
        (600, None, minutes(40)),
        (-60, None, minutes(29)),
        (0, minutes(20), minutes(20)),
        (0, minutes(45), minutes(30)),
        # Extra time is added after the closing date: a student who has it is not cut off.
        (600, minutes(20), minutes(30)),
    ],
)
def test_the_deadline_is_start_limit_window_and_ledger(
    adjustments: int, window_end: datetime | None, expected: datetime
) -> None:
    assert deadlines.deadline(NOW, 30, adjustments, window_end) == expected


@pytest.mark.parametrize(
    ("limit", "multiplier", "extra_minutes", "seconds"),
    [
        (60, "1", 0, 0),
        (60, "1.5", 0, 1800),
        (60, "1", 10, 600),
        (60, "1.25", 5, 1200),
        (1, "1.01", 0, 1),  # 0.6 of a second, rounded in the student's favour
    ],
)
def test_an_accommodation_in_seconds(limit: int, multiplier: str, extra_minutes: int, seconds: int) -> None:
    assert deadlines.accommodation_seconds(limit, Decimal(multiplier), extra_minutes) == seconds


@pytest.mark.parametrize(("at", "left"), [(NOW, 1800), (later(1799.5), 0), (DEADLINE, 0), (minutes(99), 0)])
def test_seconds_left_are_whole_and_never_negative(at: datetime, left: int) -> None:
    assert deadlines.seconds_left(at, DEADLINE) == left


@pytest.mark.parametrize(
    ("count", "multiplier", "seconds"), [(10, "1", 600), (10, "1.5", 900), (7, "1.33", 559), (1, "1.01", 61)]
)
def test_minutes_scaled_by_a_time_multiplier(count: int, multiplier: str, seconds: int) -> None:
    assert deadlines.extension_seconds(count, Decimal(multiplier)) == seconds


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, minutes(25)),
        (minutes(25), minutes(29)),  # already given: the next one
        (minutes(26), minutes(29)),  # missed: not given later
        (minutes(29), None),
        (minutes(31), None),
    ],
)
def test_the_next_warning(at: datetime, expected: datetime | None) -> None:
    assert deadlines.next_warning(at, DEADLINE, [5, 1]) == expected
    assert deadlines.next_warning(at, DEADLINE, [1, 5]) == expected
    assert deadlines.next_warning(at, DEADLINE, []) is None
