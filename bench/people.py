"""A class with a session, created through the product's own services."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask import Flask

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Enrolment, ExamSession, Organization, SchoolClass, Test, User
from exam_app.rules.attempt_states import SessionStatus
from exam_app.rules.permissions import Role
from exam_app.services.attempts import starting
from exam_app.services.authoring import catalog, papers
from exam_app.services.organizations import accounts, passwords
from exam_app.services.sessions import planning

PASSWORD = "measured-once"


@dataclass
class Seat:
    """A student's token, attempt and questions."""

    student_id: uuid.UUID
    attempt_id: uuid.UUID
    token: str


@dataclass
class Room:
    session_id: uuid.UUID
    question_ids: list[int]
    seats: list[Seat]
    proctor_token: str


@dataclass
class Class:
    """Students, by their tokens, and a session in which they have no attempts yet."""

    session_id: uuid.UUID
    tokens: list[str]
    proctor_token: str


def running_session(app: Flask, students: int, questions: int, minutes: int = 60) -> Room:
    """`students` with an attempt each at `questions` single-choice questions, started now."""
    with app.app_context():
        teacher, people = _school(students)
        session = _session(teacher, people, questions, minutes)
        _begin(session, minutes)
        begun = starting.create_attempts(session.test_id, session.paper_id, session, people, clock.now())
        db.session.commit()
        room = Room(
            session_id=session.id,
            question_ids=list(papers.compiled(session.paper_id).questions),
            seats=[
                Seat(student.id, attempt.id, accounts.access_token(student))
                for student, attempt in zip(people, begun, strict=True)
            ],
            proctor_token=accounts.access_token(teacher),
        )
        db.engine.dispose()
        return room


def planned_session(app: Flask, students: int, questions: int, status: SessionStatus) -> Class:
    """A session in the waiting room, or a running one without attempts yet."""
    with app.app_context():
        teacher, people = _school(students)
        session = _session(teacher, people, questions, 60)
        if status == SessionStatus.IN_PROGRESS:
            _begin(session, 60)
        else:
            session.status = status
        db.session.commit()
        tokens = [accounts.access_token(student) for student in people]
        room = Class(session.id, tokens, accounts.access_token(teacher))
        db.engine.dispose()
        return room


def self_paced_tests(
    app: Flask, students: int, tests: int, questions: int
) -> tuple[list[dict[str, int]], list[str]]:
    """`tests` that every student may start, each as `{test, question}` ids, and the tokens of `students`."""
    with app.app_context():
        teacher, people = _school(students)
        made = [_test(teacher, questions, 60, is_self_paced=True) for _ in range(tests)]
        ids = []
        for test in made:
            assert test.current_paper_id is not None
            ids.append(
                {"test": test.id, "question": next(iter(papers.compiled(test.current_paper_id).questions))}
            )
        tokens = [accounts.access_token(student) for student in people]
        db.engine.dispose()
        return ids, tokens


def _school(students: int) -> tuple[User, list[User]]:
    organization = Organization(name="Bench", slug=f"bench-{uuid.uuid4().hex[:8]}")
    db.session.add(organization)
    db.session.flush()
    password_hash = passwords.hash_password(PASSWORD)

    def person(role: Role, number: int) -> User:
        return User(
            organization_id=organization.id,
            email=f"{role}{number}.{organization.slug}@bench.example",
            password_hash=password_hash,
            first_name=role.value.title(),
            last_name=f"{number:05}",
            role=role,
        )

    teacher = person(Role.INSTRUCTOR, 0)
    people = [person(Role.STUDENT, number) for number in range(students)]
    db.session.add_all([teacher, *people])
    db.session.commit()
    return teacher, people


def _session(teacher: User, people: list[User], questions: int, minutes: int) -> ExamSession:
    """A session of a class of these users, scheduled for now."""
    school_class = SchoolClass(organization_id=teacher.organization_id, name="Bench", teacher_id=teacher.id)
    db.session.add(school_class)
    db.session.flush()
    db.session.add_all(Enrolment(class_id=school_class.id, student_id=student.id) for student in people)
    test = _test(teacher, questions, minutes)
    return planning.create_session(teacher, school_class.id, test.id, "Bench", clock.now())


def _begin(session: ExamSession, minutes: int) -> None:
    now = clock.now()
    session.status, session.started_at = SessionStatus.IN_PROGRESS, now
    session.ends_at = now + timedelta(minutes=minutes)
    db.session.flush()


def _test(teacher: User, questions: int, minutes: int, is_self_paced: bool = False) -> Test:
    """A published test of single-choice questions, whose first option is correct."""
    options = [{"id": n, "text": f"Answer {n}", "fraction": float(n == 1)} for n in range(1, 5)]
    bank = [
        catalog.create_question(
            teacher.organization_id,
            teacher.id,
            {
                "type": "multiple_choice",
                "text": f"Question {number}?",
                "points": Decimal(1),
                "definition": {"options": options, "shuffle": False},
            },
        )
        for number in range(questions)
    ]
    fields = {"title": "Bench", "duration_minutes": minutes, "is_self_paced": is_self_paced}
    test = catalog.create_test(teacher, fields, [question.id for question in bank])
    papers.publish(test, teacher.id)
    return test
