"""Messages to one, some or all students, and their receipts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import MessageRecipient
from exam_app.realtime import deltas
from exam_app.services.proctoring import messages
from tests.factories import ExamSessionFactory
from tests.helpers.clients import pause, wait_for_deltas
from tests.helpers.room import join, join_monitor, named, send_message
from tests.helpers.times import later


def test_a_message_to_all_reaches_connected_students_and_waits_for_the_others(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any
) -> None:
    message = send_message(priya, running)
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
    (received,) = named(carl, "message")
    assert received == {
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
    send_message(priya, waiting, text="We begin at nine")
    assert [m["text"] for m in named(here, "message")] == ["We begin at nine"]
    reply = join(socket(cast.cora), waiting)
    assert (reply["attempt"], [m["text"] for m in reply["messages"]]) == (None, ["We begin at nine"])


def test_a_message_to_one_student_reaches_nobody_else(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    cora = socket(cast.cora)
    join(cora, running)
    cora.received()
    message = send_message(priya, running, [str(attempt.id)], "See me afterwards")
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
    sent = send_message(priya, running)["messageId"]
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
    (shown,) = join_monitor(priya, running)["messages"]
    assert shown.items() >= counts(sent, 2, 2)
    assert join(carl, running)["messages"][0].items() >= {"received": True, "confirmed": True}.items()


def counts(message_id: int, received: int, confirmed: int) -> Any:
    return {
        "messageId": message_id,
        "recipients": 2,
        "received": received,
        "confirmed": confirmed,
    }.items()


def test_a_receipt_for_the_message_of_another_student_changes_nothing(
    priya: Any, carl: Any, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    sent = send_message(priya, running, [str(attempt.id)])["messageId"]
    ids = {"messageIds": [sent, 2**62], "confirmed": True}
    assert socket(cast.cora).ask("message_received", ids) == {"messageIds": []}
    (recipient,) = db.session.query(MessageRecipient)
    assert (recipient.received_at, recipient.confirmed_at) == (None, None)


def test_receipts_are_published_with_the_deltas(
    running: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, sent: list[SimpleNamespace]
) -> None:
    """Receipts are published with the deltas: few events for a whole class, and counts never decrease."""
    deltas.student_changed(running.id, cast.carl.id, {"violations": 1})
    wait_for_deltas()  # the first is sent immediately
    sent.clear()
    is_over = pause(monkeypatch)
    for received in (1, 3, 2):
        deltas.message_received(
            running.id, {"messageId": 5, "recipients": 3, "received": received, "confirmed": 0}
        )
    assert sent == []
    is_over.set()
    wait_for_deltas()
    (event,) = sent
    assert (event.name, event.data["received"]) == ("message_receipts", 3)


def test_no_message_is_sent_if_one_recipient_is_not_in_the_session(
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
    shown = join_monitor(priya, running)["messages"]
    assert [message["text"] for message in shown] == [f"Number {n}" for n in range(messages.SHOWN, 0, -1)]
