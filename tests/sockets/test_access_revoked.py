"""A user whose authorization changes is notified of the reason, and evicted at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from exam_app.realtime import connections, rooms
from exam_app.rules.permissions import Role
from exam_app.services.organizations import classes, people
from exam_app.services.sessions import lifecycle, planning
from tests.factories import ExamSessionFactory
from tests.helpers.room import join_monitor
from tests.helpers.times import NOW

Sent = list[SimpleNamespace]


def reasons_sent_to(sent: Sent, user: Any) -> list[str]:
    """Once each: both namespaces are notified."""
    room = rooms.user_room(user.id)
    events = [event for event in sent if (event.name, event.to) == ("access_changed", room)]
    return list(dict.fromkeys(event.data["message"] for event in events))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"role": Role.STUDENT}, "An administrator has changed your access. Reload the page."),
        (
            {"is_active": False},
            "Your account was closed. If this is a mistake, ask an administrator of your school.",
        ),
    ],
    ids=["role", "account"],
)
def test_a_demoted_user_receives_nothing_more(
    priya: Any, socket: Any, cast: SimpleNamespace, sent: Sent, fields: dict[str, Any], reason: str
) -> None:
    second_tab, ines = socket(cast.priya), socket(cast.ines)
    people.change(cast.ada, cast.priya, fields)
    assert reasons_sent_to(sent, cast.priya) == [reason]
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
    (reason,) = reasons_sent_to(sent, cast.priya)
    assert reason.startswith("You are no longer a proctor of Unchanged. If you should be one, ask")
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
    assert [namespace for namespace, _ in connections.of(cast.priya.id)] == [rooms.PROCTOR]
    client.disconnect()
    assert connections.of(cast.priya.id) == []


def test_without_redis_the_next_event_disconnects(
    app: Flask, priya: Any, cast: SimpleNamespace, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "redis", Redis(port=1))
    people.change(cast.ada, cast.priya, {"is_active": False})
    assert priya.is_connected
    assert priya.refused("monitor_join", {"sessionId": str(running.id)}) == "not_authenticated"


def test_a_student_removed_from_the_class_gets_no_key(
    socket: Any, cast: SimpleNamespace, exam: Any, sent: Sent
) -> None:
    waiting = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    carl, cora = socket(cast.carl), socket(cast.cora)
    for client in (carl, cora):
        client.ask("session_join", {"sessionId": str(waiting.id)})
    classes.remove(cast.biology, cast.carl.id)
    (reason,) = reasons_sent_to(sent, cast.carl)
    assert reason.startswith("You are not on the list of Biology any more.")
    assert [client.is_connected for client in (carl, cora)] == [False, True]
    lifecycle.start_session(cast.ines, waiting, NOW)
    assert [e.name for e in cora.received() if e.name == "session_started"] == ["session_started"]
    again = socket(cast.carl)
    assert again.refused("session_join", {"sessionId": str(waiting.id)}) == "not_found"

    classes.enrol(cast.biology, cast.carl.id)
    assert again.ask("session_join", {"sessionId": str(waiting.id)})["attempt"]["status"] == "in_progress"


def test_a_waiting_student_whose_eviction_was_missed_learns_it_from_the_heartbeat(
    app: Flask, socket: Any, cast: SimpleNamespace, exam: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    carl = socket(cast.carl)
    carl.ask("session_join", {"sessionId": str(waiting.id)})
    with monkeypatch.context() as patched:
        patched.setitem(app.extensions, "redis", Redis(port=1))
        classes.remove(cast.biology, cast.carl.id)
    beat = {"sessionId": str(waiting.id), "seq": 1, "visible": True, "focused": True, "pending": 0}
    assert carl.refused("heartbeat", beat) == "not_found"


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": Role.PROCTOR}], ids=["account", "role"])
def test_a_student_whose_account_changes_is_disconnected(
    socket: Any, cast: SimpleNamespace, sent: Sent, fields: dict[str, Any]
) -> None:
    carl = socket(cast.carl)
    people.change(cast.ada, cast.carl, fields)
    assert len(reasons_sent_to(sent, cast.carl)) == 1
    assert not carl.is_connected
