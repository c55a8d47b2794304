"""/api/classes: classes and their rosters."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import Schema, fields

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import classes as shapes
from exam_app.schemas.base import Nothing
from exam_app.services.organizations import classes, rosters
from exam_app.web.identity import current_user, needs

blueprint = Resource("classes", __name__, url_prefix="/api/classes", description="Classes and rosters")


class Classes(Schema):
    classes = fields.List(fields.Nested(shapes.SchoolClass))


@blueprint.post("")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.ClassIn)
@blueprint.replies(shapes.SchoolClass, status=201)
def create(data: dict[str, Any]) -> dict[str, Any]:
    """Create a class, taught by the caller or by the teacher that an administrator chooses."""
    return ok(classes.describe_class(classes.create_class(current_user(), **data)), "Class created")


@blueprint.get("")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.ClassFilter, location="query")
@blueprint.replies(Classes)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """The classes that the caller may see; administrators see all, or those of one teacher."""
    return ok({"classes": classes.classes_of(current_user(), **query)})


@blueprint.get("/<uuid:class_id>")
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(shapes.SchoolClass)
def show(class_id: uuid.UUID) -> dict[str, Any]:
    """One class with its students."""
    school_class = classes.class_for(current_user(), class_id)
    return ok({**classes.describe_class(school_class), "students": classes.students_of(school_class)})


@blueprint.put("/<uuid:class_id>")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.ClassChange)
@blueprint.replies(shapes.SchoolClass)
def update(data: dict[str, Any], class_id: uuid.UUID) -> dict[str, Any]:
    """Change name or description; administrators may also change the teacher."""
    actor = current_user()
    school_class = classes.change_class(actor, classes.class_for(actor, class_id), **data)
    return ok(classes.describe_class(school_class), "Class updated")


@blueprint.delete("/<uuid:class_id>")
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(Nothing)
def archive(class_id: uuid.UUID) -> dict[str, Any]:
    """Archive a class without a planned or open session."""
    classes.archive_class(classes.class_for(current_user(), class_id), clock.now())
    return ok(message="Class archived")


@blueprint.post("/<uuid:class_id>/students")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.EnrolIn)
@blueprint.replies(Nothing, status=201)
def enrol(data: dict[str, Any], class_id: uuid.UUID) -> dict[str, Any]:
    """Enrol a student in the class."""
    classes.enrol(classes.class_for(current_user(), class_id), data["student_id"])
    return ok(message="Student enrolled")


@blueprint.post("/<uuid:class_id>/roster")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.RosterIn)
@blueprint.replies(shapes.RosterReport)
def import_roster(data: dict[str, Any], class_id: uuid.UUID) -> dict[str, Any]:
    """Enrol students from CSV, all or nothing; accounts are created for unknown e-mail addresses."""
    school_class = classes.class_for(current_user(), class_id)
    return ok(rosters.import_roster(school_class, data["csv"], data["password"]), "Roster imported")


@blueprint.delete("/<uuid:class_id>/students/<uuid:student_id>")
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(Nothing)
def remove(class_id: uuid.UUID, student_id: uuid.UUID) -> dict[str, Any]:
    """Remove a student from the class."""
    classes.remove(classes.class_for(current_user(), class_id), student_id)
    return ok(message="Student removed")
