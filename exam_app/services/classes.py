"""Classes and their rosters."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from exam_app import clock
from exam_app.errors import Conflict, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Enrolment, ExamSession, SchoolClass, User
from exam_app.rules.attempt_states import SessionStatus
from exam_app.rules.permissions import Role
from exam_app.services import accounts

_HEADER = ["email", "first_name", "last_name"]


def create_class(actor: User, name: str, description: str = "") -> SchoolClass:
    """A class taught by `actor`. Commits."""
    school_class = SchoolClass(
        organization_id=actor.organization_id, name=name.strip(), description=description, teacher_id=actor.id
    )
    db.session.add(school_class)
    db.session.commit()
    return school_class


def class_for(actor: User, class_id: uuid.UUID) -> SchoolClass:
    """:raises NotFound: no such class, or another teacher's."""
    school_class = db.session.get(SchoolClass, class_id)
    if school_class is None or (actor.role == Role.INSTRUCTOR and school_class.teacher_id != actor.id):
        raise NotFound("There is no class with this address, or it is not yours.")
    return school_class


def classes_of(actor: User) -> list[dict[str, Any]]:
    """The classes `actor` may see, by name, each with its number of students."""
    query = (
        select(SchoolClass, func.count(Enrolment.student_id))
        .outerjoin(Enrolment, Enrolment.class_id == SchoolClass.id)
        .group_by(SchoolClass.id)
        .order_by(SchoolClass.name)
    )
    if actor.role == Role.INSTRUCTOR:
        query = query.where(SchoolClass.teacher_id == actor.id)
    return [{**describe_class(c), "studentCount": count} for c, count in db.session.execute(query)]


def rename(school_class: SchoolClass, name: str, description: str) -> SchoolClass:
    """Commits."""
    school_class.name, school_class.description = name.strip(), description
    db.session.commit()
    return school_class


def archive_class(school_class: SchoolClass, now: datetime) -> None:
    """Put a class away. Twice is the same as once. Commits.

    :raises Conflict: one of its sessions is open.
    """
    running = select(ExamSession.id).where(
        ExamSession.class_id == school_class.id,
        ExamSession.status.in_([SessionStatus.WAITING, SessionStatus.IN_PROGRESS]),
    )
    if db.session.scalar(running.limit(1)):
        raise Conflict("A session of this class is open. Archive the class when it is over.")
    school_class.archived_at = school_class.archived_at or now
    db.session.commit()


def enrol(school_class: SchoolClass, student_id: uuid.UUID) -> None:
    """Commits.

    :raises NotFound: no such student.
    :raises Conflict: already on the list.
    """
    student = db.session.get(User, student_id)
    if student is None or student.role != Role.STUDENT:
        raise NotFound("There is no student with this id.")
    if not _add(school_class.id, student.id):
        raise Conflict(f"{student.full_name} is in this class already.")
    db.session.commit()


def remove(school_class: SchoolClass, student_id: uuid.UUID) -> None:
    """Commits.

    :raises NotFound: not on the list.
    """
    gone = db.session.execute(
        delete(Enrolment).where(Enrolment.class_id == school_class.id, Enrolment.student_id == student_id)
    )
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound("This student is not in the class.")
    db.session.commit()


def enrolled(school_class: SchoolClass) -> list[User]:
    """Everybody on the list, by name."""
    query = select(User).join(Enrolment, Enrolment.student_id == User.id)
    ordered = query.where(Enrolment.class_id == school_class.id).order_by(User.last_name, User.first_name)
    return list(db.session.scalars(ordered))


def students_of(school_class: SchoolClass) -> list[dict[str, Any]]:
    """Everybody on the list, described."""
    return [
        {"studentId": str(u.id), "firstName": u.first_name, "lastName": u.last_name, "email": u.email}
        for u in enrolled(school_class)
    ]


def import_roster(school_class: SchoolClass, text: str, password: str) -> dict[str, Any]:
    """Enrol students from CSV (``email,first_name,last_name``); unknown addresses become new students.

    All or nothing: a wrong line is reported with its number and nothing is written. Commits.

    :param password: the first password of those who are new.
    :returns: `{created, enrolled, unchanged}`, counts.
    :raises InvalidInput: `details["lines"]` lists what is wrong where.
    """
    # One hash for all: it is one password, and a hash is meant to take its time.
    password_hash = accounts.hash_password(password)
    counts, wrong = {"created": 0, "enrolled": 0, "unchanged": 0}, []
    for line, row in _rows(text):
        try:
            outcome, created = _enrol_row(school_class, row, password_hash)
            counts[outcome] += 1
            counts["created"] += created
        except (InvalidInput, Conflict) as error:
            wrong.append(f"line {line}: {error.message} {error.details or ''}".strip())
    if wrong:
        db.session.rollback()
        raise InvalidInput("The roster has errors. Nothing was imported.", {"lines": wrong})
    db.session.commit()
    return counts


def _rows(text: str) -> list[tuple[int, dict[str, str | None]]]:
    """The records under the header, each with the number of its last line; line ends of any system."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=None))
    try:
        if [name.strip().lower() for name in reader.fieldnames or []] != _HEADER:
            raise InvalidInput("The first line must be: email,first_name,last_name")
        reader.fieldnames = _HEADER
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InvalidInput(f"Line {reader.line_num} is not CSV: {error}.") from None


def _enrol_row(school_class: SchoolClass, row: dict[str, str | None], password_hash: str) -> tuple[str, int]:
    email = (row["email"] or "").strip()
    if None in row or not email or not (row["last_name"] or "").strip():
        raise InvalidInput("Three fields are needed, with at least the address and the last name.")
    student = db.session.scalar(select(User).where(func.lower(User.email) == email.lower()))
    created = student is None
    if student is None:
        names = (row["first_name"] or "", row["last_name"] or "")
        student = accounts.create_user(
            school_class.organization_id, email, password_hash, *names, Role.STUDENT
        )
    if student.role != Role.STUDENT or student.organization_id != school_class.organization_id:
        raise Conflict(f"{email} is not a student.")
    return ("enrolled" if _add(school_class.id, student.id) else "unchanged"), int(created)


def _add(class_id: uuid.UUID, student_id: uuid.UUID) -> bool:
    """Two at once lose nothing: the key decides. False if already there."""
    row = {"class_id": class_id, "student_id": student_id, "created_at": clock.now()}
    added = db.session.execute(insert(Enrolment).values(row).on_conflict_do_nothing())
    return bool(added.rowcount)  # type: ignore[attr-defined]


def describe_class(school_class: SchoolClass) -> dict[str, Any]:
    return {
        "classId": str(school_class.id),
        "name": school_class.name,
        "description": school_class.description,
        "teacherId": str(school_class.teacher_id),
        "status": "archived" if school_class.archived_at else "active",
        "createdAt": clock.iso(school_class.created_at),
    }
