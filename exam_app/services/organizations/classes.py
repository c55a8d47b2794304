"""Classes and their students."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import contains_eager

from exam_app import clock
from exam_app.errors import Conflict, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, Enrolment, ExamSession, SchoolClass, User
from exam_app.models.user import BY_NAME
from exam_app.realtime import emit
from exam_app.rules.attempt_states import JOINABLE, OPEN, SessionStatus
from exam_app.rules.branches import may_join, serves
from exam_app.rules.direction import isolated
from exam_app.rules.names import text_key
from exam_app.rules.permissions import Role
from exam_app.services.organizations import branches

_TEACHING = (Role.INSTRUCTOR, Role.ADMIN)


def create_class(
    actor: User,
    name: str,
    description: str = "",
    teacher_id: uuid.UUID | None = None,
    branch_id: int | None = None,
) -> SchoolClass:
    """A class taught by `actor`, or by the teacher named by an administrator. Commits.

    It belongs to its teacher's branch unless another is named, and stays there.

    :raises InvalidInput: the teacher does not teach, or `actor` may not name them, or they are of another
        branch.
    :raises NotFound: no such branch.
    """
    teacher = _teacher(actor, teacher_id or actor.id)
    branch = branches.branch_for(branch_id) if branch_id is not None else None
    school_class = SchoolClass(
        organization_id=actor.organization_id,
        branch_id=branch.id if branch else teacher.branch_id or actor.branch_id,
        name=name.strip(),
        description=description,
    )
    _give_to(school_class, teacher)
    db.session.add(school_class)
    db.session.commit()
    return school_class


def class_for(actor: User, class_id: uuid.UUID) -> SchoolClass:
    """:raises NotFound: no such class, or another teacher's, or with students whom `actor` may not see."""
    school_class = db.session.get(SchoolClass, class_id)
    if school_class is None or not may_run(actor, school_class):
        raise NotFound("There is no class with this id, or it is not yours. Choose another one.")
    return school_class


def may_run(actor: User, school_class: SchoolClass) -> bool:
    """Instructors may run their own classes; staff bound to a branch none of the whole organization."""
    is_own = actor.role != Role.INSTRUCTOR or school_class.teacher_id == actor.id
    return is_own and serves(actor.branch_id, school_class.branch_id)


def teachers(actor: User) -> list[User]:
    """The users whom `actor` may make the teacher of a class, by name."""
    query = select(User).where(
        User.organization_id == actor.organization_id, User.role.in_(_TEACHING), User.is_active
    )
    if actor.role != Role.ADMIN:
        query = query.where(User.id == actor.id)
    return list(db.session.scalars(query.order_by(*BY_NAME)))


def _teacher(actor: User, teacher_id: uuid.UUID) -> User:
    teacher = branches.lock_users([teacher_id]).get(teacher_id)
    if teacher is None or teacher not in teachers(actor):
        raise InvalidInput(
            details={
                "teacherId": [
                    "Choose a teacher. Only administrators can choose somebody else than themselves."
                ]
            }
        )
    return teacher


def _give_to(school_class: SchoolClass, teacher: User) -> None:
    if not serves(teacher.branch_id, school_class.branch_id):
        raise InvalidInput(
            details={
                "teacherId": [
                    f"{isolated(teacher.full_name)} is bound to another branch than this class. "
                    "Choose another teacher."
                ]
            }
        )
    if school_class.teacher_id not in (None, teacher.id):
        successor, name = isolated(teacher.full_name), isolated(school_class.name)
        message = f"{successor} now teaches {name} and is responsible for its sessions."
        after_commit.run(emit.access_changed, school_class.teacher_id, message)
    school_class.teacher_id = teacher.id


def classes_of(actor: User, teacher_id: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """The classes `actor` may see, of one teacher where named, by name, each with its number of students."""
    query = (
        select(SchoolClass, func.count(Enrolment.student_id))
        .join(SchoolClass.teacher)
        .outerjoin(Enrolment, Enrolment.class_id == SchoolClass.id)
        .group_by(SchoolClass.id, User.id)
        .options(contains_eager(SchoolClass.teacher))
        .order_by(SchoolClass.id)
    )
    if actor.role == Role.INSTRUCTOR:
        query = query.where(SchoolClass.teacher_id == actor.id)
    if actor.branch_id is not None:
        query = query.where(SchoolClass.branch_id == actor.branch_id)
    if teacher_id is not None:
        query = query.where(SchoolClass.teacher_id == teacher_id)
    found = sorted(db.session.execute(query), key=lambda row: text_key(row[0].name))
    return [{**describe_class(school_class), "studentCount": count} for school_class, count in found]


def change_class(
    actor: User, school_class: SchoolClass, name: str, description: str, teacher_id: uuid.UUID | None = None
) -> SchoolClass:
    """Commits.

    :raises InvalidInput: as `create_class`.
    """
    if teacher_id not in (None, school_class.teacher_id):
        _give_to(school_class, _teacher(actor, teacher_id))
    school_class.name, school_class.description = name.strip(), description
    db.session.commit()
    return school_class


def archive_class(school_class: SchoolClass, now: datetime) -> None:
    """Archive a class. Idempotent. Commits.

    :raises Conflict: one of its sessions is planned or open.
    """
    # Locked, so that no session is planned at the same moment.
    db.session.refresh(school_class, with_for_update=True)
    if titles := upcoming_sessions(school_class):
        db.session.rollback()
        raise Conflict(
            f"A session of this class is planned or open: {titles[0]}. Archive the class when all of its "
            "sessions are over or cancelled."
        )
    school_class.archived_at = school_class.archived_at or now
    db.session.commit()


def upcoming_sessions(school_class: SchoolClass) -> list[str]:
    """The titles of the class's sessions that are planned or open, the next one first."""
    ahead = select(ExamSession.title).where(
        ExamSession.class_id == school_class.id,
        ExamSession.status.not_in([SessionStatus.COMPLETED, SessionStatus.CANCELLED]),
    )
    return list(db.session.scalars(ahead.order_by(ExamSession.scheduled_at)))


def enrol(school_class: SchoolClass, student_id: uuid.UUID) -> None:
    """Commits.

    :raises NotFound: no such student.
    :raises Conflict: already on the list, or of another branch, or the class is archived.
    """
    check_open(school_class)
    student = branches.lock_users([student_id]).get(student_id)
    if student is None or student.role != Role.STUDENT:
        raise NotFound("There is no student with this id. Check the id.")
    check_branch(school_class, student)
    if not add(school_class.id, [student.id]):
        raise Conflict(f"{isolated(student.full_name)} is in this class already.")
    db.session.commit()


def check_open(school_class: SchoolClass) -> None:
    """:raises Conflict: it is archived."""
    if school_class.archived_at is not None:
        raise Conflict("This class is archived. Add the student to another class.")


def check_branch(school_class: SchoolClass, student: User) -> None:
    """:raises Conflict: the student is of another branch, and would not see the class."""
    if not may_join(student.branch_id, school_class.branch_id):
        raise Conflict(
            f"{isolated(student.full_name)} is of another branch than this class. An administrator can move "
            "them to its branch, or let them be of the whole organization."
        )


def remove(school_class: SchoolClass, student_id: uuid.UUID) -> None:
    """Remove a student from the class list; their records in earlier sessions stay. Commits.

    :raises NotFound: not on the list.
    :raises Conflict: they are in a running exam of this class.
    """
    # Locked, so that no session starts, or is joined, between the check and the removal.
    own_sessions = select(ExamSession.id).where(
        ExamSession.class_id == school_class.id, ExamSession.status.in_(JOINABLE)
    )
    open_ids = db.session.scalars(own_sessions.with_for_update(of=ExamSession)).all()
    working = select(Attempt.id).where(
        Attempt.session_id.in_(open_ids), Attempt.student_id == student_id, Attempt.status.in_(OPEN)
    )
    if db.session.scalar(working.limit(1)):
        db.session.rollback()
        raise Conflict("This student is in an exam of this class now. Remove them when it is over.")
    gone = db.session.execute(
        delete(Enrolment).where(Enrolment.class_id == school_class.id, Enrolment.student_id == student_id)
    )
    if gone.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound("This student is not in the class. Reload the page.")
    after_commit.run(
        emit.access_changed,
        student_id,
        f"You are not on the list of {isolated(school_class.name)} any more. If this is a mistake, ask your "
        "teacher: this page continues by itself when you are back on the list.",
    )
    db.session.commit()


def enrolled(school_class: SchoolClass) -> list[User]:
    """The students on the class list, by name."""
    query = select(User).join(Enrolment, Enrolment.student_id == User.id)
    ordered = query.where(Enrolment.class_id == school_class.id).order_by(*BY_NAME)
    return list(db.session.scalars(ordered))


def students_of(school_class: SchoolClass) -> list[dict[str, Any]]:
    """The students on the class list, described."""
    return [
        {"studentId": str(u.id), "firstName": u.first_name, "lastName": u.last_name, "email": u.email}
        for u in enrolled(school_class)
    ]


def add(class_id: uuid.UUID, student_ids: list[uuid.UUID]) -> set[uuid.UUID]:
    """Add students to the class list; the caller commits. Concurrent calls lose nothing: the key decides.

    :returns: those who were not there yet.
    """
    if not student_ids:
        return set()
    now = clock.now()
    rows = [{"class_id": class_id, "student_id": one, "created_at": now} for one in student_ids]
    added = insert(Enrolment).values(rows).on_conflict_do_nothing().returning(Enrolment.student_id)
    return set(db.session.scalars(added))


def describe_class(school_class: SchoolClass) -> dict[str, Any]:
    return {
        "classId": str(school_class.id),
        "name": school_class.name,
        "description": school_class.description,
        "teacherId": str(school_class.teacher_id),
        "teacherName": school_class.teacher.full_name,
        "branchId": school_class.branch_id,
        "status": "archived" if school_class.archived_at else "active",
        "createdAt": clock.iso(school_class.created_at),
    }
