"""Reconnecting after an interruption, and the policy that stops the clock meanwhile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app import clock
from exam_app.errors import AttemptNotInProgress, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, AdjustmentKind, DisconnectPolicy, ExamSession, TimeAdjustment
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.attempts import control, starting
from exam_app.services.sessions import dashboard
from exam_app.services.taking import heartbeats, recovery
from tests.factories import TestFactory
from tests.helpers.clients import data, wait_for_deltas
from tests.helpers.times import GRACE, NOW, later, minutes


@pytest.fixture
def own_timer(cast: SimpleNamespace) -> Any:
    """Carl's attempt at a self-paced test whose clock stops while the connection is lost."""
    test = TestFactory(
        author=cast.ines, practice=True, disconnect_policy=DisconnectPolicy.PAUSE, published=True
    )
    return starting.start_attempt(cast.carl, test.id, NOW)


def test_a_lost_connection_does_not_buy_time(attempt: Any) -> None:
    recovery.connection_lost([attempt.id], later(60))
    db.session.refresh(attempt)
    assert (attempt.status, attempt.deadline_at) == (AttemptStatus.IN_PROGRESS, minutes(30))


def test_under_the_global_timer_the_disconnect_policy_does_not_apply(attempt: Any) -> None:
    assert attempt.session.global_timer
    attempt.test.disconnect_policy = DisconnectPolicy.PAUSE
    db.session.commit()
    recovery.connection_lost([attempt.id], later(60))
    db.session.refresh(attempt)
    assert attempt.status == AttemptStatus.IN_PROGRESS


def test_the_policy_pauses_and_reconnecting_moves_the_deadline(own_timer: Any, cast: SimpleNamespace) -> None:
    recovery.connection_lost([own_timer.id], later(60))
    db.session.refresh(own_timer)
    assert (own_timer.status, own_timer.paused_by) == (AttemptStatus.PAUSED, None)
    assert recovery.health(own_timer, later(61))["canResume"]

    state = recovery.resume_own(cast.carl, own_timer.id, later(100))
    assert (state["status"], state["expiresAt"]) == ("in_progress", "2026-05-04T09:30:40.000Z")
    (row,) = db.session.query(TimeAdjustment).filter_by(attempt_id=own_timer.id)
    assert (row.kind, row.seconds) == (AdjustmentKind.PAUSE, 40)


def test_two_disconnects_pause_once(own_timer: Any, cast: SimpleNamespace) -> None:
    recovery.connection_lost([own_timer.id], later(60))
    recovery.connection_lost([own_timer.id], later(90))
    state = recovery.resume_own(cast.carl, own_timer.id, later(100))
    assert state["expiresAt"] == "2026-05-04T09:30:40.000Z"
    again = recovery.resume_own(cast.carl, own_timer.id, later(110))
    assert again["expiresAt"] == state["expiresAt"]


def test_a_student_cannot_end_a_pause_by_staff(own_timer: Any, cast: SimpleNamespace) -> None:
    control.pause(cast.ines, [own_timer], "Fire alarm", later(60))
    with pytest.raises(AttemptNotInProgress) as refused:
        recovery.resume_own(cast.carl, own_timer.id, later(70))
    assert refused.value.details == {"status": "paused"}
    db.session.refresh(own_timer)
    assert own_timer.status == AttemptStatus.PAUSED
    assert not recovery.health(own_timer, later(70))["canResume"]


def test_an_ended_attempt_is_not_resumed(attempt: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(AttemptNotInProgress) as refused:
        recovery.resume_own(cast.carl, attempt.id, minutes(30).replace(second=GRACE + 1))
    assert refused.value.details == {"status": "expired"}


def test_the_attempt_of_another_student_is_not_found(attempt: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(NotFound):
        recovery.resume_own(cast.cora, attempt.id, NOW)


def test_health_in_the_middle(attempt: Any) -> None:
    health = recovery.health(attempt, minutes(10))
    assert (health["isActive"], health["canResume"], health["timeRemaining"]) == (True, True, 1200)


def test_staff_resume_a_paused_attempt(attempt: Any, cast: SimpleNamespace) -> None:
    control.pause(cast.priya, [attempt], "Fire alarm", later(60))
    state = recovery.resume(cast.priya, attempt.id, "All clear", later(90))
    assert (state["status"], state["expiresAt"]) == ("in_progress", "2026-05-04T09:30:30.000Z")
    with pytest.raises(InvalidTransition):
        recovery.resume(cast.priya, attempt.id, "All clear", later(91))


# --- clients without a socket -------------------------------------------------------------------


def beat(api: Any, cast: SimpleNamespace, attempt: Any, **page: Any) -> Any:
    return data(api(cast.carl).put(f"/api/attempts/{attempt.id}/heartbeat", page))


def row(running: Any, cast: SimpleNamespace) -> dict[str, Any]:
    rows = dashboard.student_rows(db.session.get(ExamSession, running.id), NOW)
    return next(one for one in rows if one["studentId"] == str(cast.carl.id))


def test_heartbeats_over_rest_record_presence(
    api: Any, attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    assert row(running, cast)["connected"] is False
    beat(api, cast, attempt, connectionId="conn-123", pending=2)
    shown = row(running, cast)
    assert (shown["connected"], shown["pending"], shown["notSavingSince"]) == (True, 2, clock.iso(NOW))


def test_a_silent_client_is_removed(api: Any, attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    beat(api, cast, attempt, connectionId="conn-123")
    heartbeats.sweep_presence([running.id], later(29))
    assert row(running, cast)["connected"] is True
    heartbeats.sweep_presence([running.id], later(31))
    assert row(running, cast)["connected"] is False
    assert [a.type for a in db.session.query(Activity).filter_by(type="student_left")] == ["student_left"]


def test_an_unchanged_heartbeat_is_not_published_to_proctors(
    api: Any, attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    """A repeated heartbeat is not published to proctors, whichever process receives it."""
    beat(api, cast, attempt, visible=False)
    wait_for_deltas()
    sent.clear()
    beat(api, cast, attempt, visible=False)
    wait_for_deltas()
    assert [event.name for event in sent] == []


def test_two_connections_of_one_client_are_two(
    api: Any, attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    beat(api, cast, attempt, connectionId="one", visible=False)
    beat(api, cast, attempt, connectionId="two")
    assert row(running, cast)["visible"] is True


@pytest.mark.parametrize("wrong", ["a/b", "a\n", "a" * 65, "ä"])
def test_connection_ids_are_validated(api: Any, attempt: Any, cast: SimpleNamespace, wrong: str) -> None:
    reply = api(cast.carl).put(f"/api/attempts/{attempt.id}/heartbeat", {"connectionId": wrong})
    assert (reply.status_code, reply.code) == (422, "invalid_input")
