"""Any input to the API gets a response in the one JSON shape, and never an internal error."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Answer, Attempt
from exam_app.services.answers import saving
from tests.factories import RIGHT, BatchFactory, ChangeFactory, NotificationFactory
from tests.helpers.answers import answers_of, change, questions
from tests.helpers.clients import data
from tests.helpers.routes import ROUTES, SIGN_IN, Route, body_for, ids_of
from tests.helpers.times import minutes

WITH_BODY = [SIGN_IN] + [route for route in ROUTES if route.body]
BAD_BODIES = {
    "nothing": b"",
    "half": b'{"a": ',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"text"',
    "a number": b"1",
    "not UTF-8": b'{"email": "\xff\xfe"}',
    "UTF-16": '{"email": "x"}'.encode("utf-16"),
    "a NUL": b'{"email": "\x00"}',
    "deep": b'{"changes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"response": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
    "a number of 10,000 digits": b'{"questionId": ' + b"9" * 10_000 + b"}",
    "an unknown field": b'{"surprise": 1}',
}
BAD_VALUES: dict[str, Any] = {
    "null": None,
    "true": True,
    "a text": "text",
    "an empty text": "",
    "a list": [],
    "a list of lists": [[[]]],
    "an object": {},
    "a negative number": -1,
    "a fraction": 1.5,
    "a huge number": 10**30,
    "no number": float("nan"),
    "infinite": float("inf"),
    "a NUL": "a\x00b",
    "half a character": "\ud800",
    "very long": "x" * 70_000,
}


def check(reply: Any, what: str) -> None:
    assert reply.is_json, what
    body = reply.get_json()
    assert reply.status_code < 500, (what, reply.status_code, body)
    if reply.status_code >= 400:
        assert set(body) == {"success", "error"} and body["success"] is False, (what, body)
        assert set(body["error"]) == {"code", "message", "details"}, (what, body)


def an_answer(attempt: Any) -> uuid.UUID:
    """An answer to a question that needs no marking by hand."""
    one = ChangeFactory(question_id=questions(attempt.test)["short_answer"], response=RIGHT["short_answer"])
    saving.save(BatchFactory(attempt=attempt, changes=[one]))
    return db.session.scalars(select(Answer.id).where(Answer.attempt_id == attempt.id)).one()


@pytest.fixture
def target(api: Any, cast: SimpleNamespace, attempt: Any) -> Any:
    """For a route: an authorized client, and the URL."""
    attempt.test.leaderboard = True
    note = NotificationFactory(user=cast.carl)
    ids = {**ids_of(cast, attempt, note.id), "answer": an_answer(attempt)}

    def found(route: Route) -> tuple[Any, str]:
        person = cast.carl if "student" in route.roles else cast.ada
        return api(person), route.path.format(**ids)

    return found


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_malformed_bodies_are_refused(route: Route, target: Any, rate_limits: None) -> None:
    client, path = target(route)
    for what, body in BAD_BODIES.items():
        reply = client.send(path, body, route.method)
        check(reply, what)
        if not (what in ("nothing", "null") or route.body in ("heartbeat", "submission", "person_change")):
            assert reply.status_code in (400, 413, 422), (what, reply.get_json())


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_another_content_type_is_refused(kind: str, target: Any) -> None:
    for route in WITH_BODY:
        client, path = target(route)
        check(client.send(path, b'{"a": 1}', route.method, kind), str(route))


def mutations(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of `value` in which one node is replaced by each bad value."""
    for what, bad in BAD_VALUES.items():
        yield f"{path} is {what}", bad
    if isinstance(value, dict):
        for key, part in value.items():
            without = {k: v for k, v in value.items() if k != key}
            yield f"{path}.{key} is missing", without
            for name, changed in mutations(part, f"{path}.{key}"):
                yield name, {**value, key: changed}
    elif isinstance(value, list) and value:
        for name, changed in mutations(value[0], f"{path}[0]"):
            yield name, [changed, *value[1:]]


@pytest.mark.parametrize("route", WITH_BODY, ids=str)
def test_every_field_refuses_every_bad_value(
    route: Route, target: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    client, path = target(route)
    good = body_for(route, cast, attempt)
    for what, body in mutations(good):
        check(client.send(path, json.dumps(body), route.method), what)
    reply = client.send(path, json.dumps(good), route.method)
    assert reply.status_code in (200, 201, 409), reply.get_json()


def test_every_bad_value_in_a_late_answer_is_refused(
    target: Any, cast: SimpleNamespace, attempt: Any, time_machine: Any
) -> None:
    """A late answer is stored unchanged, so only storable values are accepted."""
    route = next(route for route in WITH_BODY if route.body == "answers")
    time_machine.move_to(minutes(31), tick=False)
    client, path = target(route)
    for what, body in mutations(body_for(route, cast, attempt)):
        check(client.send(path, json.dumps(body)), what)


@pytest.mark.parametrize(
    "path",
    [
        "/api/nothing",
        "/api/sessions/not-an-id",
        "/api/questions/0",
        "/api/questions/-1",
        "/api/questions/99999999999999999999999",
        "/api/questions/" + "9" * 5000,
        "/api/tests/99999999999999999999999/eligibility",
        "/api/questions?page=0",
        "/api/questions?limit=101",
        "/api/questions?page=many",
        "/api/questions?page=" + "9" * 5000,
        "/api/questions?category=%00",
        "/api/questions?questionType=%00",
        "/api/questions?category=%FF",
        "/api/questions?surprise=1",
        "/api/users?role=king",
        "/api/users?role=%00",
        "/api/%00",
        "/api/%FF",
    ],
)
def test_malformed_urls_are_refused(api: Any, cast: SimpleNamespace, path: str) -> None:
    reply = api(cast.ada).get(path)
    check(reply, path)


def test_unsupported_methods_are_refused(api: Any, cast: SimpleNamespace) -> None:
    reply = api(cast.ada).delete("/api/auth/login")
    assert (reply.status_code, reply.code) == (405, "method_not_allowed")
    assert reply.headers["Allow"]


def test_a_body_that_is_too_large_is_refused(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    reply = api(cast.carl).send(f"/api/attempts/{attempt.id}/answers", b'{"changes": "' + b"x" * 3_000_000)
    assert (reply.status_code, reply.code) == (413, "payload_too_large")


# --- answers ------------------------------------------------------------------------------------


def test_an_over_long_answer_is_refused_and_the_rest_is_saved(
    api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    ids = questions(attempt.test)
    changes = [
        change(ids["short_answer"], {"text": "ä" * 20_001}),
        change(ids["numerical"], {"number": "46"}),
    ]
    saved = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": changes}))
    assert [row["questionId"] for row in saved["rejected"]] == [ids["short_answer"]]
    assert list(answers_of(attempt.id)) == [ids["numerical"]]


def test_one_over_long_answer_is_invalid_input(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    body = {"questionId": questions(attempt.test)["short_answer"], "answerText": "x" * 20_001}
    reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/answer", body)
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert reply.error["details"]["response"]
    assert answers_of(attempt.id) == {}


def test_one_malformed_change_rejects_the_whole_batch(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    ids = questions(attempt.test)
    good, bad = change(ids["numerical"], {"number": "46"}), change(ids["true_false"], {})
    reply = api(cast.carl).post(
        f"/api/attempts/{attempt.id}/answers", {"changes": [good, {**bad, "changeId": "x"}]}
    )
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert reply.error["details"]["changes"]["1"]["changeId"]
    assert db.session.query(Attempt).one().version == 0


def test_too_many_changes_in_one_batch_are_refused(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    one = change(questions(attempt.test)["numerical"], {"number": "46"})
    many = [copy.deepcopy(one) for _ in range(201)]
    reply = api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": many})
    assert (reply.status_code, reply.code) == (422, "invalid_input")


@pytest.mark.parametrize("number", ["46", "46.0", " 46 ", 46, 46.0, "4,6e1"])
def test_numbers_are_accepted_in_every_common_notation(
    api: Any, cast: SimpleNamespace, attempt: Any, number: Any
) -> None:
    one = change(questions(attempt.test)["numerical"], {"number": number})
    saved = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one]}))
    assert saved["rejected"] == []
    (answer,) = answers_of(attempt.id).values()
    assert answer.is_correct
