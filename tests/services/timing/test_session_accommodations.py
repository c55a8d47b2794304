"""An accommodation for one session overrides the permanent one there, and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import SessionAccommodation, TimeAdjustment
from exam_app.services.attempts import reset, starting
from exam_app.services.taking import joining
from exam_app.services.timing import accommodations
from tests.factories import (
    AccommodationFactory,
    AttemptFactory,
    ExamSessionFactory,
    SessionAccommodationFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.times import NOW, minutes


def give(cast: SimpleNamespace, session: Any, multiplier: str, extra: int = 0) -> None:
    accommodations.accommodate_in(cast.ines, session, cast.carl, Decimal(multiplier), extra, "A new arm", NOW)


def give_always(cast: SimpleNamespace, multiplier: str) -> int:
    return accommodations.accommodate(cast.ines, [cast.carl], Decimal(multiplier), 0, "Reads slowly", NOW)


def ledger(attempt: Any) -> list[tuple[int, str]]:
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id).order_by(TimeAdjustment.id)
    return [(row.seconds, row.reason) for row in rows]


def test_it_applies_when_the_attempt_starts(running: Any, cast: SimpleNamespace) -> None:
    AccommodationFactory(student=cast.carl, time_multiplier=2)
    SessionAccommodationFactory(session=running, student=cast.carl, time_multiplier=1, extra_minutes=4)
    _, attempt = joining.join_session(cast.carl, running.id, NOW)
    assert attempt.deadline_at == minutes(34)
    elsewhere = TestFactory(author=cast.ines, practice=True, published=True)
    assert starting.start_attempt(cast.carl, elsewhere.id, NOW).deadline_at == minutes(60)


def test_a_running_attempt_gets_the_difference(
    attempt: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    give_always(cast, "1.5")
    give(cast, running, "1.2")
    assert attempt.deadline_at == minutes(36)
    assert ledger(attempt) == [(900, "Reads slowly"), (-540, "A new arm")]
    changes = [event for event in sent if event.name == "deadline_changed"]
    assert [(event.to, event.data["secondsAdded"]) for event in changes] == [
        (f"attempt:{attempt.id}", 900),
        (f"attempt:{attempt.id}", -540),
    ]
    sent.clear()
    give(cast, running, "1.2")
    assert "deadline_changed" not in [event.name for event in sent]


def test_another_session_is_unaffected(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    other = ExamSessionFactory(in_progress=True, school_class=cast.biology)
    theirs = AttemptFactory(student=cast.carl, session=other)
    give(cast, other, "2")
    assert (attempt.deadline_at, theirs.deadline_at) == (minutes(30), minutes(60))


def test_the_permanent_accommodation_does_not_affect_it(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    practice = AttemptFactory(student=cast.carl, test=test)
    give(cast, running, "1.2")
    assert give_always(cast, "2") == 1
    assert (attempt.deadline_at, practice.deadline_at) == (minutes(36), minutes(60))


def test_after_withdrawal_the_permanent_accommodation_applies(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    give_always(cast, "2")
    give(cast, running, "1")
    assert attempt.deadline_at == minutes(30)
    for _ in range(2):
        accommodations.withdraw_in(cast.ines, running, cast.carl, NOW)
        assert attempt.deadline_at == minutes(60)
    assert [seconds for seconds, _ in ledger(attempt)] == [1800, -1800, 1800]
    assert db.session.query(SessionAccommodation).count() == 0


def test_a_reset_preserves_it(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    give(cast, running, "1.5", 2)
    successor = reset.reset(cast.ines, attempt, "A broken laptop", False, minutes(5))
    assert successor.deadline_at == minutes(47)


def test_the_effective_accommodation_and_its_source(running: Any, cast: SimpleNamespace) -> None:
    def shown() -> tuple[str, float, int]:
        effective = accommodations.accommodation_in(running, cast.carl)
        return effective["source"], effective["timeMultiplier"], effective["extraMinutes"]

    assert shown() == ("none", 1, 0)
    give_always(cast, "1.5")
    assert shown() == ("standing", 1.5, 0)
    give(cast, running, "1.25", 3)
    assert shown() == ("session", 1.25, 3)


def test_who_may_decide_for_whom(running: Any, cast: SimpleNamespace) -> None:
    stranger = UserFactory(organization=cast.school)
    colleague = UserFactory(instructor=True, organization=cast.school)
    refused = [(cast.ines, stranger), (cast.ada, stranger), (colleague, cast.carl), (cast.otto, cast.carl)]
    for actor, student in refused:
        with pytest.raises(NotFound):
            accommodations.participant_for(actor, running.id, student.id)
    for actor in (cast.ines, cast.ada):
        assert accommodations.participant_for(actor, running.id, cast.carl.id) == (running, cast.carl)
