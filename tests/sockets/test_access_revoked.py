"""A user whose authorization changes is notified of the reason, and evicted at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from exam_app.realtime import rooms, staff_connections
from exam_app.rules.permissions import Role
from exam_app.services.organizations import classes, people
from exam_app.services.sessions import planning
from tests.factories import ExamSessionFactory
from tests.helpers.room import join_monitor
from tests.helpers.times import NOW

Sent = list[SimpleNamespace]


def reasons_sent_to(sent: Sent, user: Any) -> list[str]:
    room = rooms.user_room(user.id)
    return [event.data["message"] for event in sent if (event.name, event.to) == ("access_changed", room)]


@pytest.mark.parametrize("fields", [{"role": Role.STUDENT}, {"is_active": False}], ids=["role", "account"])
def test_a_demoted_user_receives_nothing_more(
    priya: Any, socket: Any, cast: SimpleNamespace, sent: Sent, fields: dict[str, Any]
) -> None:
    second_tab, ines = socket(cast.priya), socket(cast.ines)
    people.change(cast.ada, cast.priya, fields)
    assert reasons_sent_to(sent, cast.priya) == ["An administrator has changed your access. Reload the page."]
    assert [client.is_connected for client in (priya, second_tab, ines)] == [False, False, True]


def test_renaming_a_user_disconnects_nobody(priya: Any, cast: SimpleNamespace, sent: Sent) -> None:
    people.change(cast.ada, cast.priya, {"first_name": "Prya", "is_active": True})
    assert priya.is_connected
    assert reasons_sent_to(sent, cast.priya) == []


def test_a_proctor_removed_from_the_session_is_disconnected(
    socket: Any, cast: SimpleNamespace, exam: Any, sent: Sent
) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam, proctors=[cast.priya])
    client = socket(cast.priya)
    join_monitor(client, session)
    plan = {"title": "Unchanged", "proctor_ids": [cast.priya.id]}
    planning.change_session(cast.ines, session, NOW, **plan)
    assert client.is_connected

    planning.change_session(cast.ines, session, NOW, proctor_ids=[])
    assert reasons_sent_to(sent, cast.priya) == ["You are no longer a proctor of Unchanged."]
    assert not client.is_connected
    again = socket(cast.priya)
    assert again.refused("monitor_join", {"sessionId": str(session.id)}) == "not_found"


def test_a_teacher_who_loses_the_class_is_disconnected(
    socket: Any, cast: SimpleNamespace, running: Any, sent: Sent
) -> None:
    client = socket(cast.ines)
    join_monitor(client, running)
    successor = people.add(
        cast.ada, "ivo@school.example", "a long password", "Ivo", "Irving", Role.INSTRUCTOR
    )
    classes.change_class(cast.ada, cast.biology, "Biology", "", successor.id)
    assert reasons_sent_to(sent, cast.ines) == [
        "Ivo Irving now teaches Biology and is responsible for its sessions."
    ]
    assert not client.is_connected


def test_closed_connections_are_forgotten(socket: Any, cast: SimpleNamespace) -> None:
    client = socket(cast.priya)
    assert len(staff_connections.of(cast.priya.id)) == 1
    client.disconnect()
    assert staff_connections.of(cast.priya.id) == []


def test_without_redis_the_next_event_disconnects(
    app: Flask, priya: Any, cast: SimpleNamespace, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "redis", Redis(port=1))
    people.change(cast.ada, cast.priya, {"is_active": False})
    assert priya.is_connected
    assert priya.refused("monitor_join", {"sessionId": str(running.id)}) == "not_authenticated"
