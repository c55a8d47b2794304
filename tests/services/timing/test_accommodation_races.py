"""An accommodation changes while an attempt is started, reset or extended: the ledger is consistent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, TimeAdjustment, User
from exam_app.rules.attempt_states import OPEN
from exam_app.services.attempts.reset import reset
from exam_app.services.sessions import lifecycle
from exam_app.services.taking import joining
from exam_app.services.timing import accommodations, deadlines, effective_accommodations
from tests.factories import AttemptFactory, EnrolmentFactory, ExamSessionFactory, UserFactory
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later, minutes

ROUNDS = 6


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def students(cast: SimpleNamespace) -> list[Any]:
    found = UserFactory.create_batch(ROUNDS, organization=cast.school)
    for student in found:
        EnrolmentFactory(class_id=cast.biology.id, student_id=student.id)
    return found


def changes(actor_id: Any, session_id: Any, student_id: Any) -> list[Callable[[], Any]]:
    """A change of the permanent accommodation, and one of that for the session."""

    def always() -> Any:
        actor, student = db.session.get_one(User, actor_id), db.session.get_one(User, student_id)
        return accommodations.accommodate(actor, [student], Decimal("1.5"), 0, "", NOW)

    def here() -> Any:
        actor = db.session.get_one(User, actor_id)
        session, student = accommodations.participant_for(actor, session_id, student_id)
        return accommodations.accommodate_in(actor, session, student, Decimal(2), 0, "", NOW)

    return [always, here]


def check(outcomes: list[Any], session_id: Any, student_id: Any) -> None:
    """The one open attempt has the effective accommodation, and its ledger explains its deadline."""
    broken = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not broken, broken
    attempt = db.session.scalars(
        select(Attempt).where(Attempt.student_id == student_id, Attempt.status.in_(OPEN))
    ).one()
    (counting,) = effective_accommodations.in_effect([(session_id, student_id)]).values()
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id)
    assert sum(row.seconds for row in rows if row.kind == "accommodation") == 1800 * (
        counting.time_multiplier - 1
    )
    assert attempt.deadline_at == minutes(30) + timedelta(seconds=sum(row.seconds for row in rows))


def test_while_the_student_joins(
    app: Flask, running: Any, cast: SimpleNamespace, students: list[Any]
) -> None:
    session_id, ines = running.id, cast.ines.id
    for student_id in [student.id for student in students]:

        def join(who: Any = student_id) -> Any:
            return joining.join_session(db.session.get_one(User, who), session_id, later(1))

        outcomes = at_once(app, join, *changes(ines, session_id, student_id))
        check(outcomes, session_id, student_id)


def test_while_the_session_starts(
    app: Flask, exam: Any, cast: SimpleNamespace, students: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = cast.ines.id
    for student_id in [student.id for student in students]:
        session_id = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam).id
        monkeypatch.setattr(lifecycle.presence, "here", lambda *_, who=student_id: {who: {}})

        def start(which: Any = session_id) -> Any:
            session = db.session.get_one(ExamSession, which)
            return lifecycle.start_session(db.session.get_one(User, ines), session, NOW)

        outcomes = at_once(app, start, *changes(ines, session_id, student_id))
        check(outcomes, session_id, student_id)


def test_while_staff_reset_and_extend(
    app: Flask, running: Any, cast: SimpleNamespace, students: list[Any]
) -> None:
    """Session, student and attempt are locked in the same order, so that there is no deadlock."""
    session_id, ines = running.id, cast.ines.id
    for student in students:
        attempt_id, student_id = AttemptFactory(student=student, session=running).id, student.id

        def begin_anew(which: Any = attempt_id) -> Any:
            return reset(
                db.session.get_one(User, ines), db.session.get_one(Attempt, which), "why", True, later(1)
            )

        def extend() -> Any:
            session = db.session.get_one(ExamSession, session_id)
            actor = db.session.get_one(User, ines)
            return deadlines.extend_time(session, actor, None, 5, "why", NOW, scaled=True)

        outcomes = at_once(app, begin_anew, extend, *changes(ines, session_id, student_id))
        check(outcomes, session_id, student_id)
