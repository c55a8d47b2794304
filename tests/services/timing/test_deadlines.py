"""Extensions, the ledger of time adjustments, and the warnings before the end."""

from __future__ import annotations

import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import InvalidInput
from exam_app.extensions import db
from exam_app.models import Activity, AdjustmentKind, Attempt, TimeAdjustment
from exam_app.rules.deadlines import deadline
from exam_app.services.attempts import closing
from exam_app.services.sessions import dashboard
from exam_app.services.taking import joining
from exam_app.services.timing import deadlines, time_warnings
from tests.factories import (
    AccommodationFactory,
    AttemptFactory,
    ExamSessionFactory,
    SessionAccommodationFactory,
    UserFactory,
)
from tests.helpers.times import GRACE, NOW, later, minutes


def extend(session: Any, actor: Any, attempts: list[Any] | None, count: int = 10, at: Any = NOW) -> Any:
    ids = None if attempts is None else [a if isinstance(a, uuid.UUID) else a.id for a in attempts]
    return deadlines.extend_time(session, actor, ids, count, " The fire alarm ", at)


def test_an_extension_is_in_the_ledger_with_its_reason(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    reply = extend(running, cast.priya, [attempt])
    moved = {"attemptId": str(attempt.id), "expiresAt": "2026-05-04T09:40:00.000Z", "secondsAdded": 600}
    assert reply == {"done": [moved], "refused": []}
    assert attempt.deadline_at == minutes(40)
    (row,) = db.session.query(TimeAdjustment)
    assert (row.kind, row.seconds, row.reason) == (AdjustmentKind.EXTENSION, 600, "The fire alarm")
    assert row.granted_by == cast.priya.id


def test_all_running_attempts_get_more_time(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    done = AttemptFactory(student=cast.cora, session=running, submitted=True)
    elsewhere = AttemptFactory(
        student=cast.carl, session=ExamSessionFactory(in_progress=True, school_class=cast.biology)
    )
    reply = extend(running, cast.priya, None)
    assert [row["attemptId"] for row in reply["done"]] == [str(attempt.id)]
    assert reply["refused"] == []
    assert done.deadline_at == elsewhere.deadline_at == minutes(30)


def test_time_for_all_scaled_by_accommodation(
    attempt: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    """Carl has a multiplier for the session, Cora a permanent one; Dana has none."""
    dana = UserFactory(organization=cast.school)
    cora, plain = (AttemptFactory(student=student, session=running) for student in (cast.cora, dana))
    AccommodationFactory(student=cast.carl, time_multiplier=3)
    SessionAccommodationFactory(session=running, student=cast.carl, time_multiplier=Decimal("1.33"))
    AccommodationFactory(student=cast.cora, time_multiplier=Decimal("1.5"), extra_minutes=20)
    reply = deadlines.extend_time(running, cast.priya, None, 7, "Fire alarm", NOW, scaled=True)
    given = {attempt.id: 559, cora.id: 630, plain.id: 420}  # 420 x 1.33 = 558.6
    assert {row["attemptId"]: row["secondsAdded"] for row in reply["done"]} == {
        str(attempt_id): seconds for attempt_id, seconds in given.items()
    }
    for one in (attempt, cora, plain):
        assert one.deadline_at == later(1800 + given[one.id])
    ledger = db.session.query(TimeAdjustment)
    assert {row.attempt_id: row.seconds for row in ledger} == given
    published = {event.to: event.data["secondsAdded"] for event in sent if event.name == "deadline_changed"}
    assert published == {f"attempt:{attempt_id}": seconds for attempt_id, seconds in given.items()}
    logged = db.session.query(Activity).filter_by(type="time_extended")
    assert {row.attempt_id: row.details["seconds"] for row in logged} == given


def test_attempts_that_cannot_be_extended_are_named(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    done = AttemptFactory(student=cast.cora, session=running, submitted=True)
    unknown = uuid.uuid4()
    reply = extend(running, cast.priya, [attempt, done, unknown])
    assert [row["attemptId"] for row in reply["done"]] == [str(attempt.id)]
    assert [row["attemptId"] for row in reply["refused"]] == [str(done.id), str(unknown)]


@pytest.mark.parametrize(("count", "reason"), [(0, "why"), (-5, "why"), (1441, "why"), (5, "  ")])
def test_invalid_values_are_refused(
    attempt: Any, running: Any, cast: SimpleNamespace, count: int, reason: str
) -> None:
    with pytest.raises(InvalidInput):
        deadlines.extend_time(running, cast.priya, None, count, reason, NOW)
    assert attempt.deadline_at == minutes(30)


@pytest.mark.parametrize("at", [later(1799), minutes(30), later(1800 + GRACE)])
def test_an_extension_in_the_last_second_counts(
    attempt: Any, running: Any, cast: SimpleNamespace, at: Any
) -> None:
    """The clock, woken for the old deadline, finds nothing due."""
    extend(running, cast.priya, [attempt], at=at)
    assert closing.close_due(later(1800 + GRACE)) == 0
    assert attempt.deadline_at == minutes(40)


def test_a_closed_attempt_cannot_be_extended(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    closing.close_due(minutes(31))
    assert extend(running, cast.priya, [attempt], at=minutes(32))["done"] == []


def test_an_extension_is_published_to_page_and_dashboard(
    attempt: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    extend(running, cast.priya, [attempt])
    event = next(e for e in sent if e.name == "deadline_changed")
    assert event.to == f"attempt:{attempt.id}"
    assert event.data["secondsAdded"] == 600
    assert (event.data["reason"], event.data["expiresAt"]) == (
        "The fire alarm",
        "2026-05-04T09:40:00.000Z",
    )
    (row,) = [r for r in dashboard.student_rows(running, NOW) if r["attemptId"]]
    assert (row["timeAdded"], row["expiresAt"]) == (600, "2026-05-04T09:40:00.000Z")


def test_the_ledger_explains_the_deadline(running: Any, cast: SimpleNamespace) -> None:
    """Start, limit and the sum of the ledger give exactly the stored deadline."""
    AccommodationFactory(student=cast.carl, extra_minutes=3)
    _, attempt = joining.join_session(cast.carl, running.id, minutes(2))
    extend(running, cast.priya, [attempt], 7)
    extend(running, cast.ines, None, 1)
    ledger = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id).order_by(TimeAdjustment.id)
    assert [row.kind.value for row in ledger] == ["accommodation", "extension", "extension"]
    total = sum(row.seconds for row in ledger)
    assert attempt.deadline_at == deadline(running.started_at, 30, total) == minutes(30 + 15 + 3 + 7 + 1)


# --- warnings -----------------------------------------------------------------------------------


@pytest.fixture
def warned(attempt: Any) -> Any:
    attempt.warn_at = minutes(25)
    db.session.commit()
    return attempt


def test_each_warning_is_given_once(warned: Any, sent: list[SimpleNamespace]) -> None:
    moments = (later(1499), minutes(25), minutes(26), minutes(29))
    counts = [time_warnings.give_due_warnings(at) for at in moments]
    assert counts == [0, 1, 0, 1]
    warnings = [event for event in sent if event.name == "time_warning"]
    assert [event.data["minutesLeft"] for event in warnings] == [5, 1]
    assert {event.to for event in warnings} == {f"attempt:{warned.id}"}
    assert time_warnings.give_due_warnings(minutes(40)) == 0


def test_an_extension_renews_the_warning(warned: Any, running: Any, cast: SimpleNamespace) -> None:
    time_warnings.give_due_warnings(minutes(25))
    extend(running, cast.priya, [warned], at=minutes(26))
    assert warned.warn_at == minutes(35)


def test_submitted_attempts_get_no_warning(warned: Any) -> None:
    db.session.query(Attempt).update({"status": "submitted"})
    db.session.commit()
    assert time_warnings.give_due_warnings(minutes(26)) == 0
