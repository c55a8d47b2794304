"""Connections that close at the same time: each student's disconnect is published once, by any process."""

from __future__ import annotations

from collections import Counter
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import Activity
from exam_app.realtime import deltas, presence
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.organizations import scope
from exam_app.services.taking import disconnects, heartbeats
from exam_app.services.taking.disconnects import ClosedConnection
from tests.factories import (
    AttemptFactory,
    EnrolmentFactory,
    ExamSessionFactory,
    SchoolClassFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.clients import wait_for_deltas
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later

PAGE = {"visible": True, "focused": True, "pending": 0, "lastSeen": NOW.isoformat()}


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


def connect_page(session: Any, student: Any, connection: str = "one") -> ClosedConnection:
    """Connect a page of a student; returns the record of its later disconnect."""
    presence.touch(session.id, student.id, connection, NOW, {**PAGE, "awaySince": None, "pendingSince": None})
    return ClosedConnection(session.id, student.id, connection, None, later(1))


def left() -> Counter[Any]:
    rows = db.session.query(Activity.student_id).filter(Activity.type == "student_left")
    return Counter(row.student_id for row in rows)


def test_simultaneous_disconnects_are_each_reported_once(
    app: Flask, running: Any, cast: SimpleNamespace
) -> None:
    students = [UserFactory(organization=cast.school) for _ in range(12)]
    for student in students:
        EnrolmentFactory(class_id=running.class_id, student_id=student.id)
    pages = [connect_page(running, student, page) for student in students for page in ("one", "two")]
    db.session.commit()
    at_once(app, *(partial(disconnects.connection_closed, app, page) for page in pages))
    assert left() == Counter({student.id: 1 for student in students})
    assert presence.here(running.id, NOW) == {}


def test_a_student_with_a_second_page_stays_connected(
    app: Flask, running: Any, cast: SimpleNamespace
) -> None:
    closed, _ = connect_page(running, cast.carl, "one"), connect_page(running, cast.carl, "two")
    db.session.commit()
    disconnects.connection_closed(app, closed)
    assert left() == Counter()
    assert list(presence.here(running.id, NOW)) == [cast.carl.id]


def test_disconnects_are_recorded_under_any_organization_scope(
    app: Flask, running: Any, cast: SimpleNamespace
) -> None:
    closed = connect_page(running, cast.carl)
    other = cast.otto.organization_id
    assert other != running.organization_id
    db.session.commit()
    with app.app_context():
        scope.limit_to(other, None)
        disconnects.connection_closed(app, closed)
    assert left() == Counter({cast.carl.id: 1})


def test_the_timer_pauses_only_if_the_test_says_so(app: Flask, cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, disconnect_policy="pause", published=True)
    school_class = SchoolClassFactory(teacher=cast.ines, students=[cast.carl, cast.cora])
    session = ExamSessionFactory(in_progress=True, school_class=school_class, test=test, global_timer=False)
    attempts = [AttemptFactory(student=student, session=session) for student in (cast.carl, cast.cora)]
    gone, staying = (
        connect_page(session, student)._replace(attempt_id=attempt.id)
        for student, attempt in zip((cast.carl, cast.cora), attempts, strict=True)
    )
    connect_page(session, cast.cora, "two")
    db.session.commit()
    for closed in (gone, staying):
        disconnects.connection_closed(app, closed)
    db.session.expire_all()
    assert [attempt.status for attempt in attempts] == [AttemptStatus.PAUSED, AttemptStatus.IN_PROGRESS]


def test_a_student_who_reconnects_in_time_is_not_reported_as_left(
    running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    """A student who reconnected before the disconnect is published is still shown as connected."""
    connect_page(running, cast.carl, "two")
    heartbeats.record_left(running.id, [cast.carl.id, cast.cora.id], later(1))
    deltas.flush()
    assert [e.data["studentName"] for e in sent if e.name == "student_left"] == ["Cora Castle"]
    wait_for_deltas()
    updates = [event.data for event in sent if event.name == "student_status_update"]
    rows = {row["studentId"]: row.get("connected") for delta in updates for row in delta["students"]}
    assert rows == {str(cast.carl.id): None, str(cast.cora.id): False}
    lines = [line["type"] for delta in updates for line in delta["events"]]
    assert lines == ["student_left", "student_left"]
