"""HTTP and Socket.IO clients of one user.

A call runs in an empty context, like a request on a server: with the app context of the test it would share
the test's database session, and leave its objects there.
"""

from __future__ import annotations

import threading
from contextvars import Context
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token
from flask_socketio import SocketIOTestClient

from exam_app.extensions import db
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.realtime import deltas, rooms
from exam_app.rules.permissions import Role
from tests.helpers import document
from tests.helpers.waiting import PATIENCE


def token_of(user: Any, **options: Any) -> str:
    return create_access_token(identity=str(user.id), **options)


class ApiClient:
    """Responses are Flask's, with `data` and `error` of the envelope added."""

    def __init__(self, app: Flask, user: Any = None, token: str | None = None) -> None:
        self._app = app
        self._client = FlaskClient(app, app.response_class, use_cookies=True)
        token = token or (token_of(user) if user else None)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.call("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> Any:
        return self.call("POST", path, **{"json": {} if json is None else json, **kwargs})

    def put(self, path: str, json: Any = None, **kwargs: Any) -> Any:
        return self.call("PUT", path, **{"json": {} if json is None else json, **kwargs})

    def delete(self, path: str, **kwargs: Any) -> Any:
        return self.call("DELETE", path, **kwargs)

    def send(self, path: str, body: bytes | str, method: str = "POST", kind: str = "application/json") -> Any:
        """Send a body unchanged, valid or not."""
        return self.call(method, path, data=body, content_type=kind)

    def call(self, method: str, path: str, **kwargs: Any) -> Any:
        db.session.commit()  # objects that the test holds are loaded again afterwards
        kwargs["headers"] = {**self.headers, **kwargs.pop("headers", {})}
        reply = Context().run(self._client.open, path, method=method, **kwargs)
        document.check(self._app, method, path, reply)
        reply.get_data()  # a stream is read to its end, which in tests comes immediately
        body = reply.get_json(silent=True)
        body = body if isinstance(body, dict) else {}
        reply.data_, reply.error = body.get("data"), body.get("error")
        reply.code = (body.get("error") or {}).get("code")
        return reply


def data(reply: Any, status: int = 200) -> Any:
    """The data of a response that must be a success."""
    assert reply.status_code == status, f"{reply.status_code}: {reply.get_data(as_text=True)[:2000]}"
    assert reply.get_json()["success"] is True
    return reply.get_json()["data"]


def content_of(reply: Any) -> Any:
    """The content of a response: JSON, or the text of a stream or a file."""
    return reply.get_json() if reply.is_json else reply.get_data().decode(errors="replace")


class SocketClient:
    """A connection to one namespace."""

    def __init__(self, client: SocketIOTestClient, namespace: str) -> None:
        self.client = client
        self.namespace = namespace

    @property
    def is_connected(self) -> bool:
        return bool(self.client.is_connected(self.namespace))

    def emit(self, name: str, *args: Any) -> dict[str, Any]:
        """Send an event; returns the ack."""
        db.session.commit()
        ack = Context().run(self.client.emit, name, *args, namespace=self.namespace, callback=True)
        assert set(ack) in ({"success", "data", "message"}, {"success", "error"}), ack
        return ack

    def ask(self, name: str, *args: Any) -> Any:
        """The data of an ack that must report success."""
        ack = self.emit(name, *args)
        assert ack["success"], ack
        return ack["data"]

    def refused(self, name: str, *args: Any) -> str:
        """The error code of an ack that must be a refusal."""
        ack = self.emit(name, *args)
        assert not ack["success"], ack
        return str(ack["error"]["code"])

    def received(self) -> list[SimpleNamespace]:
        """The events received since the last call: `name` and `data`."""
        wait_for_deltas()
        events = self.client.get_received(self.namespace)
        return [SimpleNamespace(name=event["name"], data=_data(event)) for event in events]

    def names(self) -> list[str]:
        return [event.name for event in self.received()]

    def disconnect(self) -> None:
        if self.is_connected:
            db.session.commit()
            Context().run(self.client.disconnect, self.namespace)


def _data(event: dict[str, Any]) -> Any:
    """Flask-SocketIO's test client unwraps the arguments of events called `message` and `json`."""
    return event["args"] if event["name"] in ("message", "json") else event["args"][0]


def namespace_of(user: Any) -> str:
    return rooms.STUDENT if user.role == Role.STUDENT else rooms.PROCTOR


def connect(app: Flask, user: Any, namespace: str | None = None, auth: Any = ...) -> SocketClient:
    namespace = namespace or namespace_of(user)
    auth = {"token": token_of(user)} if auth is ... else auth
    db.session.commit()
    browser = FlaskClient(app, app.response_class)  # a socket has a client IP, too
    client = Context().run(
        SocketIOTestClient, app, socketio, namespace=namespace, auth=auth, flask_test_client=browser
    )
    return SocketClient(client, namespace)


def pause(monkeypatch: Any) -> threading.Event:
    """From here on the interval between two deltas lasts until this event is set."""
    is_over = threading.Event()
    monkeypatch.setattr(deltas, "INTERVAL", 3600)
    monkeypatch.setattr(socketio, "sleep", lambda _: is_over.wait(PATIENCE))
    return is_over


def wait_for_deltas() -> None:
    """Wait until the collected deltas have been sent to the dashboards."""
    for thread in threading.enumerate():
        if getattr(thread, "_target", None) is deltas.flush_later:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a delta is not being sent"
