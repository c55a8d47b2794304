"""A student's permanent accommodation, which also applies to attempts in progress."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import TimeAdjustment
from exam_app.services.attempts import starting
from exam_app.services.organizations import classes
from exam_app.services.timing import accommodations
from tests.factories import TestFactory, UserFactory
from tests.helpers.times import NOW, minutes


def give(cast: SimpleNamespace, multiplier: str, extra: int, note: str = "Reads slowly") -> int:
    return accommodations.accommodate(cast.ines, [cast.carl], Decimal(multiplier), extra, note, NOW)


def ledger(attempt: Any) -> list[int]:
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id).order_by(TimeAdjustment.id)
    return [row.seconds for row in rows]


def test_a_running_attempt_gets_the_difference(attempt: Any, cast: SimpleNamespace) -> None:
    assert give(cast, "1.5", 0) == 1
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(45)
    assert give(cast, "1.25", 5) == 1
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(42.5)
    assert give(cast, "1.25", 5) == 0
    assert ledger(attempt) == [900, -150]
    assert attempt.warn_at == minutes(37.5)


def test_an_accommodation_applies_to_the_next_attempt(cast: SimpleNamespace) -> None:
    give(cast, "1.5", 2)
    test = TestFactory(author=cast.ines, practice=True, published=True)
    attempt = starting.start_attempt(cast.carl, test.id, NOW)
    assert attempt.deadline_at == minutes(47)


def test_ended_attempts_are_unchanged(attempt: Any, cast: SimpleNamespace) -> None:
    attempt.status = "submitted"
    db.session.commit()
    assert give(cast, "2", 0) == 0
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(30)


def test_a_whole_class_gets_an_accommodation(attempt: Any, cast: SimpleNamespace) -> None:
    students = classes.enrolled(cast.biology)
    assert accommodations.accommodate(cast.ines, students, Decimal(1), 10, "Slow network", NOW) == 1
    assert {accommodations.accommodation_of(student)["extraMinutes"] for student in students} == {10}


def test_whom_an_instructor_may_not_accommodate(cast: SimpleNamespace) -> None:
    stranger = UserFactory(organization_id=cast.carl.organization_id)
    for nobody in (stranger, cast.priya):
        with pytest.raises(NotFound):
            accommodations.student_for(cast.ines, nobody.id)
    assert accommodations.student_for(cast.ada, stranger.id) == stranger
