"""Planning sessions, and changing them before they start."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import Conflict, InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, ExamSession, SchoolClass, User
from exam_app.services.organizations import classes
from exam_app.services.sessions import lifecycle, planning
from tests.factories import AttemptFactory, ExamSessionFactory, UserFactory
from tests.helpers.clients import data
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, minutes


def proctors(session: Any) -> list[str]:
    return [user.first_name for user in planning.proctors_of(session)]


def test_only_sent_fields_of_a_plan_change(sitting: Any, cast: SimpleNamespace) -> None:
    planning.change_session(cast.ines, sitting, NOW, scheduled_at=minutes(90), global_timer=False)
    assert (sitting.scheduled_at, sitting.global_timer) == (minutes(90), False)
    assert (sitting.title, proctors(sitting)) == ("Midterm", ["Priya"])
    planning.change_session(cast.ines, sitting, NOW, title=" ", proctor_ids=[cast.ada.id])
    assert (sitting.title, proctors(sitting)) == ("Cells and tissues", ["Ada"])


def test_plan_changes_are_logged_with_their_actor(sitting: Any, cast: SimpleNamespace) -> None:
    planning.change_session(cast.ines, sitting, NOW, title="Final")
    planning.change_session(cast.ines, sitting, NOW, title="Final")
    (logged,) = db.session.query(Activity).filter_by(type="session_changed")
    assert (logged.session_id, logged.actor_id) == (sitting.id, cast.ines.id)
    assert (logged.details["before"]["title"], logged.details["after"]["title"]) == ("Midterm", "Final")


@pytest.mark.parametrize("state", ["waiting", "in_progress", "completed", "cancelled"])
def test_a_plan_is_fixed_once_the_waiting_room_is_open(cast: SimpleNamespace, exam: Any, state: str) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam, **{state: True})
    with pytest.raises(InvalidTransition) as refusal:
        planning.change_session(cast.ines, session, NOW, title="Final")
    assert refusal.value.details == {"status": state}
    db.session.refresh(session)
    assert session.title == "Midterm"


def test_proctors_are_staff_of_the_same_organization(sitting: Any, cast: SimpleNamespace) -> None:
    for stranger in (cast.carl, cast.otto):
        with pytest.raises(InvalidInput):
            planning.change_session(cast.ines, sitting, NOW, title="Final", proctor_ids=[stranger.id])
        db.session.refresh(sitting)
        assert (sitting.title, proctors(sitting)) == ("Midterm", ["Priya"])
    UserFactory(proctor=True, closed=True, organization=cast.school)
    colleague = UserFactory(instructor=True, organization=cast.school, last_name="Zorn")
    assert planning.possible_proctors(cast.ines, cast.ines.id) == [cast.priya, colleague]


def test_a_proctor_does_not_change_the_plan(api: Any, cast: SimpleNamespace, exam: Any) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    session = ExamSessionFactory(school_class=cast.biology, test=exam, proctors=[colleague])
    path = f"/api/sessions/{session.id}"
    for reply in (
        api(colleague).put(path, {"title": "Mine"}),
        api(colleague).delete(path),
        api(colleague).post(f"{path}/release"),
    ):
        assert (reply.status_code, reply.code) == (403, "forbidden")
    assert data(api(colleague).post(f"{path}/start-waiting"))["status"] == "waiting"


def test_staff_see_proctors_and_enrolled_students(
    api: Any, socket: Any, cast: SimpleNamespace, running: Any
) -> None:
    socket(cast.carl).ask("session_join", {"sessionId": str(running.id)})
    gone = UserFactory(organization=cast.school, first_name="Zora", last_name="Zander")
    AttemptFactory(student=gone, session=running, last_saved_at=minutes(3))
    shown = data(api(cast.priya).get(f"/api/sessions/{running.id}"))
    assert shown["proctors"] == [{"userId": str(cast.priya.id), "name": "Priya Patel"}]
    assert [
        (one["firstName"], one["connectionStatus"], one["joinedAt"], one["lastActivity"])
        for one in shown["participants"]
    ] == [
        ("Carl", "CONNECTED", "2026-05-04T09:00:00.000Z", "2026-05-04T09:00:00.000Z"),
        ("Cora", "DISCONNECTED", None, None),
        ("Zora", "DISCONNECTED", None, "2026-05-04T09:03:00.000Z"),
    ]
    assert "participants" not in data(api(cast.carl).get(f"/api/sessions/{running.id}"))


def test_without_redis_nobody_is_shown_as_connected(
    api: Any, cast: SimpleNamespace, running: Any, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    from redis import Redis

    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    monkeypatch.setitem(app.extensions, "redis", unreachable)
    shown = data(api(cast.ines).get(f"/api/sessions/{running.id}"))
    assert {one["connectionStatus"] for one in shown["participants"]} == {"DISCONNECTED"}


def as_ines(cast: SimpleNamespace, verb: Any, session: Any, **plan: Any) -> Any:
    """A function that applies the verb to Ines and the session, both loaded over a connection of its own."""
    ines_id, session_id = cast.ines.id, session.id

    def run() -> None:
        verb(db.session.get_one(User, ines_id), db.session.get_one(ExamSession, session_id), NOW, **plan)

    return run


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_a_plan_changes_or_the_waiting_room_opens(
        self, app: Flask, cast: SimpleNamespace, exam: Any
    ) -> None:
        """A change of the plan and the opening of the waiting room exclude each other."""
        for _ in range(4):
            session = ExamSessionFactory(school_class=cast.biology, test=exam)
            changed, opened = at_once(
                app,
                as_ines(cast, planning.change_session, session, title="Final"),
                as_ines(cast, lifecycle.open_waiting_room, session),
            )
            assert opened is None
            db.session.refresh(session)
            assert session.status == "waiting"
            assert session.title == ("Midterm" if isinstance(changed, InvalidTransition) else "Final")

    def test_a_class_is_archived_or_gets_a_session(
        self, app: Flask, cast: SimpleNamespace, exam: Any
    ) -> None:
        class_id, ines_id, exam_id = cast.biology.id, cast.ines.id, exam.id

        def plan() -> None:
            actor = db.session.get_one(User, ines_id)
            planning.create_session(actor, class_id, exam_id, "Final", NOW)

        def archive() -> None:
            classes.archive_class(db.session.get_one(SchoolClass, class_id), NOW)

        outcomes = at_once(app, plan, archive)
        assert [type(outcome) for outcome in outcomes].count(Conflict) == 1, outcomes
