"""Time granted after the end: attempts that the deadline closed go on if they have time left with it."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AlreadyGranted, InvalidTransition
from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, Outage, Reopening, TimeAdjustment
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.services.attempts import closing
from exam_app.services.operations.consistency import differences
from exam_app.services.reopening import late_time
from exam_app.services.taking import submissions
from exam_app.services.timing import outage_credits
from tests.factories import AccommodationFactory, AttemptFactory, TestFactory
from tests.helpers.results import answer
from tests.helpers.times import later, minutes

A = AttemptStatus


@pytest.fixture
def expired(attempt: Any) -> Any:
    answer(attempt, "true_false")
    closing.close_due(minutes(31))
    return attempt


def ledger(attempt: Any) -> list[tuple[AdjustmentKind, int]]:
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id).order_by(TimeAdjustment.id)
    return [(row.kind, row.seconds) for row in rows]


class TestExtension:
    @pytest.mark.parametrize("everyone", [False, True])
    def test_an_expired_attempt_goes_on(
        self, expired: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace], everyone: bool
    ) -> None:
        ids = None if everyone else [expired.id]
        reply = late_time.extend_time(running, cast.priya, ids, 10, "Fire alarm", minutes(32))
        assert reply["reopened"] == [str(expired.id)] and reply["refused"] == []
        assert [done["secondsAdded"] for done in reply["done"]] == [600]
        db.session.refresh(expired)
        assert (expired.status, expired.deadline_at) == (A.IN_PROGRESS, minutes(40))
        assert ledger(expired) == [(AdjustmentKind.EXTENSION, 600)]
        (event,) = [one.data for one in sent if one.name == "attempt_reopened"]
        assert (event["expiresAt"], event["reason"]) == ("2026-05-04T09:40:00.000Z", "Fire alarm")
        db.session.refresh(running)
        assert running.status == SessionStatus.IN_PROGRESS
        answer(expired, "numerical", at=minutes(33))
        submissions.submit(cast.carl, expired.id, None, True, minutes(34))
        assert differences([expired.id]) == []

    def test_what_a_student_handed_in_stays_closed(
        self, attempt: Any, running: Any, cast: SimpleNamespace
    ) -> None:
        submissions.submit(cast.carl, attempt.id, None, True, minutes(10))
        named = late_time.extend_time(running, cast.priya, [attempt.id], 10, "Alarm", minutes(12))
        everyone = late_time.extend_time(running, cast.priya, None, 10, "Alarm", minutes(12))
        assert named["done"] == named["reopened"] == everyone["done"] == everyone["reopened"] == []
        assert db.session.query(Reopening).count() == 0

    def test_too_few_minutes_are_refused(self, expired: Any, running: Any, cast: SimpleNamespace) -> None:
        reply = late_time.extend_time(running, cast.priya, [expired.id], 5, "Alarm", minutes(36))
        assert reply["done"] == reply["reopened"] == []
        assert "or reopen the attempt" in reply["refused"][0]["reason"]

    def test_after_the_release_it_is_refused(self, expired: Any, running: Any, cast: SimpleNamespace) -> None:
        running.results_released_at = minutes(31)
        db.session.commit()
        reply = late_time.extend_time(running, cast.priya, [expired.id], 10, "Alarm", minutes(32))
        assert "released" in reply["refused"][0]["reason"] and reply["done"] == []

    def test_scaled_minutes_are_enough_for_one_and_not_for_another(
        self, expired: Any, running: Any, cast: SimpleNamespace
    ) -> None:
        AccommodationFactory(student=cast.carl, time_multiplier=Decimal("1.5"))
        reply = late_time.extend_time(running, cast.priya, None, 4, "Alarm", later(34 * 60 + 30), True)
        assert reply["reopened"] == [str(expired.id)]
        db.session.refresh(expired)
        assert expired.deadline_at == minutes(36)

    def test_a_self_paced_attempt(self, cast: SimpleNamespace) -> None:
        test = TestFactory(author=cast.ines, practice=True, published=True)
        attempt = AttemptFactory(student=cast.carl, test=test)
        closing.close_due(minutes(31))
        given = late_time.extend_attempt(attempt, cast.ines, 10, "Alarm", minutes(32))
        assert (given["reopened"], given["newEndTime"]) == (True, "2026-05-04T09:40:00.000Z")
        closing.close_due(minutes(41))
        with pytest.raises(InvalidTransition, match="or reopen the attempt"):
            late_time.extend_attempt(attempt, cast.ines, 1, "Alarm", minutes(50))
        assert db.session.get_one(Attempt, attempt.id).status == A.EXPIRED


class TestOutageCredit:
    @pytest.fixture
    def outage(self, database: None) -> Outage:
        outage = Outage(began_at=minutes(28), ended_at=minutes(31))
        db.session.add(outage)
        db.session.commit()
        return outage

    def test_an_attempt_that_expired_during_the_outage_has_the_minutes_from_now(
        self, expired: Any, running: Any, outage: Outage, cast: SimpleNamespace
    ) -> None:
        reply = late_time.credit(running, cast.priya, outage.id, True, minutes(40))
        assert reply["reopened"] == [str(expired.id)] and reply["refused"] == []
        db.session.refresh(expired)
        assert (expired.status, expired.deadline_at) == (A.IN_PROGRESS, minutes(43))
        assert ledger(expired) == [(AdjustmentKind.PAUSE, 600), (AdjustmentKind.OUTAGE_CREDIT, 180)]
        db.session.refresh(running)
        assert running.status == SessionStatus.IN_PROGRESS
        taken = outage_credits.undo(running, cast.priya, outage.id, minutes(41))
        assert [row["reason"] for row in taken["refused"]] == ["Its time would be up."]

    @pytest.mark.parametrize(("at", "goes_on"), [(34, True), (36, False)])
    def test_one_that_expired_afterwards_goes_on_if_time_is_left(
        self, attempt: Any, running: Any, outage: Outage, cast: SimpleNamespace, at: int, goes_on: bool
    ) -> None:
        attempt.deadline_at = minutes(33)
        db.session.commit()
        keeps_open = AttemptFactory(student=cast.cora, session=running, deadline_at=minutes(60))
        closing.close_due(later(33 * 60 + 3))
        reply = late_time.credit(running, cast.priya, outage.id, True, minutes(at))
        assert str(keeps_open.id) in [done["attemptId"] for done in reply["done"]]
        db.session.refresh(attempt)
        assert reply["reopened"] == ([str(attempt.id)] if goes_on else [])
        assert attempt.deadline_at == (minutes(36) if goes_on else minutes(33))

    def test_only_once(self, expired: Any, running: Any, outage: Outage, cast: SimpleNamespace) -> None:
        late_time.credit(running, cast.priya, outage.id, True, minutes(32))
        closing.close_due(minutes(36))
        with pytest.raises(InvalidTransition):
            late_time.credit(running, cast.priya, outage.id, True, minutes(36))
        db.session.refresh(expired)
        assert expired.status == A.EXPIRED


class TestTheSameTimeTwice:
    def test_the_second_is_told_of_the_first(self, attempt: Any, running: Any, cast: SimpleNamespace) -> None:
        late_time.extend_time(running, cast.priya, None, 10, "Fire alarm", minutes(5))
        with pytest.raises(AlreadyGranted, match="Priya Patel has just given the same time") as refused:
            late_time.extend_time(running, cast.ines, [attempt.id], 10, "Alarm", later(359))
        assert refused.value.details["attemptIds"] == [str(attempt.id)]
        assert refused.value.details["grantedBy"]["userId"] == str(cast.priya.id)
        db.session.refresh(attempt)
        assert attempt.deadline_at == minutes(40)
        late_time.extend_time(running, cast.ines, [attempt.id], 10, "Alarm", later(359), confirmed=True)
        db.session.refresh(attempt)
        assert attempt.deadline_at == minutes(50)

    def test_nothing_is_reopened_on_the_way(self, expired: Any, running: Any, cast: SimpleNamespace) -> None:
        other = AttemptFactory(student=cast.cora, session=running, deadline_at=minutes(60))
        late_time.extend_time(running, cast.priya, [other.id], 10, "Alarm", minutes(32))
        with pytest.raises(AlreadyGranted):
            late_time.extend_time(running, cast.ines, None, 10, "Alarm", minutes(32))
        db.session.refresh(expired)
        assert expired.status == A.GRADED and db.session.query(Reopening).count() == 0

    @pytest.mark.parametrize(
        ("who", "count", "at"), [("priya", 10, 310), ("ines", 5, 310), ("ines", 10, 361)]
    )
    def test_another_time_the_same_person_or_later_counts(
        self, attempt: Any, running: Any, cast: SimpleNamespace, who: str, count: int, at: int
    ) -> None:
        late_time.extend_time(running, cast.priya, None, 10, "Fire alarm", minutes(5))
        reply = late_time.extend_time(running, getattr(cast, who), None, count, "Alarm", later(at))
        assert len(reply["done"]) == 1
