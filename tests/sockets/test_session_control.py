"""Actions of a proctor on many attempts, pausing the session, and the deadline as pages show it."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.services.attempts import closing
from exam_app.services.taking import joining
from tests.factories import AttemptFactory, EnrolmentFactory, UserFactory
from tests.helpers.room import act, join, join_monitor, named, row_of
from tests.helpers.times import NOW, minutes


def test_pausing_some_and_what_is_refused(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any, elsewhere: Any
) -> None:
    done = AttemptFactory(student=cast.cora, session=running, submitted=True)
    outcome = act(priya, "pause", running, [str(a.id) for a in (attempt, done, elsewhere)])
    assert outcome["done"] == [
        {"attemptId": str(attempt.id), "status": "paused", "expiresAt": "2026-05-04T09:30:00.000Z"}
    ]
    assert {row["attemptId"]: row["status"] for row in outcome["refused"]} == {
        str(done.id): "submitted",
        str(elsewhere.id): None,
    }
    db.session.refresh(elsewhere)
    assert elsewhere.status == "in_progress"
    assert [event["reason"] for event in named(carl, "attempt_paused")] == ["Fire alarm"]
    row = row_of(priya, cast.carl)
    assert (row["status"], row["pausedAt"]) == ("paused", "2026-05-04T09:00:00.000Z")
    assert join_monitor(priya, running)["students"][0]["pausedAt"] == "2026-05-04T09:00:00.000Z"


@pytest.mark.parametrize(
    ("verb", "status"), [("pause", "paused"), ("cancel", "cancelled"), ("submit", "submitted")]
)
def test_all_means_every_eligible_attempt(
    priya: Any, cast: SimpleNamespace, running: Any, attempt: Any, elsewhere: Any, verb: str, status: str
) -> None:
    AttemptFactory(student=cast.cora, session=running, submitted=True)
    outcome = act(priya, verb, running)
    assert [(row["attemptId"], row["status"]) for row in outcome["done"]] == [(str(attempt.id), status)]
    assert outcome["refused"] == []
    assert act(priya, verb, running) == {"done": [], "refused": []}


def test_without_a_reason_nothing_is_done(priya: Any, running: Any, attempt: Any) -> None:
    data = {"sessionId": str(running.id), "attemptIds": "all"}
    for verb in ("pause", "resume", "cancel", "submit"):
        for reason in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 501}, {"reason": 5}):
            assert priya.refused(f"attempts_{verb}", {**data, **reason}) == "invalid_input"
    db.session.refresh(attempt)
    db.session.refresh(running)
    assert (attempt.status, running.paused_at) == ("in_progress", None)


VERBS = {
    "attempts_pause": {"attemptIds": "all", "reason": "why"},
    "attempts_resume": {"attemptIds": "all", "reason": "why"},
    "attempts_cancel": {"attemptIds": "all", "reason": "why"},
    "attempts_submit": {"attemptIds": "all", "reason": "why"},
    "attempts_reopen": {"attemptIds": [str(uuid.uuid4())], "minutes": 5, "reason": "why"},
    "message_send": {"attemptIds": "all", "text": "Hello"},
    "request_resolve": {"requestId": 1},
}


@pytest.mark.parametrize("verb", VERBS)
def test_other_staff_may_not_act(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, verb: str
) -> None:
    strangers = [cast.otto, UserFactory(proctor=True, organization=cast.school)]
    for stranger in strangers:
        assert socket(stranger).refused(verb, {"sessionId": str(running.id), **VERBS[verb]}) == "not_found"
    db.session.refresh(attempt)
    assert attempt.status == "in_progress"


@pytest.mark.parametrize("verb", [*VERBS, "monitor_join"])
def test_a_user_demoted_to_student_may_not_use_the_dashboard(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, verb: str
) -> None:
    cast.priya.role = "student"
    EnrolmentFactory(class_id=cast.biology.id, student_id=cast.priya.id)
    assert priya.refused(verb, {"sessionId": str(running.id), **VERBS.get(verb, {})}) == "forbidden"
    assert priya.is_connected
    priya.received()
    carl.ask("hand_raise", {"attemptId": join(carl, running)["attempt"]["attemptId"]})
    assert priya.names() == []


def test_permitted_actions_are_in_the_snapshot(priya: Any, running: Any) -> None:
    actions = join_monitor(priya, running)["actions"]
    assert actions == dict.fromkeys(
        ("pause", "resume", "cancel", "submit", "extend", "reopen", "message"), True
    )


def test_a_reopened_attempt_is_open_on_every_page_and_on_the_dashboard(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, elsewhere: Any
) -> None:
    phone = socket(cast.carl)
    join(phone, running)
    carl.ask("attempt_submit", {"attemptId": str(attempt.id), "confirmSubmission": True})
    receipt = row_of(priya, cast.carl)["receipt"]
    carl.received(), phone.received()
    ids = [str(attempt.id), str(elsewhere.id)]
    asked = {"sessionId": str(running.id), "attemptIds": ids, "minutes": 10, "reason": "A second tap"}
    outcome = priya.ask("attempts_reopen", asked)
    assert [row["attemptId"] for row in outcome["done"]] == [str(attempt.id)]
    assert [row["attemptId"] for row in outcome["refused"]] == [str(elsewhere.id)]
    for page in (carl, phone):
        (event,) = named(page, "attempt_reopened")
        assert (event["attemptId"], event["status"], event["reason"]) == (
            str(attempt.id),
            "in_progress",
            "A second tap",
        )
        assert event["expiresAt"] == outcome["done"][0]["expiresAt"] == "2026-05-04T09:10:00.000Z"
    row = row_of(priya, cast.carl)
    assert (row["status"], row["receipt"], row["submittedAt"]) == ("in_progress", None, None)
    state = join(phone, running)["attempt"]
    assert (state["status"], state["timesReopened"]) == ("in_progress", 1)
    again = carl.ask("attempt_submit", {"attemptId": str(attempt.id), "confirmSubmission": True})
    assert again["receipt"] not in (None, receipt)


# --- pausing the session ------------------------------------------------------------------------


def test_a_student_who_joins_a_paused_session_begins_paused_and_resumes_with_the_others(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(10), tick=False)
    act(priya, "pause", running)
    assert [e["pausedAt"] for e in named(priya, "session_paused")] == ["2026-05-04T09:10:00.000Z"]
    time_machine.move_to(minutes(15), tick=False)
    cora = socket(cast.cora)
    state = join(cora, running)["attempt"]
    assert (state["status"], state["expiresAt"]) == ("paused", "2026-05-04T09:30:00.000Z")
    assert join_monitor(priya, running)["session"]["pausedAt"] == "2026-05-04T09:10:00.000Z"

    time_machine.move_to(minutes(20), tick=False)
    outcome = act(priya, "resume", running)
    # The global timer stopped for ten minutes, for everybody.
    assert {row["expiresAt"] for row in outcome["done"]} == {"2026-05-04T09:40:00.000Z"}
    assert len(outcome["done"]) == 2
    assert [e["expiresAt"] for e in named(priya, "session_resumed")] == ["2026-05-04T09:40:00.000Z"]

    # A student who joins after the pause has the same end, explained by the ledger.
    late = UserFactory(organization=cast.school)
    EnrolmentFactory(class_id=cast.biology.id, student_id=late.id)
    _, later_attempt = joining.join_session(late, running.id, minutes(35))
    assert (later_attempt.status, later_attempt.deadline_at) == ("in_progress", minutes(40))


def test_joining_during_a_pause_that_outlasts_the_exam(
    priya: Any, cast: SimpleNamespace, running: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(25), tick=False)
    act(priya, "pause", running)
    assert closing.next_deadline() is None
    closing.close_due(minutes(33))
    _, attempt = joining.join_session(cast.cora, running.id, minutes(33))
    assert attempt.status == "paused"
    time_machine.move_to(minutes(45), tick=False)
    act(priya, "resume", running)
    db.session.refresh(attempt)
    assert (attempt.status, attempt.deadline_at) == ("in_progress", minutes(50))


def test_with_individual_timers_the_pause_counts_from_joining(
    priya: Any, cast: SimpleNamespace, running: Any, time_machine: Any
) -> None:
    running.global_timer = False
    db.session.commit()
    time_machine.move_to(minutes(10), tick=False)
    act(priya, "pause", running)
    _, attempt = joining.join_session(cast.cora, running.id, minutes(15))
    time_machine.move_to(minutes(20), tick=False)
    act(priya, "resume", running)
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(15 + 30 + 5)


def test_a_reconnecting_page_does_not_end_the_pause_of_the_session(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    attempt.status, attempt.paused_at, attempt.paused_by = "paused", NOW, None  # the connection was lost
    act(priya, "pause", running)
    assert join(socket(cast.carl), running)["attempt"]["status"] == "paused"


def test_pausing_one_student_does_not_pause_the_session(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    act(priya, "pause", running, [str(attempt.id)])
    assert join(socket(cast.cora), running)["attempt"]["status"] == "in_progress"


def test_a_reset_in_a_paused_session(
    api: Any, priya: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(10), tick=False)
    act(priya, "pause", running)
    time_machine.move_to(minutes(15), tick=False)
    api(cast.priya).post(f"/api/attempts/{attempt.id}/reset", {"reason": "Wrong room"})
    row = join_monitor(priya, running)["students"][0]
    assert (row["attemptId"] != str(attempt.id), row["status"]) == (True, "paused")
    time_machine.move_to(minutes(20), tick=False)
    (done,) = act(priya, "resume", running)["done"]
    assert done["expiresAt"] == "2026-05-04T09:40:00.000Z"


def test_ending_a_paused_session(
    priya: Any, api: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    act(priya, "pause", running)
    reply = api(cast.priya).post(f"/api/sessions/{running.id}/complete")
    assert (reply.data_["status"], reply.data_["pausedAt"]) == ("completed", None)


# --- the deadline as the page shows it ----------------------------------------------------------


def test_the_dashboard_shows_which_pages_have_the_effective_deadline(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    beat = {"attemptId": str(attempt.id), "visible": True, "focused": True, "pending": 0}
    assert join_monitor(priya, running)["students"][0]["deadlineReceived"] is None
    carl.ask("heartbeat", {**beat, "seq": 1, "expiresAt": "2026-05-04T09:30:00.000Z"})
    assert row_of(priya, cast.carl)["deadlineReceived"] is True
    more = {"sessionId": str(running.id), "attemptIds": "all", "minutes": 5, "reason": "Alarm"}
    priya.ask("attempts_extend", more)
    assert row_of(priya, cast.carl)["deadlineReceived"] is False
    assert join_monitor(priya, running)["students"][0]["deadlineReceived"] is False
    carl.ask("heartbeat", {**beat, "seq": 2, "expiresAt": "2026-05-04T09:30:00.000Z"})
    assert row_of(priya, cast.carl) == {}
    carl.ask("heartbeat", {**beat, "seq": 3, "expiresAt": "2026-05-04T09:35:00.000Z"})
    assert row_of(priya, cast.carl)["deadlineReceived"] is True
    assert join_monitor(priya, running)["students"][0]["deadlineReceived"] is True
    assert carl.refused("heartbeat", {**beat, "seq": 4, "expiresAt": "soon"}) == "invalid_input"
