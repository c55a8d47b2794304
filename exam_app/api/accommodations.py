"""Extra time: the permanent accommodation of a student or a class, and overrides for one session."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import accommodations as shapes
from exam_app.services.organizations import classes
from exam_app.services.timing import accommodations
from exam_app.web.identity import current_user, needs

blueprint = Resource("accommodations", __name__, url_prefix="/api", description="Accommodations")


@blueprint.get("/users/<uuid:user_id>/accommodation")
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(shapes.Accommodation)
def show(user_id: uuid.UUID) -> dict[str, Any]:
    """The student's permanent accommodation."""
    return ok(accommodations.accommodation_of(accommodations.student_for(current_user(), user_id)))


@blueprint.put("/users/<uuid:user_id>/accommodation")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.AccommodationIn)
@blueprint.replies(shapes.Accommodation)
def change(data: dict[str, Any], user_id: uuid.UUID) -> dict[str, Any]:
    """Set the student's permanent accommodation. It also applies to a running attempt."""
    actor = current_user()
    student = accommodations.student_for(actor, user_id)
    accommodations.accommodate(actor, [student], **data, now=clock.now())
    return ok(accommodations.accommodation_of(student), "Accommodation saved")


@blueprint.put("/classes/<uuid:class_id>/accommodation")
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.AccommodationIn)
@blueprint.replies(shapes.AccommodatedClass)
def change_for_class(data: dict[str, Any], class_id: uuid.UUID) -> dict[str, Any]:
    """Set the permanent accommodation of every student in the class."""
    actor = current_user()
    students = classes.enrolled(classes.class_for(actor, class_id))
    moved = accommodations.accommodate(actor, students, **data, now=clock.now())
    return ok({"students": len(students), "attemptsMoved": moved}, "Accommodation saved")


_IN_SESSION = "/sessions/<uuid:session_id>/accommodations/<uuid:student_id>"


@blueprint.get(_IN_SESSION)
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(shapes.CountingAccommodation)
def show_in_session(session_id: uuid.UUID, student_id: uuid.UUID) -> dict[str, Any]:
    """The student's effective accommodation in this session."""
    session, student = accommodations.participant_for(current_user(), session_id, student_id)
    return ok(accommodations.accommodation_in(session, student))


@blueprint.put(_IN_SESSION)
@needs(Permission.MANAGE_CLASSES)
@blueprint.arguments(shapes.AccommodationIn)
@blueprint.replies(shapes.CountingAccommodation)
def change_in_session(data: dict[str, Any], session_id: uuid.UUID, student_id: uuid.UUID) -> dict[str, Any]:
    """Set the student's accommodation for one session, instead of the permanent one. It also applies to a
    running attempt."""
    actor = current_user()
    session, student = accommodations.participant_for(actor, session_id, student_id)
    accommodations.accommodate_in(actor, session, student, **data, now=clock.now())
    return ok(accommodations.accommodation_in(session, student), "Accommodation saved")


@blueprint.delete(_IN_SESSION)
@needs(Permission.MANAGE_CLASSES)
@blueprint.replies(shapes.CountingAccommodation)
def withdraw_in_session(session_id: uuid.UUID, student_id: uuid.UUID) -> dict[str, Any]:
    """Remove the accommodation for this session, so that the permanent one applies again."""
    actor = current_user()
    session, student = accommodations.participant_for(actor, session_id, student_id)
    accommodations.withdraw_in(actor, session, student, clock.now())
    return ok(accommodations.accommodation_in(session, student), "Accommodation removed")
