"""No reply and no event that a student gets before the release contains a key."""

from __future__ import annotations

import json
from typing import Any

from tests.factories import SECRET_WORDS, WRONG, NotificationFactory
from tests.helpers.answers import change, questions
from tests.helpers.clients import data
from tests.helpers.routes import ROUTES, body_for, ids_of


def leaks(payload: Any) -> list[str]:
    text = json.dumps(payload, ensure_ascii=False)
    found = [word for word in SECRET_WORDS if word in text]
    return found + [f"{key}={value}" for key, value in _told(payload) if value is not None]


def _told(payload: Any) -> list[tuple[str, Any]]:
    """What a reply says about right and wrong."""
    found = []
    if isinstance(payload, dict):
        for key, value in payload.items():
            if key in ("isCorrect", "correct", "currentScore", "score", "percentage", "rightAnswer", "grade"):
                found.append((key, value))
            if key == "points" and "answerId" in payload:
                found.append((key, value))
            found += _told(value)
    elif isinstance(payload, list):
        for value in payload:
            found += _told(value)
    return found


def test_the_check_finds_what_it_looks_for(api: Any, cast: Any, attempt: Any) -> None:
    ids = questions(attempt.test)
    for kind in ids:
        assert leaks(data(api(cast.ines).get(f"/api/questions/{ids[kind]}"))), kind
    assert leaks({"answers": [{"answerId": 1, "points": 4}]})


def test_rest(api: Any, cast: Any, attempt: Any) -> None:
    carl = api(cast.carl)
    wrong = [change(q, WRONG[kind]) for kind, q in questions(attempt.test).items()]
    data(carl.post(f"/api/attempts/{attempt.id}/answers", {"changes": wrong}))
    ids = ids_of(cast, attempt, NotificationFactory(user=cast.carl).id)
    routes = [r for r in ROUTES if "student" in r.roles and not r.path.endswith("logout")]
    # In two rounds: at work, and handed in without a release.
    for confirmed in (False, True):
        for route in routes:
            body = body_for(route, cast, attempt)
            if route.body in ("answer", "answers", "submission"):
                body["changes"] = wrong[:1]
                body = {k: v for k, v in body.items() if k != "changes"} if route.body == "answer" else body
                body |= {"response": WRONG["multiple_choice"]} if route.body == "answer" else {}
            if route.body == "submission":
                body["confirmSubmission"] = confirmed
            reply = carl.call(
                route.method, route.path.format(**ids), **({} if route.method == "GET" else {"json": body})
            )
            assert reply.status_code < 500
            assert leaks(reply.get_json()) == [], (str(route), reply.get_json())


def test_socket(api: Any, socket: Any, cast: Any, running: Any, attempt: Any) -> None:
    """Acks of all events, and what the server sends on its own to the student's other device."""
    ids = questions(attempt.test)
    here, there, priya = socket(cast.carl), socket(cast.carl), socket(cast.priya)
    payloads = [client.ask("session_join", {"sessionId": str(running.id)}) for client in (here, there)]
    own = {"attemptId": str(attempt.id)}
    wrong = [change(q, WRONG[kind]) for kind, q in ids.items()]
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
