"""The proctor's room: messages and their receipts, hands, and what is done to many attempts at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Activity, HelpRequest, MessageRecipient
from exam_app.services import closing, joining, messages
from tests.factories import AttemptFactory, EnrolmentFactory, ExamSessionFactory, UserFactory
from tests.helpers.answers import questions
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def priya(socket: Any, cast: SimpleNamespace, running: Any) -> Any:
    client = socket(cast.priya)
    client.ask("monitor_join", {"sessionId": str(running.id)})
    return client


@pytest.fixture
def carl(socket: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> Any:
    client = socket(cast.carl)
    join(client, running)
    client.received()
    return client


@pytest.fixture
def elsewhere(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl's attempt in a session that Priya does not watch."""
    other = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=exam)
    return AttemptFactory(student=cast.carl, session=other)


def join(client: Any, session: Any) -> Any:
    return client.ask("session_join", {"sessionId": str(session.id)})


def watch(client: Any, session: Any) -> Any:
    return client.ask("monitor_join", {"sessionId": str(session.id)})


def tell(client: Any, session: Any, who: Any = "all", text: str = "Ten minutes left") -> Any:
    return client.ask("message_send", {"sessionId": str(session.id), "attemptIds": who, "text": text})


def act(client: Any, verb: str, session: Any, who: Any = "all") -> Any:
    data = {"sessionId": str(session.id), "attemptIds": who, "reason": "Fire alarm"}
    return client.ask(f"attempts_{verb}", data)


def named(client: Any, *names: str) -> list[dict[str, Any]]:
    return [event.data for event in client.received() if event.name in names]


def row_of(client: Any, student: Any) -> dict[str, Any]:
    """What the deltas since the last look say of a student's row."""
    row: dict[str, Any] = {}
    for delta in named(client, "student_status_update"):
        for change in delta["students"]:
            if change["studentId"] == str(student.id):
                row |= change
    return row


# --- messages -----------------------------------------------------------------------------------


def test_a_message_to_all_reaches_everybody_here_and_waits_for_the_others(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any
) -> None:
    message = tell(priya, running)
    assert message | {"messageId": 0, "sentAt": ""} == {
        "messageId": 0,
        "text": "Ten minutes left",
        "from": "Priya Patel",
        "sentAt": "",
        "recipients": 2,
        "received": 0,
        "confirmed": 0,
        "toAll": True,
        "studentIds": [],
    }
    (told,) = named(carl, "message")
    assert told == {
        "messageId": message["messageId"],
        "sessionId": str(running.id),
        "text": "Ten minutes left",
        "from": "Priya Patel",
        "sentAt": "2026-05-04T09:00:00.000Z",
    }
    assert named(priya, "message_sent")[0]["message"] == message

    state = join(socket(cast.cora), running)
    (missed,) = state["messages"]
    assert state["attempt"]["messages"] == [missed]
    assert (missed["messageId"], missed["received"], missed["confirmed"]) == (
        message["messageId"],
        False,
        False,
    )


def test_a_message_in_the_waiting_room_is_not_missed(socket: Any, cast: SimpleNamespace, exam: Any) -> None:
    waiting = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam, proctors=[cast.priya])
    priya, here = socket(cast.priya), socket(cast.carl)
    join(here, waiting)
    here.received()
    tell(priya, waiting, text="We begin at nine")
    assert [m["text"] for m in named(here, "message")] == ["We begin at nine"]
    reply = join(socket(cast.cora), waiting)
    assert (reply["attempt"], [m["text"] for m in reply["messages"]]) == (None, ["We begin at nine"])


def test_a_message_to_one_is_for_nobody_else(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    cora = socket(cast.cora)
    join(cora, running)
    cora.received()
    message = tell(priya, running, [str(attempt.id)], "See me afterwards")
    assert (message["recipients"], message["toAll"], message["studentIds"]) == (
        1,
        False,
        [str(cast.carl.id)],
    )
    assert len(named(carl, "message")) == 1
    assert named(cora, "message") == []
    assert join(cora, running)["messages"] == []


def test_receipts_are_counted_once(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any
) -> None:
    cora = socket(cast.cora)
    join(cora, running)
    sent = tell(priya, running)["messageId"]
    priya.received()

    receipt = {"messageIds": [sent]}
    for _ in range(2):
        assert carl.ask("message_received", receipt) == {"messageIds": [sent]}
    assert named(priya, "message_receipts")[-1].items() >= counts(sent, 1, 0)
    cora.ask("message_received", receipt | {"confirmed": True})
    assert named(priya, "message_receipts")[-1].items() >= counts(sent, 2, 1)
    for _ in range(2):
        carl.ask("message_received", receipt | {"confirmed": True})
    assert named(priya, "message_receipts")[-1].items() >= counts(sent, 2, 2)
    carl.ask("message_received", receipt)
    assert named(priya, "message_receipts") == []
    (shown,) = watch(priya, running)["messages"]
    assert shown.items() >= counts(sent, 2, 2)
    assert join(carl, running)["messages"][0].items() >= {"received": True, "confirmed": True}.items()


def counts(message_id: int, received: int, confirmed: int) -> Any:
    return {
        "messageId": message_id,
        "recipients": 2,
        "received": received,
        "confirmed": confirmed,
    }.items()


def test_a_receipt_for_what_somebody_else_was_told_changes_nothing(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    sent = tell(priya, running, [str(attempt.id)])["messageId"]
    ids = {"messageIds": [sent, 2**62], "confirmed": True}
    assert socket(cast.cora).ask("message_received", ids) == {"messageIds": []}
    (recipient,) = db.session.query(MessageRecipient)
    assert (recipient.received_at, recipient.confirmed_at) == (None, None)


def test_receipts_are_told_with_the_deltas(
    running: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, sent: list[SimpleNamespace]
) -> None:
    """A class that receives a message is a few events, and an overtaken count does not go back."""
    from exam_app import live

    monkeypatch.setattr(live, "INTERVAL", 0.3)
    live._deltas[running.id] = live._Delta(sent_at=live.time.monotonic())
    for received in (1, 3, 2):
        live.message_receipts(
            running.id, {"messageId": 5, "recipients": 3, "received": received, "confirmed": 0}
        )
    assert sent == []
    live.flush()
    (told,) = sent
    assert (told.name, told.data["received"]) == ("message_receipts", 3)


def test_nobody_is_told_when_one_addressee_is_not_in_the_session(
    priya: Any, carl: Any, running: Any, attempt: Any, elsewhere: Any
) -> None:
    data = {"sessionId": str(running.id), "attemptIds": [str(attempt.id), str(elsewhere.id)], "text": "Hello"}
    error = priya.emit("message_send", data)["error"]
    assert (error["code"], error["details"]) == ("not_found", {"attemptIds": [str(elsewhere.id)]})
    assert named(carl, "message") == []
    assert db.session.query(MessageRecipient).count() == 0


def test_the_newest_fifty_messages_are_in_the_snapshot(
    priya: Any, cast: SimpleNamespace, running: Any
) -> None:
    for number in range(messages.SHOWN + 1):
        messages.send(running, cast.priya, None, f"Number {number}", later(number))
    shown = watch(priya, running)["messages"]
    assert [message["text"] for message in shown] == [f"Number {n}" for n in range(messages.SHOWN, 0, -1)]


# --- hands and reports --------------------------------------------------------------------------


def test_a_raised_hand_and_its_place_in_the_queue(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    cora = socket(cast.cora)
    other = join(cora, running)["attempt"]["attemptId"]
    priya.received()
    question = list(questions(attempt.test).values())[2]
    hand = {"attemptId": str(attempt.id), "text": "The picture is missing", "questionId": question}
    first = carl.ask("hand_raise", hand)
    assert first["position"] == 1
    assert carl.ask("hand_raise", {"attemptId": str(attempt.id), "text": "Again"}) == first
    assert cora.ask("hand_raise", {"attemptId": other})["position"] == 2

    events = priya.received()
    requests = [event.data["request"] for event in events if event.name == "help_requested"]
    assert [request["studentName"] for request in requests] == ["Carl Carter", "Cora Castle"]
    assert requests[0] == {
        "requestId": first["requestId"],
        "kind": "hand",
        "attemptId": str(attempt.id),
        "studentId": str(cast.carl.id),
        "studentName": "Carl Carter",
        "questionId": question,
        "questionIndex": 3,
        "text": "The picture is missing",
        "createdAt": "2026-05-04T09:00:00.000Z",
        "resolvedAt": None,
        "resolvedBy": None,
        "note": "",
    }
    snapshot = watch(priya, running)
    assert snapshot["requests"] == requests
    assert [row["requests"] for row in snapshot["students"]] == [1, 1]
    assert join(carl, running)["attempt"]["handRaised"] == first
    lines = [row.type for row in db.session.query(Activity).filter(Activity.type == "hand_raised")]
    assert len(lines) == 2
    assert "Carl Carter raised a hand: The picture is missing" in [e["text"] for e in snapshot["events"]]


def test_settling_a_hand(priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    raised = carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    priya.received()
    settle = {"sessionId": str(running.id), "requestId": raised["requestId"], "note": "Was shown"}
    settled = priya.ask("request_resolve", settle)
    assert (settled["resolvedBy"], settled["resolvedAt"], settled["note"]) == (
        "Priya Patel",
        "2026-05-04T09:00:00.000Z",
        "Was shown",
    )
    (told,) = named(carl, "help_resolved")
    assert told | {"serverTime": None} == {
        "attemptId": str(attempt.id),
        "requestId": raised["requestId"],
        "kind": "hand",
        "note": "Was shown",
        "serverTime": None,
    }
    events = priya.received()
    assert [e.data["request"] for e in events if e.name == "help_resolved"] == [settled]
    again = priya.ask("request_resolve", {**settle, "note": "Second"})
    assert again == settled
    assert named(priya, "help_resolved") == []
    snapshot = watch(priya, running)
    assert (snapshot["requests"], snapshot["students"][0]["requests"]) == ([], 0)
    assert join(carl, running)["attempt"]["handRaised"] is None
    assert carl.ask("hand_raise", {"attemptId": str(attempt.id)})["requestId"] != raised["requestId"]


def test_lowering_a_hand(priya: Any, carl: Any, running: Any, attempt: Any) -> None:
    own = {"attemptId": str(attempt.id)}
    assert carl.ask("hand_lower", own) == {"lowered": False}
    carl.ask("hand_raise", own)
    assert carl.ask("hand_lower", own) == {"lowered": True}
    assert carl.ask("hand_lower", own) == {"lowered": False}
    assert len(named(priya, "help_resolved")) == 1


def test_a_reported_question(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    question = list(questions(attempt.test).values())[1]
    report = {"attemptId": str(attempt.id), "questionId": question, "text": "Two answers are right"}
    first = carl.ask("question_report", report)
    assert carl.ask("question_report", report) == first
    assert carl.ask("question_report", {**report, "text": "And a typo"})["position"] == 2
    assert row_of(priya, cast.carl)["requests"] == 2
    snapshot = watch(priya, running)
    assert [request["kind"] for request in snapshot["requests"]] == ["question_report"] * 2
    assert snapshot["events"][1]["text"] == "Carl Carter reported question 2: Two answers are right"


def test_a_hand_ends_with_the_attempt_and_a_report_does_not(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    question = next(iter(questions(attempt.test).values()))
    carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    carl.ask("question_report", {"attemptId": str(attempt.id), "questionId": question, "text": "A typo"})
    assert row_of(priya, cast.carl)["requests"] == 2
    carl.ask("attempt_submit", {"attemptId": str(attempt.id), "confirmSubmission": True})
    assert row_of(priya, cast.carl)["requests"] == 1
    (left,) = watch(priya, running)["requests"]
    assert left["kind"] == "question_report"
    assert carl.refused("hand_raise", {"attemptId": str(attempt.id)}) == "attempt_not_in_progress"


@pytest.mark.parametrize("end", ["cancel", "submit", "bell"])
def test_however_the_attempt_ends(priya: Any, carl: Any, running: Any, attempt: Any, end: str) -> None:
    carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    if end == "bell":
        closing.close_due(minutes(31))
    else:
        act(priya, end, running)
    (hand,) = db.session.query(HelpRequest)
    assert hand.resolved_at is not None
    assert (hand.resolved_by, [e["kind"] for e in named(carl, "help_resolved")]) == (None, ["hand"])


def test_help_is_for_the_own_attempt_in_a_session(
    carl: Any, socket: Any, cast: SimpleNamespace, attempt: Any, unknown_id: Any
) -> None:
    cora = socket(cast.cora)
    question = next(iter(questions(attempt.test).values()))
    practice = AttemptFactory(student=cast.carl, test=attempt.test)
    for client, attempt_id in ((cora, attempt.id), (carl, practice.id), (carl, unknown_id)):
        own = {"attemptId": str(attempt_id)}
        assert client.refused("hand_raise", own) == "not_found"
        assert client.refused("hand_lower", own) == "not_found"
        report = {**own, "questionId": question, "text": "A typo"}
        assert client.refused("question_report", report) == "not_found"
    wrong = {"attemptId": str(attempt.id), "questionId": 2**30, "text": "There is none"}
    assert carl.refused("question_report", wrong) == "invalid_input"
    assert carl.refused("hand_raise", wrong) == "invalid_input"


def test_a_request_of_another_session_is_none(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, elsewhere: Any
) -> None:
    hand = socket(cast.carl).ask("hand_raise", {"attemptId": str(elsewhere.id)})
    settle = {"sessionId": str(running.id), "requestId": hand["requestId"]}
    assert priya.refused("request_resolve", settle) == "not_found"
    assert watch(priya, running)["requests"] == []


# --- many attempts at once ----------------------------------------------------------------------


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
    assert watch(priya, running)["students"][0]["pausedAt"] == "2026-05-04T09:00:00.000Z"


@pytest.mark.parametrize(
    ("verb", "status"), [("pause", "paused"), ("cancel", "cancelled"), ("submit", "submitted")]
)
def test_all_are_those_it_can_be_done_to(
    priya: Any, cast: SimpleNamespace, running: Any, attempt: Any, elsewhere: Any, verb: str, status: str
) -> None:
    AttemptFactory(student=cast.cora, session=running, submitted=True)
    outcome = act(priya, verb, running)
    assert [(row["attemptId"], row["status"]) for row in outcome["done"]] == [(str(attempt.id), status)]
    assert outcome["refused"] == []
    assert act(priya, verb, running) == {"done": [], "refused": []}


def test_a_reason_must_be_given_and_nothing_is_done_without(priya: Any, running: Any, attempt: Any) -> None:
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
    "message_send": {"attemptIds": "all", "text": "Hello"},
    "request_resolve": {"requestId": 1},
}


@pytest.mark.parametrize("verb", VERBS)
def test_whose_session_it_is_not(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, verb: str
) -> None:
    strangers = [cast.otto, UserFactory(proctor=True, organization=cast.school)]
    for stranger in strangers:
        assert socket(stranger).refused(verb, {"sessionId": str(running.id), **VERBS[verb]}) == "not_found"
    db.session.refresh(attempt)
    assert attempt.status == "in_progress"


@pytest.mark.parametrize("verb", [*VERBS, "monitor_join"])
def test_whoever_becomes_a_student_watches_no_more(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, verb: str
) -> None:
    cast.priya.role = "student"
    EnrolmentFactory(class_id=cast.biology.id, student_id=cast.priya.id)
    assert priya.refused(verb, {"sessionId": str(running.id), **VERBS.get(verb, {})}) == "forbidden"
    assert priya.is_connected
    priya.received()
    carl.ask("hand_raise", {"attemptId": join(carl, running)["attempt"]["attemptId"]})
    assert priya.names() == []


def test_what_one_may_do_is_in_the_snapshot(priya: Any, running: Any) -> None:
    actions = watch(priya, running)["actions"]
    assert actions == dict.fromkeys(("pause", "resume", "cancel", "submit", "extend", "message"), True)


# --- the pause of the room ----------------------------------------------------------------------


def test_who_comes_while_the_room_is_paused_begins_paused_and_goes_on_with_the_others(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(10), tick=False)
    act(priya, "pause", running)
    assert [e["pausedAt"] for e in named(priya, "session_paused")] == ["2026-05-04T09:10:00.000Z"]
    time_machine.move_to(minutes(15), tick=False)
    cora = socket(cast.cora)
    state = join(cora, running)["attempt"]
    assert (state["status"], state["expiresAt"]) == ("paused", "2026-05-04T09:30:00.000Z")
    assert watch(priya, running)["session"]["pausedAt"] == "2026-05-04T09:10:00.000Z"

    time_machine.move_to(minutes(20), tick=False)
    outcome = act(priya, "resume", running)
    # The common clock stood still for ten minutes, for everybody.
    assert {row["expiresAt"] for row in outcome["done"]} == {"2026-05-04T09:40:00.000Z"}
    assert len(outcome["done"]) == 2
    assert [e["expiresAt"] for e in named(priya, "session_resumed")] == ["2026-05-04T09:40:00.000Z"]

    # Who comes after the pause has the same end, and the ledger says why.
    late = UserFactory(organization=cast.school)
    EnrolmentFactory(class_id=cast.biology.id, student_id=late.id)
    _, later_attempt = joining.join_session(late, running.id, minutes(35))
    assert (later_attempt.status, later_attempt.deadline_at) == ("in_progress", minutes(40))


def test_coming_during_a_pause_that_outlasts_the_exam(
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


def test_with_a_timer_of_their_own_the_pause_counts_from_when_they_came(
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


def test_a_page_that_comes_back_does_not_end_the_rooms_pause(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    attempt.status, attempt.paused_at, attempt.paused_by = "paused", NOW, None  # the connection was lost
    act(priya, "pause", running)
    assert join(socket(cast.carl), running)["attempt"]["status"] == "paused"


def test_pausing_one_does_not_pause_the_room(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    act(priya, "pause", running, [str(attempt.id)])
    assert join(socket(cast.cora), running)["attempt"]["status"] == "in_progress"


def test_beginning_anew_in_a_paused_room(
    api: Any, priya: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    time_machine.move_to(minutes(10), tick=False)
    act(priya, "pause", running)
    time_machine.move_to(minutes(15), tick=False)
    api(cast.priya).post(f"/api/attempts/{attempt.id}/reset", {"reason": "Wrong room"})
    row = watch(priya, running)["students"][0]
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


def test_the_dashboard_knows_whose_page_shows_the_deadline_that_counts(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    beat = {"attemptId": str(attempt.id), "visible": True, "focused": True, "pending": 0}
    assert watch(priya, running)["students"][0]["deadlineReceived"] is None
    carl.ask("heartbeat", {**beat, "seq": 1, "expiresAt": "2026-05-04T09:30:00.000Z"})
    assert row_of(priya, cast.carl)["deadlineReceived"] is True
    more = {"sessionId": str(running.id), "attemptIds": "all", "minutes": 5, "reason": "Alarm"}
    priya.ask("attempts_extend", more)
    assert row_of(priya, cast.carl)["deadlineReceived"] is False
    assert watch(priya, running)["students"][0]["deadlineReceived"] is False
    carl.ask("heartbeat", {**beat, "seq": 2, "expiresAt": "2026-05-04T09:30:00.000Z"})
    assert row_of(priya, cast.carl) == {}
    carl.ask("heartbeat", {**beat, "seq": 3, "expiresAt": "2026-05-04T09:35:00.000Z"})
    assert row_of(priya, cast.carl)["deadlineReceived"] is True
    assert watch(priya, running)["students"][0]["deadlineReceived"] is True
    assert carl.refused("heartbeat", {**beat, "seq": 4, "expiresAt": "soon"}) == "invalid_input"
