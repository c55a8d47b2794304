"""/api/courses: the courses of tests and questions."""

from __future__ import annotations

from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import branches as shapes
from exam_app.schemas.base import Nothing
from exam_app.services.authoring import courses
from exam_app.web.identity import current_user, needs

blueprint = Resource("courses", __name__, url_prefix="/api/courses", description="Courses")


@blueprint.get("")
@needs(Permission.MONITOR)
@blueprint.replies(shapes.Courses)
def listing() -> dict[str, Any]:
    """All courses."""
    return ok({"courses": [courses.describe(course) for course in courses.listing()]})


@blueprint.post("")
@needs(Permission.MANAGE_TESTS)
@blueprint.arguments(shapes.CourseIn)
@blueprint.replies(shapes.Course, status=201)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Add a course. Its branch cannot be changed later."""
    return ok(courses.describe(courses.create(current_user(), **data)), "Course added")


@blueprint.get("/<int:course_id>")
@needs(Permission.MONITOR)
@blueprint.replies(shapes.Course)
def show(course_id: int) -> dict[str, Any]:
    """One course."""
    return ok(courses.describe(courses.course_for(course_id)))


@blueprint.put("/<int:course_id>")
@needs(Permission.MANAGE_TESTS)
@blueprint.arguments(shapes.CourseChange)
@blueprint.replies(shapes.Course)
def rename(data: dict[str, Any], course_id: int) -> dict[str, Any]:
    """Rename a course."""
    return ok(courses.describe(courses.rename(courses.course_for(course_id), **data)), "Course renamed")


@blueprint.delete("/<int:course_id>")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(Nothing)
def delete(course_id: int) -> dict[str, Any]:
    """Delete a course that has no questions or tests."""
    courses.delete(courses.course_for(course_id))
    return ok(message="Course deleted")
