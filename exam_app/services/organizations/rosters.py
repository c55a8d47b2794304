"""Adding many students to a class list: by their emails, or from CSV with new accounts."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from exam_app.errors import Conflict, InvalidInput
from exam_app.extensions import db
from exam_app.models import SchoolClass, User
from exam_app.rules.branches import may_join
from exam_app.rules.emails import comparable
from exam_app.rules.permissions import Role
from exam_app.services.organizations import accounts, branches, passwords
from exam_app.services.organizations.classes import add, check_branch, check_open

_HEADER = ["email", "first_name", "last_name"]


def enrol_by_email(school_class: SchoolClass, emails: Sequence[str]) -> dict[str, list[str]]:
    """Enrol every student known by one of the emails; the rest is reported. Commits.

    :returns: the emails as `{enrolled, already, unknown, notStudents, otherBranch}`.
    :raises Conflict: the class is archived.
    """
    check_open(school_class)
    wanted = dict.fromkeys(comparable(email) for email in emails if email.strip())
    found = select(User).where(
        User.organization_id == school_class.organization_id, func.lower(User.email).in_(wanted)
    )
    found_ids = db.session.scalars(found.with_only_columns(User.id)).all()
    users = {user.email.lower(): user for user in branches.lock_users(found_ids).values()}
    fitting = {user.id for user in users.values() if may_join(user.branch_id, school_class.branch_id)}
    students = [user.id for user in users.values() if user.role == Role.STUDENT and user.id in fitting]
    added = add(school_class.id, students)
    outcomes = ("enrolled", "already", "unknown", "notStudents", "otherBranch")
    report: dict[str, list[str]] = {outcome: [] for outcome in outcomes}
    for email in wanted:
        user = users.get(email)
        if user is None:
            outcome = "unknown"
        elif user.role != Role.STUDENT:
            outcome = "notStudents"
        elif user.id not in fitting:
            outcome = "otherBranch"
        else:
            outcome = "enrolled" if user.id in added else "already"
        report[outcome].append(email)
    db.session.commit()
    return report


def import_roster(school_class: SchoolClass, text: str, password: str) -> dict[str, Any]:
    """Enrol students from CSV (``email,first_name,last_name``); unknown emails become new students.

    All or nothing: an invalid line is reported with its number and nothing is written. Commits.

    :param password: the initial password of new students.
    :returns: `{created, enrolled, unchanged}`, counts.
    :raises InvalidInput: `details["lines"]` lists the errors by line.
    :raises Conflict: the class is archived.
    """
    check_open(school_class)
    # One hash for all: the password is the same, and hashing is slow by design.
    password_hash = passwords.hash_password(password)
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
        raise InvalidInput(
            "The roster has errors. Nothing was imported. Correct the lines and import it again.",
            {"lines": wrong},
        )
    db.session.commit()
    return counts


def _rows(text: str) -> list[tuple[int, dict[str, str | None]]]:
    """The records under the header, each with the number of its last line; any kind of line endings."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=None))
    try:
        if [name.strip().lower() for name in reader.fieldnames or []] != _HEADER:
            raise InvalidInput(
                "The first line must be email,first_name,last_name. Add it and import the file again."
            )
        reader.fieldnames = _HEADER
        return [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InvalidInput(
            f"Line {reader.line_num} is not CSV: {error}. Correct it and import the file again."
        ) from None


def _enrol_row(school_class: SchoolClass, row: dict[str, str | None], password_hash: str) -> tuple[str, int]:
    email = comparable(row["email"] or "")
    names = (row["first_name"] or "", row["last_name"] or "")
    if None in row or row["last_name"] is None or not email or not "".join(names).strip():
        raise InvalidInput("Give three fields, with the email and at least one name.")
    student = db.session.scalar(
        select(User)
        .where(func.lower(User.email) == email)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    created = student is None
    if student is None:
        student = accounts.create_user(
            school_class.organization_id, email, password_hash, *names, Role.STUDENT, school_class.branch_id
        )
    if student.role != Role.STUDENT or student.organization_id != school_class.organization_id:
        raise Conflict(f"{email} is not a student. Remove this line.")
    check_branch(school_class, student)
    return ("enrolled" if add(school_class.id, [student.id]) else "unchanged"), int(created)
