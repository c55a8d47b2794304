"""The demo institution: people, a class, an exam, a practice test, and a session for the simulated students.

Its accounts have well-known passwords, so they are only open while `flask up --demo` runs.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from exam_app import clock
from exam_app.cli import demo_content
from exam_app.extensions import db
from exam_app.importers import read_questions
from exam_app.models import Enrolment, ExamSession, Feedback, Organization, Passage, SchoolClass, Test, User
from exam_app.rules.attempt_states import JOINABLE, SessionStatus
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog, papers, question_files
from exam_app.services.organizations import passwords
from exam_app.services.sessions import planning

PASSWORD = "exam-demo"
DOMAIN = "demo.example"
EXAM_MINUTES = 8
# If a session has less time left than this, a new one is scheduled.
FRESH = timedelta(minutes=3)
CAST = {
    Role.ADMIN: ("Ada", "Okafor"),
    Role.INSTRUCTOR: ("Ines", "Moreau"),
    Role.PROCTOR: ("Priya", "Nair"),
    Role.STUDENT: ("Carl", "Adams"),
}
CLASSMATES = [
    ("Cora", "Berg"), ("Dan", "Chu"), ("Eve", "Diaz"), ("Finn", "Eriksen"), ("Gita", "Flores"),
    ("Hugo", "Grant"), ("Ida", "Haddad"), ("Jonas", "Ivanov"), ("Kim", "Jansen"), ("Lena", "Kaya"),
    ("Milo", "Lund"), ("Nora", "Mbeki"), ("Omar", "Novak"), ("Pia", "Olsen"), ("Quinn", "Park"),
    ("Rosa", "Quist"), ("Sami", "Rossi"), ("Tara", "Silva"), ("Uma", "Tanaka"), ("Vito", "Urban"),
    ("Wren", "Vogel"), ("Xenia", "Weiss"), ("Yara", "Xu"), ("Zoe", "Young"), ("Ali", "Zeman"),
    ("Bea", "Abara"), ("Cem", "Brandt"), ("Dora", "Castro"),
]  # fmt: skip


def email(first_name: str) -> str:
    return f"{first_name.lower()}@{DOMAIN}"


def prepare(app: Flask, data_dir: Path, url: str) -> dict[str, Any]:
    """Create the institution if it is missing, enable its accounts, and ensure a running session.

    :returns: the content of demo.json: `{url, accounts, sessionId, practiceTestId}`.
    """
    now = clock.now()
    with app.app_context():
        organization = db.session.scalar(select(Organization).where(Organization.is_demo))
        if organization is None:
            organization = _found()
        _set_active(True)
        session = _live_session(organization, now) or _plan_session(organization, now)
        own = (Test.organization_id == organization.id) & Test.is_self_paced
        practice = select(Test.id).where(own).order_by(Test.id).limit(1)
        return {
            "url": url,
            "accounts": {role.value: {"email": email(CAST[role][0]), "password": PASSWORD} for role in CAST},
            "sessionId": str(session.id),
            "practiceTestId": db.session.scalars(practice).one(),
        }


def disable(app: Flask) -> None:
    """Disable the demo accounts: without `--demo` their well-known passwords must not work."""
    with app.app_context():
        _set_active(False)


def _set_active(is_active: bool) -> None:
    demo = select(Organization.id).where(Organization.is_demo)
    db.session.execute(update(User).where(User.organization_id.in_(demo)).values(is_active=is_active))
    db.session.commit()


def _found() -> Organization:
    organization = Organization(name="Demo School", slug="demo-school", is_demo=True)
    db.session.add(organization)
    db.session.flush()
    password_hash = passwords.hash_password(PASSWORD)
    people = [*((role, *name) for role, name in CAST.items()), *((Role.STUDENT, *n) for n in CLASSMATES)]
    users = [
        User(
            organization_id=organization.id,
            email=email(first),
            password_hash=password_hash,
            first_name=first,
            last_name=last,
            role=role,
        )
        for role, first, last in people
    ]
    db.session.add_all(users)
    db.session.flush()
    teacher = next(user for user in users if user.role == Role.INSTRUCTOR)
    school_class = SchoolClass(organization_id=organization.id, name="10b", teacher_id=teacher.id)
    db.session.add(school_class)
    db.session.flush()
    db.session.add_all(
        Enrolment(class_id=school_class.id, student_id=user.id) for user in users if user.role == Role.STUDENT
    )
    _add_tests(organization, teacher)
    db.session.commit()
    return organization


def _add_tests(organization: Organization, teacher: User) -> None:
    passage = Passage(
        organization_id=organization.id, title=demo_content.PASSAGE_TITLE, text=demo_content.PASSAGE
    )
    db.session.add(passage)
    db.session.flush()
    exam = Test(
        organization_id=organization.id,
        created_by=teacher.id,
        title="Biology, final exam",
        description="Cells, plants, heredity, and a text to read.",
        instructions="Answer as many questions as you can. You can change your answers until you hand in.",
        duration_minutes=EXAM_MINUTES,
        pass_percentage=Decimal(60),
        warning_minutes=[5, 1],
        shuffle_options=True,
    )
    practice = Test(
        organization_id=organization.id,
        created_by=teacher.id,
        title="Practice: life and living things",
        description="Eight questions to try how an exam works here. You see the correct answers at once.",
        instructions="Take your time. You have three attempts.",
        duration_minutes=30,
        pass_percentage=Decimal(60),
        max_attempts=3,
        feedback=Feedback.IMMEDIATE,
        is_self_paced=True,
    )
    kinds = Test(
        organization_id=organization.id,
        created_by=teacher.id,
        title="Practice: every kind of question",
        description="One question of each kind. The last one is marked manually before there is a result.",
        instructions="Try them all, with the keyboard too.",
        duration_minutes=45,
        pass_percentage=Decimal(60),
        max_attempts=3,
        feedback=Feedback.AFTER_SUBMISSION,
        is_self_paced=True,
        shuffle_options=True,
    )
    for test, name in ((exam, "biology.gift"), (practice, "practice.gift")):
        db.session.add(test)
        db.session.flush()
        questions = question_files.add_imported(organization.id, teacher.id, read_content(name))
        for question in questions:
            if question.category == "Reading":
                question.passage_id = passage.id
        catalog.set_questions(test, [question.id for question in questions])
        papers.publish(test, teacher.id)
    db.session.add(kinds)
    db.session.flush()
    asked = json.loads(_content("kinds.json"))
    one_of_each = [catalog.create_question(organization.id, teacher.id, fields) for fields in asked]
    catalog.set_questions(kinds, [question.id for question in one_of_each])
    papers.publish(kinds, teacher.id)


def read_content(name: str) -> list[Any]:
    return read_questions(_content(name), "gift", name).questions


def _content(name: str) -> bytes:
    return Path(demo_content.__file__).with_name(name).read_bytes()


def _live_session(organization: Organization, now: datetime) -> ExamSession | None:
    """A session that is open and has time left, from an earlier start of the demo."""
    open_sessions = db.session.scalars(
        select(ExamSession).where(
            ExamSession.organization_id == organization.id,
            ExamSession.status.in_([*JOINABLE, SessionStatus.SCHEDULED]),
        )
    )
    return next((s for s in open_sessions if s.ends_at is None or s.ends_at > now + FRESH), None)


def _plan_session(organization: Organization, now: datetime) -> ExamSession:
    def person(role: Role) -> User:
        return db.session.scalars(select(User).where(User.email == email(CAST[role][0]))).one()

    exam = db.session.scalars(
        select(Test).where(Test.organization_id == organization.id, ~Test.is_self_paced)
    ).one()
    school_class = db.session.scalars(
        select(SchoolClass).where(SchoolClass.organization_id == organization.id)
    ).one()
    return planning.create_session(
        person(Role.INSTRUCTOR),
        school_class.id,
        exam.id,
        f"{exam.title} · {now:%H:%M} UTC",
        now,
        proctor_ids=[person(Role.PROCTOR).id],
    )
