"""Help requests: raised hands and reported questions, until they are resolved."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Activity, HelpRequest
from exam_app.services.attempts import closing
from tests.factories import AttemptFactory
from tests.helpers.answers import questions
from tests.helpers.room import act, join, join_monitor, named, row_of
from tests.helpers.times import minutes


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
    snapshot = join_monitor(priya, running)
    assert snapshot["requests"] == requests
    assert [row["requests"] for row in snapshot["students"]] == [1, 1]
    assert join(carl, running)["attempt"]["handRaised"] == first
    lines = [row.type for row in db.session.query(Activity).filter(Activity.type == "hand_raised")]
    assert len(lines) == 2
    assert "Carl Carter raised a hand: The picture is missing" in [e["text"] for e in snapshot["events"]]


def test_resolving_a_hand(priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    raised = carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    priya.received()
    resolution = {"sessionId": str(running.id), "requestId": raised["requestId"], "note": "Was shown"}
    shown = priya.ask("request_resolve", resolution)
    assert (shown["resolvedBy"], shown["resolvedAt"], shown["note"]) == (
        "Priya Patel",
        "2026-05-04T09:00:00.000Z",
        "Was shown",
    )
    (resolved,) = named(carl, "help_resolved")
    assert resolved | {"serverTime": None} == {
        "attemptId": str(attempt.id),
        "requestId": raised["requestId"],
        "kind": "hand",
        "note": "Was shown",
        "serverTime": None,
    }
    events = priya.received()
    assert [e.data["request"] for e in events if e.name == "help_resolved"] == [shown]
    again = priya.ask("request_resolve", {**resolution, "note": "Second"})
    assert again == shown
    assert named(priya, "help_resolved") == []
    snapshot = join_monitor(priya, running)
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
    snapshot = join_monitor(priya, running)
    assert [request["kind"] for request in snapshot["requests"]] == ["question_report"] * 2
    assert snapshot["events"][1]["text"] == "Carl Carter reported question 2: Two answers are right"


def test_a_raised_hand_ends_with_the_attempt_and_a_report_does_not(
    priya: Any, carl: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    question = next(iter(questions(attempt.test).values()))
    carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    carl.ask("question_report", {"attemptId": str(attempt.id), "questionId": question, "text": "A typo"})
    assert row_of(priya, cast.carl)["requests"] == 2
    carl.ask("attempt_submit", {"attemptId": str(attempt.id), "confirmSubmission": True})
    assert row_of(priya, cast.carl)["requests"] == 1
    (left,) = join_monitor(priya, running)["requests"]
    assert left["kind"] == "question_report"
    assert carl.refused("hand_raise", {"attemptId": str(attempt.id)}) == "attempt_not_in_progress"


@pytest.mark.parametrize("end", ["cancel", "submit", "deadline"])
def test_a_raised_hand_ends_however_the_attempt_ends(
    priya: Any, carl: Any, running: Any, attempt: Any, end: str
) -> None:
    carl.ask("hand_raise", {"attemptId": str(attempt.id)})
    if end == "deadline":
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


def test_a_request_of_another_session_is_not_found(
    priya: Any, socket: Any, cast: SimpleNamespace, running: Any, elsewhere: Any
) -> None:
    hand = socket(cast.carl).ask("hand_raise", {"attemptId": str(elsewhere.id)})
    resolution = {"sessionId": str(running.id), "requestId": hand["requestId"]}
    assert priya.refused("request_resolve", resolution) == "not_found"
    assert join_monitor(priya, running)["requests"] == []
