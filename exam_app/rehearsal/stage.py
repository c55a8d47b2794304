"""The temporary organization of a rehearsal, with its own users, removed afterwards."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import Select, func, select

from exam_app.extensions import db
from exam_app.importers import read_questions
from exam_app.models import Attempt, Enrolment, ExamSession, Organization, SchoolClass, Test, User
from exam_app.rules.attempt_states import JOINABLE, AttemptStatus
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog, papers, question_files
from exam_app.services.operations import consistency
from exam_app.services.organizations import accounts, passwords, removal
from exam_app.services.sessions import planning

_SLUG = "rehearsal-"
QUESTIONS = r"""
::Plants only::Which of these is found only in plant cells? {=Chloroplast ~Ribosome ~Nucleus ~Mitochondrion}
::Animal cells::Choose parts of animal cells. {~%50%Nucleus ~%50%Ribosome ~%-50%Chloroplast ~%-50%Cell wall}
::Membrane::The cell membrane lets every substance pass freely. {FALSE}
::DNA::Which part of the cell holds most of its DNA? {=nucleus =the nucleus}
::Magnified::A cell of 0.05 mm is magnified 70 times. How long does it look, in millimetres? {#3.5:0.01}
"""


@dataclass(frozen=True)
class Stage:
    """`token` is the teacher's; students sign in with their e-mail addresses and the common password."""

    organization_id: int
    session_id: uuid.UUID
    emails: list[str]
    password: str
    token: str


@dataclass(frozen=True)
class Ending:
    """The final state in the database; `lateness` is in seconds after deadline and grace for each closed
    attempt, `differences` the number that a replay of the log found."""

    lateness: list[float]
    ungraded: int
    differences: int


def sessions_under_way() -> list[ExamSession]:
    """Open sessions, without those of an interrupted rehearsal."""
    return list(
        db.session.scalars(
            select(ExamSession)
            .join(Organization, Organization.id == ExamSession.organization_id)
            .where(ExamSession.status.in_(JOINABLE), ~Organization.slug.startswith(_SLUG))
            .order_by(ExamSession.scheduled_at)
        )
    )


def clear() -> None:
    """Remove the organizations of all rehearsals, also of interrupted ones."""
    built = select(Organization.id).where(Organization.slug.startswith(_SLUG))
    for organization_id in db.session.scalars(built).all():
        removal.remove_organization(organization_id)


def build(students: int, minutes: int, now: datetime) -> Stage:
    """Create a class of `students`, and a session of `minutes`, scheduled for now.

    E-mail addresses end in .invalid, to which no mail is ever sent.
    """
    name = _SLUG + secrets.token_hex(4)
    organization = Organization(name="Rehearsal", slug=name)
    db.session.add(organization)
    db.session.flush()
    password = secrets.token_urlsafe(24)
    password_hash = passwords.hash_password(password)
    emails = [f"student{number}@{name}.invalid" for number in range(1, students + 1)]
    people = [(f"teacher@{name}.invalid", Role.INSTRUCTOR)]
    people += [(email, Role.STUDENT) for email in emails]
    users = [
        User(
            organization_id=organization.id,
            email=email,
            password_hash=password_hash,
            first_name="Rehearsing",
            last_name=email.partition("@")[0],
            role=role,
        )
        for email, role in people
    ]
    db.session.add_all(users)
    db.session.flush()
    teacher, *class_mates = users
    school_class = SchoolClass(organization_id=organization.id, name="Rehearsal", teacher_id=teacher.id)
    db.session.add(school_class)
    db.session.flush()
    db.session.add_all(Enrolment(class_id=school_class.id, student_id=user.id) for user in class_mates)
    test = _test(teacher, minutes)
    session = planning.create_session(teacher, school_class.id, test.id, "Rehearsal", now)
    return Stage(organization.id, session.id, emails, password, accounts.access_token(teacher))


def _test(teacher: User, minutes: int) -> Test:
    test = Test(
        organization_id=teacher.organization_id,
        created_by=teacher.id,
        title="Rehearsal",
        duration_minutes=minutes,
        warning_minutes=[1],
    )
    db.session.add(test)
    db.session.flush()
    read = read_questions(QUESTIONS.encode(), "gift", "rehearsal").questions
    questions = question_files.add_imported(teacher.organization_id, teacher.id, read)
    catalog.set_questions(test, [question.id for question in questions])
    papers.publish(test, teacher.id)
    return test


def is_graded(stage: Stage) -> bool:
    db.session.rollback()
    return not db.session.scalar(_ungraded(stage))


def ending(stage: Stage) -> Ending:
    """Call it when everything is graded, or after a timeout."""
    db.session.rollback()
    rows = db.session.execute(
        select(Attempt.id, Attempt.closed_at, Attempt.deadline_at).where(
            Attempt.session_id == stage.session_id
        )
    ).all()
    grace = timedelta(seconds=current_app.config["GRACE_SECONDS"])
    return Ending(
        lateness=[(row.closed_at - row.deadline_at - grace).total_seconds() for row in rows if row.closed_at],
        ungraded=db.session.scalar(_ungraded(stage)) or 0,
        differences=len(consistency.differences([row.id for row in rows])),
    )


def _ungraded(stage: Stage) -> Select[int]:
    is_open = Attempt.status != AttemptStatus.GRADED
    return select(func.count()).where(Attempt.session_id == stage.session_id, is_open).select_from(Attempt)
