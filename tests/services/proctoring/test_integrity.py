"""Alerts: raised once per observation, resolved once, and hidden from students."""

from __future__ import annotations

import json
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from exam_app.errors import AttemptNotInProgress, InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, AlertState, Attempt, ExamSession, IntegrityAlert, Outage, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.integrity.settings import DEFAULTS
from exam_app.services.answers import saving
from exam_app.services.attempts import control
from exam_app.services.proctoring import alerts, integrity
from exam_app.services.results import attempt_details
from exam_app.services.results import views as result_views
from exam_app.services.sessions import dashboard
from exam_app.services.taking import heartbeats
from tests.factories import (
    RIGHT,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    TestFactory,
)
from tests.helpers.answers import change, questions
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later, minutes


def leave(attempt: Any, student: Any, seconds: float = 5, at: datetime = NOW) -> int:
    return integrity.record_violation(student, attempt.id, "tab_switch", int(seconds * 1000), at)


def alerts_of(attempt: Any) -> dict[str, IntegrityAlert]:
    rows = db.session.query(IntegrityAlert).filter_by(attempt_id=attempt.id).populate_existing()
    return {row.rule: row for row in rows}


@pytest.fixture
def alert(attempt: Any, cast: SimpleNamespace) -> IntegrityAlert:
    """Carl left the page for 45 seconds."""
    leave(attempt, cast.carl, 45)
    return alerts_of(attempt)["absence"]


# --- raising ------------------------------------------------------------------------------------


def test_a_rule_fires_once_and_keeps_its_evidence(
    attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    assert [leave(attempt, cast.carl) for _ in range(5)] == [1, 2, 3, 4, 5]
    (alert,) = alerts_of(attempt).values()
    assert (alert.rule, alert.state) == ("tab_switches", AlertState.OPEN)
    assert alert.evidence == {"count": 3, "seconds": 15, "longestSeconds": 5}
    (announced,) = [event for event in sent if event.name == "integrity_alert"]
    assert (announced.namespace, announced.to) == ("/proctor", f"monitor:{attempt.session_id}")
    assert announced.data["alert"] == alerts.alerts_of_session(attempt.session_id)[0]
    words = "Carl Carter left the page 3 times, 15 s in all; the longest was 5 s (measured by the exam page)"
    assert announced.data["alert"]["text"] == words
    (activity,) = db.session.query(Activity).filter_by(type="integrity_alert")
    assert activity.attempt_id == attempt.id


def test_the_thresholds_are_those_of_the_paper(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, integrity={"tabSwitches": 1, "absenceSeconds": None}, published=True)
    session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test)
    attempt = AttemptFactory(student=cast.carl, session=session)
    test.integrity = {}
    db.session.commit()
    leave(attempt, cast.carl, 100)
    assert set(alerts_of(attempt)) == {"tab_switches"}


def test_an_older_paper_has_the_defaults(attempt: Any, cast: SimpleNamespace) -> None:
    content = attempt.paper.content
    settings = {key: value for key, value in content["settings"].items() if key != "integrity"}
    attempt.paper.content = {**content, "settings": settings}
    db.session.commit()
    integrity.papers.compiled.cache_clear()
    assert integrity.papers.compiled(attempt.paper_id).integrity == DEFAULTS
    leave(attempt, cast.carl, 45)
    assert set(alerts_of(attempt)) == {"absence"}


def test_events_after_the_end_are_not_recorded(attempt: Any, cast: SimpleNamespace) -> None:
    control.cancel(cast.priya, [attempt], "Mistake", NOW)
    with pytest.raises(AttemptNotInProgress):
        leave(attempt, cast.carl)
    db.session.refresh(attempt)
    assert attempt.violation_count == 0


# --- devices, client IPs, silence ---------------------------------------------------------------


def alive(student: Any, session: Any, connection: str, at: datetime, sign: Any, **origin: Any) -> Any:
    page = {"visible": True, "focused": True, "pending": 0, "address": "10.0.0.1", "agent": "F", **origin}
    return heartbeats.record_heartbeat(session.id, student.id, "Carl", connection, sign, page, at)


def test_two_devices_raise_an_alert_over_the_socket(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    laptop, phone = socket(cast.carl), socket(cast.carl)
    own = {"attemptId": str(attempt.id)}
    beat = {**own, "visible": True, "focused": True, "pending": 0}
    one = change(questions(attempt.test)["true_false"], RIGHT["true_false"])
    for client, device in ((laptop, "laptop"), (phone, "phone")):
        client.ask("session_join", {"sessionId": str(running.id)})
        client.ask("answers_save", {**own, "changes": [one], "deviceId": device})
    for seq, seconds in enumerate((7, 14, 20), start=1):
        time_machine.move_to(later(seconds), tick=False)
        for client in (laptop, phone):
            client.ask("heartbeat", {**beat, "seq": seq})
    assert alerts_of(attempt)["second_device"].evidence == {"seconds": 20}
    assert "integrity_alert" not in laptop.names() + phone.names()


def test_two_tabs_are_one_device(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    tabs = [socket(cast.carl), socket(cast.carl)]
    for seconds in (0, 10, 20):
        time_machine.move_to(later(seconds), tick=False)
        for tab in tabs:
            tab.ask("session_join", {"sessionId": str(running.id)})
    assert alerts_of(attempt) == {}


def test_pages_before_the_attempt_are_not_evaluated(
    running: Any, cast: SimpleNamespace, unknown_id: Any
) -> None:
    sign = alive(cast.cora, running, "laptop", NOW, heartbeats.ConnectionState())
    integrity.check_devices(unknown_id, sign.pages * 2, NOW)
    integrity.record_return(unknown_id, "Cora", NOW)
    assert db.session.query(IntegrityAlert).count() == 0


def test_client_ips_are_recorded_and_evaluated(attempt: Any, cast: SimpleNamespace) -> None:
    for client_ip in ("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.2"):
        integrity.note_origin(attempt, client_ip, "Firefox", later(5))
    assert [row["address"] for row in integrity.connections(attempt)] == ["10.0.0.1", "10.0.0.2"]
    assert alerts_of(attempt) == {}
    integrity.note_origin(attempt, "10.0.0.3", "Firefox\x00" + "x" * 1000, later(9))
    assert alerts_of(attempt)["address_changes"].evidence == {"changes": 2}
    shown = integrity.connections(attempt)[-1]
    assert (shown["since"], len(shown["userAgent"])) == ("2026-05-04T09:00:09.000Z", 500)


def test_a_long_silence_raises_an_alert_on_return(
    running: Any, attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    heartbeats.record_left(running.id, [cast.carl.id], later(60))
    integrity.record_return(attempt.id, "Carl Carter", later(200))
    assert alerts_of(attempt)["silence"].evidence == {"count": 1, "seconds": 140, "longestSeconds": 140}
    integrity.record_return(attempt.id, "Carl Carter", later(900))
    kinds = [row.type for row in db.session.query(Activity).order_by(Activity.id)]
    assert kinds == ["student_left", "student_returned", "integrity_alert"]
    words = [entry["text"] for entry in attempt_details.details(cast.priya, attempt, NOW)["timeline"]]
    assert "Carl Carter reconnected after 2 min 20 s" in words


def test_a_return_during_a_pause_is_logged(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    """Otherwise the report would say that the student was away until the next return."""
    heartbeats.record_left(running.id, [cast.carl.id], later(60))
    attempt.status, attempt.paused_at = AttemptStatus.PAUSED, later(65)
    db.session.commit()
    integrity.record_return(attempt.id, "Carl Carter", later(80))
    (activity,) = db.session.query(Activity).filter_by(type="student_returned")
    assert activity.details["seconds"] == 20


def test_an_outage_is_not_counted_as_silence(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    heartbeats.record_left(running.id, [cast.carl.id], later(60))
    db.session.add(Outage(began_at=later(58), ended_at=later(190)))
    db.session.commit()
    integrity.record_return(attempt.id, "Carl Carter", later(200))
    assert alerts_of(attempt) == {}


def test_losing_redis_data_raises_no_silence_alert(
    app: Flask, running: Any, attempt: Any, socket: Any, cast: SimpleNamespace, time_machine: Any
) -> None:
    carl = socket(cast.carl)
    carl.ask("session_join", {"sessionId": str(running.id)})
    app.extensions["redis"].flushall()
    time_machine.move_to(minutes(10), tick=False)
    carl.ask("heartbeat", {"attemptId": str(attempt.id), "seq": 1})
    assert alerts_of(attempt) == {}


# --- pace ---------------------------------------------------------------------------------------


def answer(attempt: Any, kind: str, at: datetime, typed: datetime | None) -> None:
    one = ChangeFactory(question_id=questions(attempt.test)[kind], response=RIGHT[kind], client_time=typed)
    saving.save(BatchFactory(attempt=attempt, changes=[one], arrived_at=at, sent_at=at))


@pytest.mark.parametrize(("apart", "is_fast"), [(1, True), (20, False)])
def test_a_pace_faster_than_reading(attempt: Any, apart: int, is_fast: bool) -> None:
    for number, kind in enumerate(RIGHT):
        answer(attempt, kind, later(apart * number), later(apart * number))
    integrity.review_rapid_guessing(minutes(5))
    integrity.review_rapid_guessing(minutes(6))
    found = {rule: alert.evidence for rule, alert in alerts_of(attempt).items()}
    assert found == ({"fast_answers": {"count": 5, "seconds": 4}} if is_fast else {})


def test_answers_typed_slowly_and_sent_together_are_not_rapid(attempt: Any) -> None:
    changes = [
        ChangeFactory(question_id=q, response=RIGHT[kind], client_time=later(60 * number))
        for number, (kind, q) in enumerate(questions(attempt.test).items())
    ]
    saving.save(BatchFactory(attempt=attempt, changes=changes, arrived_at=minutes(8), sent_at=minutes(8)))
    integrity.review_rapid_guessing(minutes(9))
    assert alerts_of(attempt) == {}


def test_flagging_questions_is_no_answer(attempt: Any) -> None:
    """Flags in quick succession do not count as answers; the answers themselves left time to read."""
    for number, (kind, q) in enumerate(questions(attempt.test).items()):
        for at, response in ((later(number), {}), (minutes(1 + number), RIGHT[kind])):
            one = ChangeFactory(question_id=q, response=response, flagged=True, client_time=at)
            saving.save(BatchFactory(attempt=attempt, changes=[one], arrived_at=at, sent_at=at))
    integrity.note_rapid_guessing(attempt.id)
    integrity.review_rapid_guessing(minutes(9))
    db.session.refresh(attempt)
    assert (attempt.answered_count, alerts_of(attempt)) == (5, {})


def test_a_client_without_typing_times_is_not_evaluated(attempt: Any) -> None:
    for kind in RIGHT:
        answer(attempt, kind, NOW, None)
    integrity.review_rapid_guessing(minutes(1))
    assert alerts_of(attempt) == {}


def test_saving_works_without_redis(app: Flask, attempt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    unreachable = Redis.from_url("redis://127.0.0.1:1")
    monkeypatch.setitem(app.extensions, "redis", unreachable)
    for kind in RIGHT:
        answer(attempt, kind, NOW, NOW)
    db.session.refresh(attempt)
    assert attempt.answered_count == 5


# --- resolving ----------------------------------------------------------------------------------


def test_an_alert_is_resolved_once(
    running: Any, alert: IntegrityAlert, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    shown = alerts.resolve(cast.priya, running, alert.id, AlertState.DISMISSED, " The phone rang ", later(9))
    assert (shown["state"], shown["note"], shown["resolvedBy"], shown["resolvedAt"]) == (
        "dismissed",
        "The phone rang",
        "Priya Patel",
        "2026-05-04T09:00:09.000Z",
    )
    assert [event.data["alert"] for event in sent if event.name == "alert_resolved"] == [shown]
    with pytest.raises(InvalidTransition, match="Priya Patel has dismissed"):
        alerts.resolve(cast.ines, running, alert.id, AlertState.ACKNOWLEDGED, "", later(20))
    assert alerts.alerts_of_session(running.id) == [shown]
    (activity,) = db.session.query(Activity).filter_by(type="alert_dismissed")
    assert (activity.actor_id, activity.details["reason"]) == (cast.priya.id, "The phone rang")


def test_only_alerts_of_the_session_are_resolved_and_never_reopened(
    running: Any, alert: IntegrityAlert, cast: SimpleNamespace
) -> None:
    other = ExamSessionFactory(in_progress=True, school_class=cast.biology)
    with pytest.raises(NotFound):
        alerts.resolve(cast.ines, other, alert.id, AlertState.DISMISSED, "", NOW)
    with pytest.raises(InvalidInput):
        alerts.resolve(cast.ines, running, alert.id, AlertState.OPEN, "", NOW)
    assert alerts_of(db.session.get(Attempt, alert.attempt_id))["absence"].state == AlertState.OPEN


def test_over_the_socket(socket: Any, cast: SimpleNamespace, running: Any, alert: IntegrityAlert) -> None:
    priya = socket(cast.priya)
    snapshot = priya.ask("monitor_join", {"sessionId": str(running.id)})
    assert [row["alerts"] for row in snapshot["students"]] == [1, 0]
    assert [shown["alertId"] for shown in snapshot["alerts"]] == [alert.id]
    priya.received()  # what the alert itself changed
    body = {"sessionId": str(running.id), "alertId": alert.id, "state": "acknowledged"}
    assert priya.ask("alert_resolve", body)["state"] == "acknowledged"
    rows = [
        row
        for event in priya.received()
        if event.name == "student_status_update"
        for row in event.data["students"]
    ]
    assert rows == [{"studentId": str(cast.carl.id), "alerts": 0}]
    assert priya.refused("alert_resolve", body) == "invalid_transition"
    assert priya.refused("alert_resolve", {**body, "alertId": 2**62}) == "not_found"
    for wrong in ({"state": "open"}, {"state": "maybe"}, {"alertId": "1"}, {"note": "x" * 1001}):
        assert priya.refused("alert_resolve", {**body, **wrong}) == "invalid_input"


def test_details_and_results_show_alerts_to_staff(
    running: Any, attempt: Any, alert: IntegrityAlert, cast: SimpleNamespace
) -> None:
    alerts.resolve(cast.priya, running, alert.id, AlertState.ACKNOWLEDGED, "Talked to Carl", NOW)
    shown = attempt_details.details(cast.priya, attempt, NOW)
    assert shown["violations"] == [{"type": "tab_switch", "count": 1, "seconds": 45, "longestSeconds": 45}]
    assert [(row["rule"], row["state"], row["note"]) for row in shown["alerts"]] == [
        ("absence", "acknowledged", "Talked to Carl")
    ]
    rows = result_views.session_results(cast.ines, running.id)["students"]
    assert [(row["firstName"], row["violations"], row["alerts"]) for row in rows] == [
        ("Carl", 1, 1),
        ("Cora", 0, 0),
    ]
    row = dashboard.student_rows(running, NOW)[0]
    assert row["alerts"] == 0  # none is open


# --- races --------------------------------------------------------------------------------------


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_one_rule_one_alert(
        self, app: Flask, attempt: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
    ) -> None:
        carl, attempt_id = cast.carl.id, attempt.id

        def leave_once() -> int:
            student = db.session.get(User, carl)
            return integrity.record_violation(student, attempt_id, "tab_switch", 45_000, NOW)

        counts = at_once(app, *[leave_once] * 6)
        assert sorted(counts) == [1, 2, 3, 4, 5, 6]
        assert set(alerts_of(attempt)) == {"tab_switches", "absence", "total_absence"}
        assert len([event for event in sent if event.name == "integrity_alert"]) == 3

    def test_a_finding_made_twice_concurrently_is_published_once(
        self, app: Flask, attempt: Any, sent: list[SimpleNamespace]
    ) -> None:
        attempt_id = attempt.id

        def find() -> None:
            found = {"second_device": {"seconds": 20}}
            alerts.raise_alerts(db.session.get(Attempt, attempt_id), found, NOW)
            db.session.commit()

        assert at_once(app, *[find] * 4) == [None] * 4
        assert len(alerts_of(attempt)) == 1
        assert len([event for event in sent if event.name == "integrity_alert"]) == 1

    def test_two_proctors_decide_differently(
        self,
        app: Flask,
        running: Any,
        attempt: Any,
        alert: IntegrityAlert,
        cast: SimpleNamespace,
        sent: list[SimpleNamespace],
    ) -> None:
        session_id, alert_id, before = running.id, alert.id, len(sent)

        def decide(actor_id: Any, state: AlertState) -> Any:
            actor, session = db.session.get(User, actor_id), db.session.get(ExamSession, session_id)
            return alerts.resolve(actor, session, alert_id, state, "", NOW)

        priya, ines = cast.priya.id, cast.ines.id
        outcomes = at_once(
            app,
            lambda: decide(priya, AlertState.DISMISSED),
            lambda: decide(ines, AlertState.ACKNOWLEDGED),
        )
        (won,) = [outcome for outcome in outcomes if isinstance(outcome, dict)]
        (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert isinstance(lost, InvalidTransition)
        assert alerts_of(attempt)["absence"].state.value == won["state"]
        assert [e.name for e in sent[before:] if e.name == "alert_resolved"] == ["alert_resolved"]


# --- what students receive ----------------------------------------------------------------------


def test_students_receive_no_alerts(
    api: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    carl = socket(cast.carl)
    payloads: list[Any] = [carl.ask("session_join", {"sessionId": str(running.id)})]
    seen = {"attemptId": str(attempt.id), "type": "tab_switch", "durationMs": 90_000}
    payloads += [carl.ask("tab_violation", seen) for _ in range(3)]
    raised = alerts_of(attempt)
    assert raised
    alerts.resolve(cast.priya, running, raised["absence"].id, AlertState.ACKNOWLEDGED, "Secret", NOW)
    payloads.append(carl.ask("state_sync_request", {"attemptId": str(attempt.id)}))
    payloads += [event.data for event in carl.received()]
    for path in ("", "/sync", "/status", "/progress", "/answers", "/result", "/details"):
        payloads.append(api(cast.carl).get(f"/api/attempts/{attempt.id}{path}").get_json())
    text = json.dumps(payloads)
    for word in ("alert", "Secret", "tabSwitches", "absence", "evidence", "fastAnswer"):
        assert word not in text
    assert api(cast.carl).get(f"/api/attempts/{attempt.id}/activity").status_code == 403
    for path in ("monitor", "results"):
        assert api(cast.carl).get(f"/api/sessions/{running.id}/{path}").status_code == 403
