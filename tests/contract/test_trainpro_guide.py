"""Source document 001, the guide to trainpro's attempts: the life cycle of an attempt, and its recovery.

Its calls are methods of a service: `initiate` and `start` are one call here, `complete` is `submit`, and the
position, the answers and the time that it restores are returned by `sync` and `resume`.
"""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import DisconnectPolicy
from exam_app.services.attempts import closing
from exam_app.services.taking import recovery
from exam_app.services.timing import time_warnings
from tests.contract.shapes import TIME, clock_time, shown, written
from tests.contract.situations import answer, begin, ids
from tests.factories import SchoolClassFactory, TestFactory, UserFactory
from tests.helpers.answers import change
from tests.helpers.clients import data


@pytest.fixture
def fifteen(cast: SimpleNamespace) -> Any:
    """A self-paced test of 15 questions, so that five of them are 33.3 %."""
    kinds = ("multiple_choice",) * 15
    return TestFactory(author=cast.ines, practice=True, published=True, questions__types=kinds)


def status_of(api: Any, student: Any, path: str) -> str:
    return str(data(api(student).get(f"{path}/status"))["status"])


# --- 1. initiation and validation ---------------------------------------------------------------


def test_a_student_who_is_not_enrolled_finds_no_session(
    api: Any, cast: SimpleNamespace, running: Any
) -> None:
    stranger = UserFactory(organization=cast.school)
    reply = api(stranger).post("/api/attempts/start", {"sessionId": str(running.id)})
    assert (reply.status_code, reply.code) == (404, "not_found")


def test_is_active_gates_initiation_and_nothing_else(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`Test.deactivate()`: new attempts are refused, existing ones continue."""
    path = begin(api(cast.carl), fifteen)
    data(api(cast.ines).post(f"/api/tests/{fifteen.id}/deactivate"))
    reply = api(cast.cora).post("/api/attempts/start", {"testId": fifteen.id})
    assert reply.error["details"]["reasons"] == ["test_inactive"]
    assert answer(api(cast.carl), path, fifteen, [0])["progress"]["questionsAnswered"] == 1
    data(api(cast.ines).post(f"/api/tests/{fifteen.id}/activate"))
    data(api(cast.cora).post("/api/attempts/start", {"testId": fifteen.id}), 201)


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ({"available_from": clock_time(11)}, "not_yet_available"),
        ({"available_until": clock_time(10)}, "no_longer_available"),
    ],
)
def test_availability(api: Any, at: Any, cast: SimpleNamespace, window: dict[str, Any], reason: str) -> None:
    at(10, 30)
    test = TestFactory(author=cast.ines, practice=True, published=True, **window)
    eligible = data(api(cast.carl).get(f"/api/tests/{test.id}/eligibility"))
    assert (eligible["eligible"], [why["code"] for why in eligible["reasons"]]) == (False, [reason])
    reply = api(cast.carl).post("/api/attempts/start", {"testId": test.id})
    assert reply.error["details"]["reasons"] == [reason]


def test_duration_determines_the_end(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`expiresAt` is stored at the start. A `sessionConfig` is not accepted: the interval of saves and the
    time of warnings are settings of the test.
    """
    at(10, 30)
    carl = api(cast.carl)
    config = {"autoSave": True, "saveInterval": 30000, "warningTime": 300000}
    reply = carl.post("/api/attempts/start", {"testId": fifteen.id, "sessionConfig": config})
    assert reply.code == "invalid_input"
    state = data(carl.get(f"{begin(carl, fifteen)}/sync"))
    example = {"startTime": written(10, 30), "expiresAt": written(11), "timeRemaining": 1800}
    assert shown(state, example) == example
    assert state["settings"]["warningMinutes"] == [5, 1]


def test_the_origin_of_an_attempt_is_recorded(api: Any, cast: SimpleNamespace, running: Any) -> None:
    """The entity's `ipAddress` and `userAgent`. A second device does not overwrite them."""
    for browser, client_ip in [("Firefox/134.0", "192.0.2.7"), ("Safari/18.2", "192.0.2.8")]:
        reply = api(cast.carl).post(
            "/api/attempts/start",
            {"sessionId": str(running.id)},
            headers={"User-Agent": browser},
            environ_overrides={"REMOTE_ADDR": client_ip},
        )
        path = f"/api/attempts/{data(reply, 201)['attemptId']}"
    found = data(api(cast.ines).get(f"{path}/details"))["attempt"]
    assert (found["address"], found["userAgent"]) == ("192.0.2.7", "Firefox/134.0")


# --- 3. and 4. in progress ----------------------------------------------------------------------


def test_update_progress(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`progressPercentage` and `answeredQuestions` are accepted, but computed by the server from saved
    answers. `currentQuestionIndex` counts from 0.
    """
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    sent = {
        "currentQuestionIndex": 5,
        "progressPercentage": 33.3,
        "answeredQuestions": ids(fifteen)[:5],
    }
    example = {"questionsAnswered": 0, "completionPercentage": 0, "currentQuestionIndex": 5}
    assert shown(data(carl.put(f"{path}/progress", sent))["progress"], example) == example
    answer(carl, path, fifteen, range(5))
    example = {"questionsAnswered": 5, "completionPercentage": 33.3, "currentQuestionIndex": 5}
    assert shown(data(carl.put(f"{path}/progress", sent))["progress"], example) == example


def test_navigation_history(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    for second, index in enumerate((3, 4, 3)):
        at(10, 31, second)
        data(carl.post(f"{path}/navigate", {"targetQuestionIndex": index}))
    assert data(carl.get(f"{path}/navigation")) == {
        "history": [
            {"questionIndex": 3, "at": written(10, 31, 0)},
            {"questionIndex": 4, "at": written(10, 31, 1)},
            {"questionIndex": 3, "at": written(10, 31, 2)},
        ]
    }


def test_heartbeat(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    at(10, 40)
    beat = data(carl.put(f"{path}/heartbeat", {"seq": 1, "visible": True, "focused": True, "pending": 0}))
    assert beat == {
        "serverTime": written(10, 40),
        "status": "in_progress",
        "expiresAt": written(11),
        "version": 0,
    }


def test_status(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    at(10, 30)
    path = begin(api(cast.carl), fifteen)
    at(10, 40)
    answer(api(cast.carl), path, fifteen, [0])
    at(10, 45)
    for person in (cast.carl, cast.ines):
        assert data(api(person).get(f"{path}/status")) == {
            "attemptId": path.rpartition("/")[2],
            "status": "in_progress",
            "isActive": True,
            "canResume": True,
            "timeRemaining": 900,
            "expiresAt": written(11),
            "version": 1,
            "lastSavedAt": written(10, 40),
            "serverTime": written(10, 45),
        }


def test_auto_saved_answers_survive_the_page(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """Saved answers are available to the next page, whatever happened to the first one."""
    path = begin(api(cast.carl), fifteen)
    answer(api(cast.carl), path, fifteen, range(5))
    state = data(api(cast.carl).get(f"{path}/sync"))
    assert {one["questionId"] for one in state["answers"]} == set(ids(fifteen)[:5])
    assert all(one["response"] == {"selectedOptionIds": [1]} for one in state["answers"])


def test_two_devices_see_the_same_order(api: Any, cast: SimpleNamespace) -> None:
    """Equal distribution: shuffled once per attempt, and the same after every interruption."""
    test = TestFactory(
        author=cast.ines, practice=True, published=True, shuffle_questions=True, shuffle_options=True
    )
    path = begin(api(cast.carl), test)
    laptop, phone = (data(api(cast.carl).get(f"{path}/sync"))["questions"] for _ in range(2))
    assert laptop == phone


# --- 5. completion ------------------------------------------------------------------------------


def test_complete(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`finalAnswers` are `changes`: pending ones are saved first. The time is the server's, and
    `submissionMethod` follows from the actor who ended it.
    """
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    answer(carl, path, fifteen, range(14))
    at(10, 50)
    last = change(ids(fifteen)[14], {"selectedOptionIds": [1]})
    sent = {"changes": [last], "confirmSubmission": True, "finalReview": True}
    reply = data(carl.post(f"{path}/submit", sent))
    example = {
        "status": "graded",
        "submissionMethod": "manual",
        "endTime": written(10, 50),
        "timeSpent": 1200,
        "score": 60,
        "maxScore": 60,
    }
    assert shown(reply["attempt"], example) == example
    assert reply["results"]["questionsAnswered"] == 15
    assert data(carl.post(f"{path}/submit", sent)) == reply, "a duplicate changes nothing"


def test_time_out_completes_it(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`automatic`; the recorded end is the deadline, however late the clock process was."""
    at(10, 30)
    path = begin(api(cast.carl), fifteen)
    answer(api(cast.carl), path, fifteen, range(3))
    closing.close_due(clock_time(11, 5))
    at(11, 5)
    assert status_of(api, cast.carl, path) == "expired"
    reply = data(api(cast.carl).post(f"{path}/submit", {"confirmSubmission": True}))
    example = {"status": "graded", "submissionMethod": "automatic", "endTime": written(11), "timeSpent": 1800}
    assert shown(reply["attempt"], example) == example
    assert reply["results"]["questionsAnswered"] == 3


def test_completion_is_notified(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """To the student, in the app and by mail. The instructor's is an event on the dashboard."""
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    receipt = data(carl.post(f"{path}/submit", {"confirmSubmission": True}))["receipt"]
    (notification,) = data(carl.get("/api/notifications"))["notifications"]
    assert notification["kind"] == "attempt_handed_in"
    assert receipt in notification["body"]


def test_time_warnings_are_published(
    api: Any, at: Any, cast: SimpleNamespace, fifteen: Any, sent: list[SimpleNamespace]
) -> None:
    """Five minutes before the end (`warningTime: 300000`), and one minute."""
    at(10, 30)
    path = begin(api(cast.carl), fifteen)
    for minute, left in [(55, 5), (59, 1)]:
        at(10, minute)
        sent.clear()
        assert time_warnings.give_due_warnings(clock_time(10, minute)) == 1
        (warning,) = [event for event in sent if event.name == "time_warning"]
        assert warning.data == {
            "attemptId": path.rpartition("/")[2],
            "minutesLeft": left,
            "expiresAt": written(11),
            "serverTime": written(10, minute),
        }


def test_results_have_versions(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """Several attempts, and a score override: each has its own results, and the newest is effective."""
    for number in (1, 2):
        path = begin(api(cast.carl), fifteen)
        assert data(api(cast.carl).get(path))["attempt"]["attemptNumber"] == number
        answer(api(cast.carl), path, fifteen, range(5 * number))
        data(api(cast.carl).post(f"{path}/submit", {"confirmSubmission": True}))
    data(api(cast.ines).put(f"{path}/score", {"score": 44, "reason": "Question 11 counts for all"}))
    results = data(api(cast.ines).get(f"{path}/details"))["results"]
    assert [(row["number"], row["score"]) for row in results] == [(2, 44), (1, 40)]
    rows = data(api(cast.carl).get(f"/api/attempts/user/{cast.carl.id}"))["attempts"]
    assert sorted(row["score"] for row in rows) == [20, 44]


def test_the_audit_trail(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    path = begin(api(cast.carl), fifteen)
    data(api(cast.carl).post(f"{path}/submit", {"confirmSubmission": True}))
    entries = data(api(cast.ines).get(f"{path}/activity"))["entries"]
    assert [entry["type"] for entry in entries] == ["attempt_submitted", "attempt_started"]
    assert all(entry["actor"]["userId"] == str(cast.carl.id) for entry in entries)


# --- 6. recovery --------------------------------------------------------------------------------


def test_resume(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`{currentQuestion, answers, timeRemaining, canResume}`. The clock kept running: disconnecting gains no
    time.
    """
    at(10, 30)
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    answer(carl, path, fifteen, range(5))
    data(carl.post(f"{path}/navigate", {"targetQuestionIndex": 5}))
    at(10, 45)
    reply = data(carl.post(f"{path}/resume"))
    example = {
        "attemptId": path.rpartition("/")[2],
        "status": "in_progress",
        "canResume": True,
        "currentQuestionIndex": 5,
        "timeRemaining": 900,
        "serverTime": TIME,
    }
    assert shown(reply, example) == example
    assert len(reply["answers"]) == 5


def test_an_ended_attempt_cannot_be_resumed(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """`Session no longer active`."""
    carl = api(cast.carl)
    path = begin(carl, fifteen)
    data(carl.post(f"{path}/submit", {"confirmSubmission": True}))
    reply = carl.post(f"{path}/resume")
    assert (reply.status_code, reply.code) == (409, "attempt_not_in_progress")
    assert reply.error["details"] == {"status": "graded"}


def test_an_attempt_cannot_be_resumed_after_the_deadline(
    api: Any, at: Any, cast: SimpleNamespace, fifteen: Any
) -> None:
    """`Session has expired`: a request after the deadline closes the attempt if the clock has not done so."""
    at(10, 30)
    path = begin(api(cast.carl), fifteen)
    at(11, 0, 3)
    reply = api(cast.carl).post(f"{path}/resume")
    assert (reply.code, reply.error["details"]) == ("attempt_not_in_progress", {"status": "expired"})
    assert data(api(cast.carl).get(path))["attempt"]["submissionMethod"] == "automatic"


# --- the state machine --------------------------------------------------------------------------


def test_initiated_to_in_progress(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """001's `initiated` is `not_started` here, and no attempt stays in it: start does both."""
    assert status_of(api, cast.carl, begin(api(cast.carl), fifteen)) == "in_progress"


def test_paused_by_connection_issues_and_resumed(api: Any, at: Any, cast: SimpleNamespace) -> None:
    """001 always pauses on a lost connection; here only where the test's policy says so, and never with a
    global timer. The pause is added to the deadline.
    """
    at(10, 30)
    test = TestFactory(
        author=cast.ines, practice=True, published=True, disconnect_policy=DisconnectPolicy.PAUSE
    )
    path = begin(api(cast.carl), test)
    recovery.connection_lost([uuid.UUID(path.rpartition("/")[2])], clock_time(10, 40))
    at(10, 50)
    assert status_of(api, cast.carl, path) == "paused"
    resumed = data(api(cast.carl).post(f"{path}/resume"))
    assert (resumed["status"], resumed["expiresAt"]) == ("in_progress", written(11, 10))


def test_paused_by_staff(api: Any, at: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    at(10, 30)
    path = begin(api(cast.carl), fifteen)
    paused = data(api(cast.ines).post(f"{path}/pause", {"reason": "A fire alarm"}))
    assert paused["status"] == "paused"
    reply = api(cast.carl).post(f"{path}/resume")
    assert (reply.code, reply.error["details"]) == ("attempt_not_in_progress", {"status": "paused"})
    at(10, 40)
    resumed = data(api(cast.ines).post(f"{path}/resume", {"reason": "A false alarm"}))
    assert (resumed["status"], resumed["expiresAt"]) == ("in_progress", written(11, 10))


def test_cancelled_by_an_instructor(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    path = begin(api(cast.carl), fifteen)
    cancelled = data(api(cast.ines).post(f"{path}/cancel", {"reason": "Somebody else sat there"}))
    assert cancelled["status"] == "cancelled"
    found = data(api(cast.ines).get(f"{path}/details"))["attempt"]
    assert (found["cancelReason"], found["score"]) == ("Somebody else sat there", None)


def test_submitted_to_completed(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    """001's `completed` is `graded`. A forced submission is `submitted` until it is graded, soon after."""
    path = begin(api(cast.carl), fifteen)
    moved = data(api(cast.ines).post(f"{path}/force-submit", {"reason": "The school closes"}))
    assert moved["status"] == "submitted"
    data(api(cast.carl).post(f"{path}/submit", {"confirmSubmission": True}))
    assert status_of(api, cast.carl, path) == "graded"
    assert data(api(cast.carl).get(path))["attempt"]["submissionMethod"] == "forced"


# --- concurrency --------------------------------------------------------------------------------


def test_organizations_are_isolated(api: Any, cast: SimpleNamespace, fifteen: Any) -> None:
    path = begin(api(cast.carl), fifteen)
    for url in (path, f"{path}/status", f"{path}/details", f"{path}/analytics"):
        assert api(cast.otto).get(url).code == "not_found"
    SchoolClassFactory(teacher=cast.otto)
    db.session.commit()
    assert data(api(cast.otto).get("/api/attempts"))["pagination"]["total"] == 0
