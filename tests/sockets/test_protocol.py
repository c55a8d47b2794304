"""The protocol: who may connect, and how invalid events are handled."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token, create_refresh_token

from exam_app.errors import MalformedRequest
from exam_app.infrastructure.token_bucket import TokenBucket
from exam_app.realtime import rooms
from exam_app.schemas.events import SessionJoin
from exam_app.sockets import proctor, protocol, student
from tests.helpers.answers import change
from tests.helpers.clients import connect
from tests.helpers.times import NOW, later

EVENTS = [(student.events, name) for name in student.events.handlers] + [
    (proctor.events, name) for name in proctor.events.handlers
]


# --- connecting ---------------------------------------------------------------------------------


def test_nobody_connects_without_a_valid_token(app: Flask, cast: SimpleNamespace) -> None:
    refresh = create_refresh_token(str(cast.carl.id))
    tokens = [None, "", "x", "a.b.c", refresh, 7, ["x"], "\ud800", "ä"]
    for auth in [None, {}, "text", [1], *({"token": token} for token in tokens)]:
        assert not connect(app, cast.carl, auth=auth).is_connected, auth
    assert student.events.connections == {}


def test_an_expired_or_closed_account_does_not_connect(
    app: Flask, cast: SimpleNamespace, time_machine: Any
) -> None:
    token = create_access_token(str(cast.carl.id), expires_delta=timedelta(minutes=1))
    time_machine.move_to(later(61), tick=False)
    assert not connect(app, cast.carl, auth={"token": token}).is_connected
    cast.cora.is_active = False
    assert not connect(app, cast.cora).is_connected


@pytest.mark.parametrize(
    ("who", "namespace", "allowed"),
    [
        ("carl", rooms.STUDENT, True),
        ("carl", rooms.PROCTOR, False),
        ("priya", rooms.PROCTOR, True),
        ("ines", rooms.PROCTOR, True),
        ("ada", rooms.PROCTOR, True),
        ("priya", rooms.STUDENT, False),
        ("ada", rooms.STUDENT, False),
    ],
)
def test_each_role_has_its_namespace(
    app: Flask, cast: SimpleNamespace, who: str, namespace: str, allowed: bool
) -> None:
    client = connect(app, getattr(cast, who), namespace)
    assert client.is_connected is allowed
    client.disconnect()


def test_an_expired_token_refuses_events_but_keeps_the_connection(
    app: Flask, cast: SimpleNamespace, attempt: Any, time_machine: Any
) -> None:
    token = create_access_token(str(cast.carl.id), expires_delta=timedelta(minutes=1))
    client = connect(app, cast.carl, auth={"token": token})
    own = {"attemptId": str(attempt.id)}
    client.ask("state_sync_request", own)
    time_machine.move_to(NOW + timedelta(seconds=61), tick=False)
    assert client.refused("state_sync_request", own) == "token_expired"
    client.disconnect()


def test_the_token_of_a_socket_is_refreshed_and_its_rooms_stay(
    app: Flask, socket: Any, cast: SimpleNamespace, running: Any, attempt: Any, time_machine: Any
) -> None:
    token = create_access_token(str(cast.carl.id), expires_delta=timedelta(minutes=1))
    client, own = connect(app, cast.carl, auth={"token": token}), {"attemptId": str(attempt.id)}
    client.ask("session_join", {"sessionId": str(running.id)})
    time_machine.move_to(later(61), tick=False)
    assert client.refused("state_sync_request", own) == "token_expired"
    for nobody in (None, token, "x", create_refresh_token(str(cast.carl.id))):
        assert client.emit("authenticate", {"token": nobody})["success"] is False
    assert client.refused("authenticate", {"token": create_access_token(str(cast.cora.id))}) == "forbidden"
    assert client.refused("state_sync_request", own) == "token_expired"

    fresh = create_access_token(str(cast.carl.id), expires_delta=timedelta(minutes=1))
    assert client.ask("authenticate", {"token": fresh}) == {"expiresAt": "2026-05-04T09:02:01.000Z"}
    client.received()
    message = {"sessionId": str(running.id), "attemptIds": "all", "text": "Go on"}
    socket(cast.priya).ask("message_send", message)
    assert client.names() == ["message"]
    client.ask("state_sync_request", own)
    time_machine.move_to(later(122), tick=False)
    assert client.refused("state_sync_request", own) == "token_expired"
    client.disconnect()


def test_the_socket_of_a_page_is_refreshed_by_its_cookies(socket: Any, cast: SimpleNamespace) -> None:
    """Without a token, the cookies with which the socket was opened would renew it: this one had none."""
    assert socket(cast.priya).refused("authenticate", {}) == "not_authenticated"


def test_a_closed_account_receives_nothing_more(
    socket: Any, cast: SimpleNamespace, running: Any, attempt: Any
) -> None:
    carl, cora = socket(cast.carl), socket(cast.cora)
    for client in (carl, cora):
        client.ask("session_join", {"sessionId": str(running.id)})
        client.received()
    cast.carl.is_active = False
    assert carl.refused("heartbeat", {"attemptId": str(attempt.id), "seq": 1}) == "not_authenticated"
    one = {"attemptId": str(attempt.id), "changes": [change(1, {"text": "x"})]}
    assert carl.refused("answers_save", one) == "not_authenticated"
    message = {"sessionId": str(running.id), "attemptIds": "all", "text": "Go on"}
    socket(cast.priya).ask("message_send", message)
    assert (carl.names(), cora.names()) == ([], ["message"])
    assert carl.is_connected


def test_a_closed_account_is_disconnected(socket: Any, cast: SimpleNamespace, attempt: Any) -> None:
    client = socket(cast.carl)
    cast.carl.is_active = False
    assert client.refused("state_sync_request", {"attemptId": str(attempt.id)}) == "not_authenticated"


# --- invalid events -----------------------------------------------------------------------------

BROKEN: list[tuple[Any, ...]] = [
    (),
    (None,),
    ("text",),
    (1,),
    ([],),
    ({}, {}),
    ({"surprise": 1},),
    ({"attemptId": "x", "sessionId": "x"},),
    ({"attemptId": None, "sessionId": None},),
    ({"attemptId": {"a": []}, "sessionId": [1]},),
    ({"attemptId": "a\x00b", "sessionId": "\ud800"},),
    ({"attemptId": 10**40, "sessionId": float("nan")},),
]


@pytest.mark.parametrize(("events", "name"), EVENTS, ids=lambda value: getattr(value, "namespace", value))
def test_a_malformed_event_is_refused_and_changes_nothing(
    socket: Any, cast: SimpleNamespace, attempt: Any, events: Any, name: str
) -> None:
    client = socket(cast.carl if events is student.events else cast.priya)
    for args in BROKEN:
        code = client.refused(name, *args) if not (name == "heartbeat" and _harmless(args)) else None
        assert code in ("malformed_request", "invalid_input", None), (args, code)
    assert client.is_connected
    assert attempt.version == 0


def test_an_event_nested_too_deeply_is_malformed() -> None:
    nested: list[Any] = []
    for _ in range(2000):
        nested = [nested]
    with pytest.raises(MalformedRequest):
        protocol.parse(SessionJoin, ({"sessionId": nested},))


def _harmless(args: tuple[Any, ...]) -> bool:
    """A heartbeat without attempt and session reports nothing, which is allowed."""
    return len(args) == 1 and isinstance(args[0], dict) and not any(args[0].values())


def test_an_unknown_event_is_refused(socket: Any, cast: SimpleNamespace) -> None:
    for person in (cast.carl, cast.priya):
        client = socket(person)
        ack = client.emit("make_coffee", {"sugar": 2})
        assert ack["error"]["code"] == "unknown_event"
        assert ack["error"]["details"]["known"]
        assert client.is_connected


def test_an_event_of_the_other_namespace_is_unknown(socket: Any, cast: SimpleNamespace, running: Any) -> None:
    join = {"sessionId": str(running.id)}
    assert socket(cast.carl).refused("monitor_join", join) == "unknown_event"
    assert socket(cast.priya).refused("session_join", join) == "unknown_event"


def test_a_flood_is_rate_limited_and_accepted_again_later(
    socket: Any, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other, clock = socket(cast.carl), socket(cast.cora), [1000.0]
    monkeypatch.setattr(protocol.time, "monotonic", lambda: clock[0])
    for connection in student.events.connections.values():
        connection.events = TokenBucket(protocol.RATE, protocol.BURST)
    beat = {"seq": 1}
    codes = [client.emit("heartbeat", beat).get("error", {}).get("code") for _ in range(70)]
    assert codes == [None] * 60 + ["too_many_requests"] * 10
    assert other.emit("heartbeat", beat)["success"]
    clock[0] += 1
    assert client.emit("heartbeat", beat)["success"]


def test_an_internal_error_has_the_same_shape(
    socket: Any, cast: SimpleNamespace, attempt: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def break_down(*_: Any) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setitem(
        student.events.handlers, "heartbeat", (student.events.handlers["heartbeat"][0], break_down)
    )
    ack = socket(cast.carl).emit("heartbeat", {"seq": 1})
    assert ack["error"]["code"] == "internal_error"
    assert "secret" not in str(ack)
    caplog.clear()


def test_one_connection_cannot_act_for_another(socket: Any, cast: SimpleNamespace, attempt: Any) -> None:
    """Permissions are those of the authenticated user, whatever the payload says."""
    cora = socket(cast.cora)
    body = {"attemptId": str(attempt.id), "changes": [change(1, {"text": "x"})], "userId": str(cast.carl.id)}
    assert cora.refused("answers_save", body) == "invalid_input"
    del body["userId"]
    assert cora.refused("answers_save", body) == "not_found"
