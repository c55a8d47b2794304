"""Courses: the subjects of tests and questions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exam_app.errors import Conflict, NotFound
from exam_app.extensions import db
from exam_app.models import Course, User
from exam_app.rules.names import text_key
from exam_app.services.organizations import branches


def listing() -> list[Course]:
    """All courses that the caller may see, by title."""
    courses = db.session.scalars(select(Course).order_by(Course.id))
    return sorted(courses, key=lambda course: text_key(course.title))


def course_for(course_id: int) -> Course:
    """:raises NotFound: no such course, or one that the caller may not see."""
    course = db.session.get(Course, course_id)
    if course is None:
        raise NotFound("There is no course with this id. Choose another one.")
    return course


def create(actor: User, title: str, branch_id: int | None = None) -> Course:
    """Create a course, without a named branch in the actor's. Commits.

    :raises NotFound: no such branch.
    """
    if branch_id is not None:
        branches.branch_for(branch_id)
    course = Course(organization_id=actor.organization_id, branch_id=branch_id, title=title.strip())
    db.session.add(course)
    db.session.commit()
    return course


def rename(course: Course, title: str) -> Course:
    """Commits."""
    course.title = title.strip()
    db.session.commit()
    return course


def delete(course: Course) -> None:
    """Commits.

    :raises Conflict: questions or tests belong to it; the foreign keys decide.
    """
    db.session.delete(course)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Conflict("Questions or tests belong to this course. Give them another one first.") from None


def describe(course: Course) -> dict[str, Any]:
    return {"courseId": course.id, "title": course.title, "branchId": course.branch_id}
