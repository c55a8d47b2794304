"""No response and no event that a student gets before the release contains an answer key."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from exam_app.services.sessions import lifecycle
from tests.factories import EVERY_WRONG, SECRET_WORDS, ExamSessionFactory, NotificationFactory
from tests.helpers.answers import change, questions
from tests.helpers.clients import content_of, data
from tests.helpers.routes import ROUTES, body_for, ids_of
from tests.helpers.seals import opened
from tests.helpers.times import NOW


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


def leaks(payload: Any) -> list[str]:
    text = json.dumps(payload, ensure_ascii=False)
    found = [word for word in SECRET_WORDS if word in text]
    return found + [f"{key}={value}" for key, value in _disclosed(payload) if value is not None]


def _disclosed(payload: Any) -> list[tuple[str, Any]]:
    """What a response discloses about correct answers."""
    found = []
    if isinstance(payload, dict):
        for key, value in payload.items():
            if key in ("isCorrect", "correct", "currentScore", "score", "percentage", "rightAnswer", "grade"):
                found.append((key, value))
            if key == "points" and "answerId" in payload:
                found.append((key, value))
            found += _disclosed(value)
    elif isinstance(payload, list):
        for value in payload:
            found += _disclosed(value)
    return found


def test_the_check_finds_leaks(api: Any, cast: Any, attempt: Any) -> None:
    ids = questions(attempt.test)
    for kind in ids:
        assert leaks(data(api(cast.ines).get(f"/api/questions/{ids[kind]}"))), kind
    assert leaks({"answers": [{"answerId": 1, "points": 4}]})


def test_rest(api: Any, cast: Any, attempt: Any) -> None:
    carl = api(cast.carl)
    wrong = [change(q, EVERY_WRONG[kind]) for kind, q in questions(attempt.test).items()]
    data(carl.post(f"/api/attempts/{attempt.id}/answers", {"changes": wrong}))
    ids = ids_of(cast, attempt, NotificationFactory(user=cast.carl).id)
    routes = [r for r in ROUTES if "student" in r.roles and not r.path.endswith("logout")]
    # In two rounds: in progress, and submitted without a release.
    for confirmed in (False, True):
        for route in routes:
            body = body_for(route, cast, attempt)
            if route.body in ("answer", "answers", "submission"):
                body["changes"] = wrong[:1]
                body = {k: v for k, v in body.items() if k != "changes"} if route.body == "answer" else body
                body |= {"response": EVERY_WRONG["multiple_choice"]} if route.body == "answer" else {}
            if route.body == "submission":
                body["confirmSubmission"] = confirmed
            reply = carl.call(
                route.method, route.path.format(**ids), **({} if route.method == "GET" else {"json": body})
            )
            assert reply.status_code < 500
            assert leaks(content_of(reply)) == [], (str(route), content_of(reply))


def test_socket(api: Any, socket: Any, cast: Any, running: Any, attempt: Any) -> None:
    """Acks of all events, and what the server emits to the student's other device."""
    ids = questions(attempt.test)
    here, there, priya = socket(cast.carl), socket(cast.carl), socket(cast.priya)
    payloads = [client.ask("session_join", {"sessionId": str(running.id)}) for client in (here, there)]
    own = {"attemptId": str(attempt.id)}
    wrong = [change(q, EVERY_WRONG[kind]) for kind, q in ids.items()]
    payloads += [
        here.ask("answers_save", {**own, "changes": wrong}),
        here.ask("answer_submitted", {**own, **wrong[0]}),
        here.ask("heartbeat", {**own, "seq": 1, "visible": True, "focused": True, "pending": 0}),
        here.ask("state_sync_request", {**own, "versions": {}}),
        here.ask("attempt_submit", {**own}),
        here.emit("answers_save", {**own, "changes": [change(ids["numerical"], {"number": "x"})]}),
    ]
    priya.ask(
        "attempts_extend",
        {"sessionId": str(running.id), "attemptIds": "all", "minutes": 5, "reason": "Fire alarm"},
    )
    payloads.append(here.ask("attempt_submit", {**own, "confirmSubmission": True, "finalReview": True}))
    payloads.append(here.ask("state_sync_request", {**own, "versions": {}}))
    events = here.received() + there.received()
    assert {"answers_changed", "deadline_changed", "attempt_closed", "notification"} <= {
        e.name for e in events
    }
    for payload in payloads + [event.data for event in events]:
        assert leaks(payload) == [], payload


# --- before the start ---------------------------------------------------------------------------


def unsealed(payload: Any, session: Any) -> list[str]:
    """The questions and the key of a session that `payload` contains, in any encoding."""
    text = json.dumps(payload, ensure_ascii=False)
    key = session.seal_key
    keys = [key.hex(), b64encode(key).decode().rstrip("="), "seal_key", "sealKey", str(key)]
    questions = [question["text"] for question in session.paper.content["questions"]]
    return [word for word in keys + questions if word in text]


def test_before_the_start_no_reply_contains_the_key_or_a_question(
    api: Any, socket: Any, cast: Any, exam: Any, attempt: Any
) -> None:
    waiting = ExamSessionFactory(
        waiting=True, school_class=cast.biology, test=exam, proctors=[cast.priya], title="Waiting"
    )
    carl, priya = socket(cast.carl), socket(cast.priya)
    own = {"sessionId": str(waiting.id)}
    prepared = carl.ask("session_join", own)["prepared"]
    promised = {"attemptId": prepared["attemptId"]}
    payloads: list[Any] = [prepared, carl.ask("heartbeat", {**own, "seq": 1})]
    payloads += [
        carl.emit(name, {**promised, **data})
        for name, data in (
            ("state_sync_request", {"versions": {}}),
            ("heartbeat", {"seq": 2}),
            ("progress_update", {"questionIndex": 1}),
            ("answers_save", {"changes": [change(questions(exam)["true_false"], EVERY_WRONG["true_false"])]}),
            ("attempt_submit", {"confirmSubmission": True}),
        )
    ]
    ids = ids_of(cast, attempt, NotificationFactory(user=cast.carl).id)
    ids |= {"session": waiting.id, "attempt": prepared["attemptId"]}
    routes = [route for route in ROUTES if route.method == "GET" and "student" in route.roles]
    assert any("sessions" in route.path for route in routes)
    assert any("attempts" in route.path for route in routes)
    payloads += [content_of(api(cast.carl).get(route.path.format(**ids))) for route in routes]
    payloads += [event.data for event in carl.received()]
    for payload in payloads:
        assert unsealed(payload, waiting) == [], payload

    payloads = [priya.ask("monitor_join", own), api(cast.ada).get(f"/api/sessions/{waiting.id}").get_json()]
    staff = [route for route in ROUTES if route.method == "GET" and "admin" in route.roles]
    payloads += [content_of(api(cast.ada).get(route.path.format(**ids))) for route in staff]
    lifecycle.start_session(cast.ines, waiting, NOW)
    payloads += [event.data for event in priya.received()]
    key = b64encode(waiting.seal_key).decode()
    assert key in [event.data.get("key") for event in carl.received()]  # the check would detect it
    assert [payload for payload in payloads if key in json.dumps(payload)] == []
    assert leaks(opened(prepared, key)) == []
