"""Hostile requests to every endpoint of the document: a clear 4xx, and nothing changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.helpers.answers import answers_of, change, log_of, questions
from tests.helpers.caller import Caller, everything
from tests.helpers.clients import data
from tests.helpers.document import Operation, operations
from tests.helpers.samples import resolve
from tests.helpers.things import Things, furnish

MB = 1024 * 1024
NUMBERS: dict[str, Any] = {
    "-1": -1,
    "2**31": 2**31,
    "2**63": 2**63,
    "2**64": 2**64,
    "1e308": 1e308,
    "-1e308": -1e308,
    "NaN": float("nan"),
    "Infinity": float("inf"),
}
BODIES: dict[str, tuple[bytes, set[int]]] = {
    "10 MB": (b'{"x": "' + b"x" * 10 * MB + b'"}', {413}),
    "10 MB of white space": (b" " * 10 * MB, {413}),
    "invalid UTF-8": (b'{"x": "\xc3\x28"}', {400}),
    "an overlong UTF-8 NUL": (b'{"x": "\xc0\x80"}', {400}),
    "a bare surrogate in UTF-8": (b'{"x": "\xed\xa0\x80"}', {400}),
    "a NUL byte": (b'{"x": "\x00"}', {400}),
    "an escaped NUL": (b'{"x": "\\u0000"}', {422}),
    "a NUL in a key": (b'{"\\u0000": 1}', {422}),
    "a lone surrogate": (b'{"x": "\\ud800"}', {422}),
    "a lone surrogate in a key": (b'{"\\udfff": 1}', {422}),
    "a lone surrogate deep inside": (b'{"x": [{"y": {"\\ud800": 1}}]}', {422}),
    "100,000 open lists": (b"[" * 100_000, {400}),
    "100,000 lists": (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", {400}),
    "100,000 objects": (b'{"x": ' * 100_000 + b"1" + b"}" * 100_000, {400}),
    "900 lists": (b'{"x": ' + b"[" * 900 + b"]" * 900 + b"}", {400, 422}),
    "300 objects": (b'{"x": ' * 300 + b"1" + b"}" * 300, {400, 422}),
    "an exponent without end": (b'{"x": 1e' + b"9" * 5000 + b"}", {400, 422}),
    "two of a key": (b'{"x": 1, "x": 2}', {422}),
    "two documents": (b"{} {}", {400}),
}
KINDS = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/xml",
    "x",
)


@pytest.fixture
def things(cast: SimpleNamespace) -> Things:
    return furnish(cast.school)


@pytest.fixture
def call(app: Flask, api: Any, things: Things) -> Caller:
    return Caller(app, api, things)


@pytest.fixture
def unchanged(things: Things) -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


def everybody(app: Flask, things: Things) -> Iterator[tuple[Operation, Any]]:
    """Each operation with a user who may call it."""
    for one in operations(app):
        yield one, next(person for role, person in things.people.items() if role in (one.roles or {role}))


def clearly_refused(reply: Any, statuses: set[int], *what: Any) -> None:
    assert reply.status_code in statuses, (*map(str, what), reply.status_code, reply.get_data()[:300])
    assert reply.code, what


@pytest.mark.parametrize("what", BODIES)
def test_bodies(app: Flask, api: Any, call: Caller, things: Things, unchanged: None, what: str) -> None:
    body, statuses = BODIES[what]
    for one, person in everybody(app, things):
        if one.body:
            clearly_refused(api(person).send(call.path(one), body, one.method), statuses, one)


@pytest.mark.parametrize("kind", KINDS)
def test_content_types(
    app: Flask, api: Any, call: Caller, things: Things, unchanged: None, kind: str
) -> None:
    for one, person in everybody(app, things):
        if one.body:
            body = json.dumps(call.body(one)).encode()
            clearly_refused(api(person).send(call.path(one), body, one.method, kind), {415}, one)


def test_extreme_numbers_in_urls(app: Flask, api: Any, call: Caller, things: Things, unchanged: None) -> None:
    for one, person in everybody(app, things):
        for name in one.names:
            for number in (-1, 0, 2**31, 2**63, 2**64, 10**400, "1e308", "NaN", "%00", "%ed%a0%80", "%2e%2e"):
                sent = {"json": call.body(one)} if one.body else {}
                reply = api(person).call(one.method, call.path(one, {name: _Word(number)}), **sent)
                clearly_refused(reply, {404, 405}, one, name, number)


class _Word(int):
    """An arbitrary value that is formatted in place of an id."""

    def __new__(cls, word: Any) -> _Word:
        made = super().__new__(cls)
        made.word = str(word)
        return made

    def __format__(self, _: str) -> str:
        return self.word


def test_extreme_numbers_in_bodies(app: Flask, api: Any, call: Caller, things: Things) -> None:
    """Each number of each body, one at a time: a value within its limits is allowed, any other is refused."""
    tried = 0
    for one, person in everybody(app, things):
        for where, put in numbers_of(app, one.body) if one.body else ():
            for name, number in NUMBERS.items():
                body = copy.deepcopy(call.body(one))
                put(body, number)
                before = everything()
                reply = api(person).send(call.path(one), json.dumps(body), one.method)
                assert reply.status_code < 500, (str(one), where, name)
                if reply.status_code >= 400:
                    assert reply.code and everything() == before, (str(one), where, name)
                else:
                    assert name in ("-1", "2**31"), (str(one), where, name)
                tried += 1
    assert tried > 100


def numbers_of(app: Flask, schema: dict[str, Any]) -> Iterator[tuple[str, Callable[[Any, Any], None]]]:
    """The numeric fields of a body, including lists, and a setter for each."""
    for name, part in resolve(app, schema["$ref"])["properties"].items():
        kinds, inner = part.get("type", ()), part.get("items", {}).get("type", ())
        if {"integer", "number"} & {*_several(kinds), *_several(inner)}:
            is_list = bool(inner)

            def put(body: dict[str, Any], value: Any, name: str = name, is_list: bool = is_list) -> None:
                body[name] = [value] if is_list else value

            yield name, put


def _several(kinds: Any) -> list[str]:
    return [kinds] if isinstance(kinds, str) else list(kinds)


TIMES = (
    "0001-01-01T00:00:00+10:00",
    "0050-12-22T17:41:48+16:23",
    "2026-05-05T09:00:00+23:59",
    "2026-05-05T09:00:00-16:00",
    "9999-12-31T23:59:59-10:00",
    "2026-05-05T09:00:00",
    "2026-02-30T09:00:00Z",
    "2026-05-05T24:00:00Z",
)


@pytest.mark.parametrize("time", TIMES)
def test_times(app: Flask, api: Any, call: Caller, things: Things, time: str) -> None:
    """Each time of each body and query: an unusual offset is converted, anything invalid is refused."""
    tried = 0
    for one, person in everybody(app, things):
        described = resolve(app, one.body["$ref"])["properties"] if one.body else {}
        for name in [name for name, part in described.items() if part.get("format") == "date-time"]:
            reply = api(person).call(one.method, call.path(one), json={**call.body(one), name: time})
            assert reply.status_code in (200, 201, 409, 422), (str(one), name, reply.get_json())
            tried += 1
        for name in [part["name"] for part in one.query if part["name"].startswith("date")]:
            reply = api(person).get(call.path(one), query_string={name: time})
            assert reply.status_code in (200, 422), (str(one), name, reply.get_json())
            tried += 1
    assert tried > 5


@pytest.mark.parametrize("number", ["1e308", "2" * 64, "-0", "NaN", "Infinity", "1e-400", "9" * 65, "٣"])
def test_extreme_numbers_as_answers(api: Any, cast: SimpleNamespace, attempt: Any, number: str) -> None:
    """An answer that cannot be stored is rejected individually; any other is returned unchanged."""
    one = change(questions(attempt.test)["numerical"], {"number": number})
    saved = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", {"changes": [one]}))
    kept = [row["response"]["number"] for row in saved["saved"]]
    assert len(kept) + len(saved["rejected"]) == 1
    assert len(answers_of(attempt.id)) == len(kept)


# --- repeated requests --------------------------------------------------------------------------


def test_a_replayed_save_changes_nothing(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """A save that is repeated after a lost reply changes nothing, also over the other endpoint."""
    path = f"/api/attempts/{attempt.id}"
    one = change(questions(attempt.test)["numerical"], {"number": "46"}, baseVersion=0)
    first = data(api(cast.carl).post(f"{path}/answers", {"changes": [one]}))
    before = everything()
    again = data(api(cast.carl).post(f"{path}/answers", {"changes": [one]}))
    data(api(cast.carl).post(f"{path}/answer", one))
    assert everything() == before
    assert again["saved"][0]["replayed"] and again["version"] == first["version"]
    assert len(log_of(attempt.id)) == 1


def test_a_replayed_submission_changes_nothing(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    path = f"/api/attempts/{attempt.id}/submit"
    first = data(api(cast.carl).post(path, {"confirmSubmission": True}))
    before = everything()
    again = data(api(cast.carl).post(path, {"confirmSubmission": True}))
    assert everything() == before
    assert again == first


def test_a_replayed_start_gives_the_open_attempt(api: Any, cast: SimpleNamespace, running: Any) -> None:
    body = {"sessionId": str(running.id)}
    first = data(api(cast.carl).post("/api/attempts/start", body), 201)
    before = everything()
    again = data(api(cast.carl).post("/api/attempts/start", body), 201)
    assert everything() == before
    assert again["attemptId"] == first["attemptId"]


def test_two_devices_answer_one_question(api: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """The second device gets the conflict with both values; both changes are in the log."""
    path = f"/api/attempts/{attempt.id}/answers"
    question = questions(attempt.test)["numerical"]
    laptop = change(question, {"number": "45"}, baseVersion=0, clientTime="2026-05-04T08:59:50Z")
    phone = change(question, {"number": "46"}, baseVersion=0, clientTime="2026-05-04T08:59:40Z")
    data(api(cast.carl).post(path, {"changes": [laptop], "deviceId": "laptop"}))
    reply = data(api(cast.carl).post(path, {"changes": [phone], "deviceId": "phone"}))
    (conflict,) = reply["conflicts"]
    assert (conflict["localValue"], conflict["serverValue"]) == ({"number": "46"}, {"number": "45"})
    assert conflict["resolution"] == "server"
    assert answers_of(attempt.id)[question].response == {"number": "45"}
    assert [row.device for row in log_of(attempt.id)] == ["laptop", "phone"]
