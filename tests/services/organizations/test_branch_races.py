"""A user is moved to a branch while another action ties them to a different one: only one succeeds."""

from __future__ import annotations

import os
import uuid
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from exam_app.errors import AppError
from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, SchoolClass, SessionProctor, User
from exam_app.services.attempts import starting
from exam_app.services.organizations import classes, people, rosters
from exam_app.services.sessions import planning as session_planning
from tests.factories import BranchFactory, SchoolClassFactory, TestFactory, UserFactory
from tests.helpers.threads import at_once
from tests.helpers.times import NOW

ROUNDS = int(os.environ.get("EXAM_RACE_ROUNDS", "10"))


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture
def north(cast: SimpleNamespace) -> int:
    return int(BranchFactory(organization_id=cast.school.id, name="North").id)


@pytest.fixture
def south_class(cast: SimpleNamespace) -> Any:
    south = BranchFactory(organization_id=cast.school.id, name="South")
    return SchoolClassFactory(teacher=cast.ines, branch_id=south.id)


def move(actor_id: uuid.UUID, person_id: uuid.UUID, branch_id: int) -> None:
    actor, person = db.session.get_one(User, actor_id), db.session.get_one(User, person_id)
    people.change(actor, person, {"branch_id": branch_id})


def enrol(class_id: uuid.UUID, student_id: uuid.UUID, email: str) -> None:
    classes.enrol(db.session.get_one(SchoolClass, class_id), student_id)


def import_roster(class_id: uuid.UUID, student_id: uuid.UUID, email: str) -> None:
    text = f"email,first_name,last_name\n{email},A,B\n"
    rosters.import_roster(db.session.get_one(SchoolClass, class_id), text, "long enough")


def enrol_by_email(class_id: uuid.UUID, student_id: uuid.UUID, email: str) -> None:
    rosters.enrol_by_email(db.session.get_one(SchoolClass, class_id), [email])


def give(actor_id: uuid.UUID, class_id: uuid.UUID, teacher_id: uuid.UUID) -> None:
    actor, school_class = db.session.get_one(User, actor_id), db.session.get_one(SchoolClass, class_id)
    classes.change_class(actor, school_class, "Chemistry", "", teacher_id)


def plan(actor_id: uuid.UUID, class_id: uuid.UUID, test_id: int, proctor_id: uuid.UUID) -> None:
    actor = db.session.get_one(User, actor_id)
    session_planning.create_session(actor, class_id, test_id, "", NOW, proctor_ids=[proctor_id])


def begin(student_id: uuid.UUID, test_id: int) -> None:
    starting.start_attempt(db.session.get_one(User, student_id), test_id, NOW)


def is_of(branch_id: int, person_id: uuid.UUID) -> bool:
    return db.session.get_one(User, person_id).branch_id == branch_id


@pytest.mark.parametrize("road", [enrol, import_roster, enrol_by_email])
def test_enrolled_while_moved(
    app: Flask, cast: SimpleNamespace, north: int, south_class: Any, road: Any
) -> None:
    class_id = south_class.id
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        outcomes = at_once(
            app,
            partial(road, class_id, student.id, student.email),
            partial(move, cast.ada.id, student.id, north),
        )
        assert all(outcome is None or isinstance(outcome, AppError) for outcome in outcomes)
        is_enrolled = db.session.get(Enrolment, (class_id, student.id)) is not None
        assert is_enrolled != is_of(north, student.id)


def test_given_a_class_while_moved(app: Flask, cast: SimpleNamespace, north: int, south_class: Any) -> None:
    class_id = south_class.id
    for _ in range(ROUNDS):
        teacher = UserFactory(instructor=True, organization=cast.school)
        giving = partial(give, cast.ada.id, class_id, teacher.id)
        at_once(app, giving, partial(move, cast.ada.id, teacher.id, north))
        teaches = db.session.get_one(SchoolClass, class_id).teacher_id == teacher.id
        assert teaches != is_of(north, teacher.id)


def test_assigned_while_moved(
    app: Flask, cast: SimpleNamespace, north: int, south_class: Any, exam: Any
) -> None:
    class_id, test_id = south_class.id, exam.id
    for _ in range(ROUNDS):
        proctor = UserFactory(proctor=True, organization=cast.school)
        planning = partial(plan, cast.ada.id, class_id, test_id, proctor.id)
        at_once(app, planning, partial(move, cast.ada.id, proctor.id, north))
        assignment = db.session.scalar(select(SessionProctor).where(SessionProctor.user_id == proctor.id))
        assert (assignment is not None) != is_of(north, proctor.id)


def test_begun_while_moved(app: Flask, cast: SimpleNamespace, north: int) -> None:
    """A student who is bound to a branch meanwhile never gets an attempt that they cannot access."""
    test_id = TestFactory(author=cast.ines, practice=True, published=True).id
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        at_once(app, partial(begin, student.id, test_id), partial(move, cast.ada.id, student.id, north))
        attempt = db.session.scalars(select(Attempt).where(Attempt.student_id == student.id)).one()
        assert is_of(north, student.id)
        assert attempt.branch_id == north
