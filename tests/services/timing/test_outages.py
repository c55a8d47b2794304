"""Outages: detected by one process, credited once, reverted once, and never to a student's disadvantage."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy.exc import OperationalError

from exam_app.errors import AppError, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import (
    AdjustmentKind,
    Attempt,
    ExamSession,
    Outage,
    OutageCredit,
    ServiceLife,
    TimeAdjustment,
    User,
)
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.attempts import closing, control, reset
from exam_app.services.sessions import dashboard, lifecycle
from exam_app.services.taking import joining
from exam_app.services.taking import state as attempt_state
from exam_app.services.timing import deadlines, outage_credits, outages
from exam_app.web import heartbeat
from tests.factories import (
    AccommodationFactory,
    AttemptFactory,
    EnrolmentFactory,
    ExamSessionFactory,
    UserFactory,
)
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def outage(running: Any, attempt: Any) -> Outage:
    """The service was down for 2 minutes and 10 seconds, from the fifth minute on."""
    row = Outage(began_at=minutes(5), ended_at=later(430))
    db.session.add(row)
    db.session.commit()
    return row


def deadline_of(attempt: Any) -> datetime:
    """The deadline, checked against the ledger."""
    db.session.refresh(attempt)
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id)
    assert attempt.deadline_at == minutes(30) + timedelta(seconds=sum(row.seconds for row in rows))
    return attempt.deadline_at


# --- detecting ----------------------------------------------------------------------------------


def test_a_running_service_has_no_outage(running: Any) -> None:
    for seconds in (0, 3, 18, 18, 33):
        assert outages.stamp(later(seconds)) is None
    assert db.session.query(Outage).count() == 0


def test_missing_stamps_are_an_outage(running: Any, sent: list[SimpleNamespace]) -> None:
    outages.stamp(NOW)
    outage_id = outages.stamp(later(15.5))
    assert outages.stamp(later(16)) is None
    (shown,) = outages.outages_of(running)
    assert shown == {
        "outageId": outage_id,
        "beganAt": "2026-05-04T09:00:00.000Z",
        "endedAt": "2026-05-04T09:00:15.500Z",
        "seconds": 16,
        "minutes": 1,
        "creditedAt": None,
        "creditedBy": None,
        "undoneAt": None,
        "scaled": None,
    }
    (announced,) = sent
    assert (announced.name, announced.to) == ("outage_detected", f"monitor:{running.id}")
    assert announced.data["outage"] == shown


def test_an_earlier_stamp_is_ignored(running: Any) -> None:
    outages.stamp(later(10))
    assert outages.stamp(later(4)) is None
    assert outages.stamp(later(20)) is None
    assert db.session.query(ServiceLife).one().seen_at == later(20)


def test_only_running_sessions_are_affected(
    cast: SimpleNamespace, exam: Any, sitting: Any, running: Any, sent: list[SimpleNamespace]
) -> None:
    over = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, completed_at=minutes(40))
    outages.stamp(minutes(45))
    outages.stamp(minutes(600))
    assert outages.outages_of(sitting) == outages.outages_of(over) == []
    assert len(outages.outages_of(running)) == 1
    assert [event.data["sessionId"] for event in sent] == [str(running.id)]
    snapshot = dashboard.snapshot(running, cast.priya, minutes(601))
    assert snapshot["outages"] == outages.outages_of(running)


def test_the_heartbeat_survives_an_unreachable_engine(
    app: Flask, running: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.extensions, "redis", Redis.from_url("redis://127.0.0.1:1"))
    heartbeat.beat(app, NOW)
    heartbeat.beat(app, later(60))
    assert db.session.query(Outage).count() == 1

    def fail(now: datetime) -> None:
        raise OperationalError("SELECT 1", None, Exception("server closed the connection"))

    with monkeypatch.context() as broken, caplog.at_level(logging.WARNING):
        broken.setattr(outages, "stamp", fail)
        heartbeat.beat(app, later(90))
    assert "the database is unreachable" in caplog.text
    heartbeat.beat(app, later(120))
    assert db.session.query(Outage).count() == 2


# --- crediting ----------------------------------------------------------------------------------


def test_every_attempt_gets_the_minutes_rounded_up(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    AccommodationFactory(student=cast.cora, time_multiplier=Decimal("1.5"))
    paused = AttemptFactory(student=cast.cora, session=running, paused=True)
    reply = outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    assert {done["attemptId"]: done["secondsAdded"] for done in reply["done"]} == {
        str(attempt.id): 180,
        str(paused.id): 270,
    }
    assert (deadline_of(attempt), deadline_of(paused)) == (minutes(33), minutes(34.5))
    assert (reply["creditedBy"], reply["scaled"], reply["undoneAt"]) == ("Priya Patel", True, None)
    changes = {event.to: event.data for event in sent if event.name == "deadline_changed"}
    assert changes[f"attempt:{attempt.id}"]["secondsAdded"] == 180
    (row,) = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id)
    assert (row.kind, row.outage_id, row.granted_by) == (
        AdjustmentKind.OUTAGE_CREDIT,
        outage.id,
        cast.priya.id,
    )
    (event,) = [event for event in sent if event.name == "outage_credited"]
    assert event.data["outage"] == outages.outages_of(running)[0]
    assert attempt_state.attempt_state(attempt, minutes(8))["latestExtension"] == {
        "secondsAdded": 180,
        "reason": "The service was unavailable",
    }


def test_without_scaling_every_attempt_gets_the_same(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    AccommodationFactory(student=cast.carl, time_multiplier=Decimal(2))
    outage_credits.credit(running, cast.priya, outage.id, False, minutes(8))
    assert deadline_of(attempt) == minutes(33)


def test_an_outage_is_credited_once(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    with pytest.raises(InvalidTransition):
        outage_credits.credit(running, cast.ines, outage.id, True, minutes(9))
    outage_credits.undo(running, cast.ines, outage.id, minutes(10))
    for verb in (
        lambda: outage_credits.undo(running, cast.ines, outage.id, minutes(11)),
        lambda: outage_credits.credit(running, cast.ines, outage.id, True, minutes(11)),
    ):
        with pytest.raises(InvalidTransition):
            verb()
    assert deadline_of(attempt) == minutes(30)
    assert outages.outages_of(running)[0]["undoneAt"] == "2026-05-04T09:10:00.000Z"


def test_attempts_that_expired_meanwhile_are_named(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    outage.began_at, outage.ended_at = minutes(28), minutes(31)
    late = AttemptFactory(student=cast.cora, session=running, deadline_at=minutes(45))
    db.session.commit()
    closing.close_due(minutes(31))
    reply = outage_credits.credit(running, cast.priya, outage.id, True, minutes(32))
    assert [done["attemptId"] for done in reply["done"]] == [str(late.id)]
    assert reply["refused"] == [
        {
            "attemptId": str(attempt.id),
            "status": "expired",
            "reason": "Its time was up before the credit.",
        }
    ]
    assert deadline_of(attempt) == minutes(30)


def test_attempts_submitted_before_the_outage_are_not_credited(
    running: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    AttemptFactory(student=cast.cora, session=running, submitted=True, submitted_at=minutes(4))
    reply = outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    assert len(reply["done"]) == 1 and reply["refused"] == []


def test_with_individual_timers_only_begun_attempts_are_credited(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    running.global_timer = False
    after = AttemptFactory(student=cast.cora, session=running, started_at=minutes(8))
    db.session.commit()
    reply = outage_credits.credit(running, cast.priya, outage.id, True, minutes(9))
    assert [done["attemptId"] for done in reply["done"]] == [str(attempt.id)]
    dan = UserFactory(organization=cast.school)
    EnrolmentFactory(class_id=cast.biology.id, student_id=dan.id)
    _, latest = joining.join_session(dan, running.id, minutes(10))
    assert latest is not None
    assert (after.deadline_at, latest.deadline_at) == (minutes(38), minutes(40))


def test_under_the_global_timer_later_attempts_are_credited_too(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    AccommodationFactory(student=cast.cora, time_multiplier=Decimal("1.5"))
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    _, late = joining.join_session(cast.cora, running.id, minutes(9))
    assert deadline_of(late) == minutes(45) + timedelta(seconds=270)
    outage_credits.undo(running, cast.priya, outage.id, minutes(10))
    assert (deadline_of(late), deadline_of(attempt)) == (minutes(45), minutes(30))


def test_a_reset_preserves_the_credit_and_it_can_be_undone(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    successor = reset.reset(cast.priya, attempt, "A broken laptop", True, minutes(9))
    assert deadline_of(successor) == minutes(33)
    reply = outage_credits.undo(running, cast.priya, outage.id, minutes(10))
    assert [done["attemptId"] for done in reply["done"]] == [str(successor.id)]
    assert (deadline_of(successor), reply["refused"]) == (minutes(30), [])


@pytest.mark.parametrize(("at", "is_taken"), [(29.99, True), (30, False), (32, False)])
def test_undoing_a_credit_ends_no_attempt(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace, at: float, is_taken: bool
) -> None:
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    reply = outage_credits.undo(running, cast.priya, outage.id, minutes(at))
    if is_taken:
        assert [done["secondsAdded"] for done in reply["done"]] == [-180]
        assert (deadline_of(attempt), reply["refused"]) == (minutes(30), [])
    else:
        assert (reply["done"], deadline_of(attempt)) == ([], minutes(33))
        assert [row["reason"] for row in reply["refused"]] == ["Its time would be up."]


def test_undoing_affects_only_credited_open_attempts(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    cora = AttemptFactory(student=cast.cora, session=running)
    control.force_submit(cast.priya, [attempt], "Done", minutes(9))
    reply = outage_credits.undo(running, cast.priya, outage.id, minutes(10))
    assert reply["done"] == []
    assert [(row["attemptId"], row["status"]) for row in reply["refused"]] == [(str(attempt.id), "submitted")]
    assert deadline_of(cora) == minutes(30)


def test_undoing_a_credit_counts_no_time_during_a_pause(
    running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
) -> None:
    outage_credits.credit(running, cast.priya, outage.id, True, minutes(8))
    control.pause(cast.priya, [attempt], "Fire alarm", minutes(9))
    reply = outage_credits.undo(running, cast.priya, outage.id, minutes(50))
    assert [done["expiresAt"] for done in reply["done"]] == ["2026-05-04T09:30:00.000Z"]


def test_only_outages_of_running_sessions_are_credited(
    running: Any, attempt: Any, outage: Outage, sitting: Any, cast: SimpleNamespace
) -> None:
    night = Outage(began_at=NOW - timedelta(hours=9), ended_at=NOW - timedelta(hours=8))
    db.session.add(night)
    db.session.commit()
    for session, which in ((running, night), (sitting, outage)):
        with pytest.raises(NotFound):
            outage_credits.credit(session, cast.priya, which.id, True, minutes(8))
    with pytest.raises(InvalidTransition):
        outage_credits.undo(running, cast.priya, outage.id, minutes(8))
    lifecycle.complete_session(cast.ines, running, minutes(9))
    with pytest.raises(InvalidTransition):
        outage_credits.credit(running, cast.priya, outage.id, True, minutes(10))
    assert db.session.query(OutageCredit).count() == 0


def test_over_the_socket(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, outage: Outage
) -> None:
    priya, ines = socket(cast.priya), socket(cast.ines)
    ines.ask("monitor_join", {"sessionId": str(running.id)})
    body = {"sessionId": str(running.id), "outageId": outage.id}
    reply = priya.ask("outage_credit", body)
    assert [done["secondsAdded"] for done in reply["done"]] == [180]
    events = {event.name: event.data for event in ines.received()}
    assert events["outage_credited"]["outage"]["creditedBy"] == "Priya Patel"
    texts = [line["text"] for line in events["student_status_update"]["events"]]
    assert texts == ["Carl Carter was given 3 min: The service was unavailable"]
    assert priya.refused("outage_credit", body) == "invalid_transition"
    assert [done["secondsAdded"] for done in priya.ask("outage_credit_undo", body)["done"]] == [-180]
    assert priya.refused("outage_credit_undo", body) == "invalid_transition"
    assert priya.refused("outage_credit", {**body, "outageId": 2**31 - 1}) == "not_found"
    for wrong in ({"outageId": 0}, {"outageId": "1"}, {"scaled": "yes"}, {"sessionId": "x"}):
        assert priya.refused("outage_credit", {**body, **wrong}) == "invalid_input"


# --- races --------------------------------------------------------------------------------------


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    @pytest.mark.parametrize("is_first", [True, False])
    def test_one_process_records_the_outage(self, app: Flask, running: Any, is_first: bool) -> None:
        if not is_first:
            outages.stamp(NOW)
        found = at_once(app, *[lambda: outages.stamp(later(60))] * 8)
        assert len([outage_id for outage_id in found if outage_id is not None]) == (0 if is_first else 1)
        assert db.session.query(Outage).count() == (0 if is_first else 1)
        assert db.session.query(ServiceLife).one().seen_at == later(60)

    def test_two_proctors_credit_and_undo(
        self, app: Flask, running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
    ) -> None:
        def give(actor_id: Any) -> Any:
            return _act(outage_credits.credit, running_id, actor_id, outage_id, True, minutes(8))

        def take(actor_id: Any) -> Any:
            return _act(outage_credits.undo, running_id, actor_id, outage_id, minutes(8))

        running_id, outage_id, priya, ines = running.id, outage.id, cast.priya.id, cast.ines.id
        gave = at_once(app, lambda: give(priya), lambda: give(ines))
        assert _refused(gave) == 1
        assert deadline_of(attempt) == minutes(33)
        took = at_once(app, lambda: take(priya), lambda: take(ines))
        assert _refused(took) == 1
        assert deadline_of(attempt) == minutes(30)

    def test_a_student_who_joins_during_the_credit_has_the_same_end(
        self, app: Flask, running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
    ) -> None:
        running_id, outage_id, priya, cora = running.id, outage.id, cast.priya.id, cast.cora.id
        outcomes = at_once(
            app,
            lambda: _act(outage_credits.credit, running_id, priya, outage_id, True, minutes(8)),
            lambda: joining.join_session(db.session.get(User, cora), running_id, minutes(8)),
        )
        assert _refused(outcomes) == 0
        late = db.session.query(Attempt).filter_by(student_id=cora).one()
        assert deadline_of(late) == deadline_of(attempt) == minutes(33)

    def test_credits_and_other_time_adjustments_are_consistent_concurrently(
        self, app: Flask, running: Any, attempt: Any, outage: Outage, cast: SimpleNamespace
    ) -> None:
        """Concurrent with all other time adjustments: one outcome each, explained by the ledger."""
        running_id, outage_id, attempt_id = running.id, outage.id, attempt.id
        priya, at = cast.priya.id, minutes(8)

        def extend() -> Any:
            session = db.session.get_one(ExamSession, running_id)
            return deadlines.extend_time(session, db.session.get_one(User, priya), None, 5, "Alarm", at, True)

        def submit() -> Any:
            held = db.session.get_one(Attempt, attempt_id)
            return control.force_submit(db.session.get_one(User, priya), [held], "Done", at)

        for _ in range(5):
            outcomes = at_once(
                app,
                lambda: _act(outage_credits.credit, running_id, priya, outage_id, True, at),
                lambda: _act(outage_credits.undo, running_id, priya, outage_id, at),
                extend,
                submit,
                lambda: closing.close_due(at),
            )
            _refused(outcomes)
            deadline_of(attempt)
            attempt.status, attempt.submission_method = AttemptStatus.IN_PROGRESS, None
            db.session.commit()


def _act(verb: Any, session_id: Any, actor_id: Any, *args: Any) -> Any:
    session, actor = db.session.get_one(ExamSession, session_id), db.session.get_one(User, actor_id)
    return verb(session, actor, *args)


def _refused(outcomes: list[Any]) -> int:
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(outcome, AppError) for outcome in failed), failed
    return len(failed)
