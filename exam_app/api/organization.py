"""/api/organization: settings of the whole institution."""

from __future__ import annotations

from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.identity import current_user, needs
from exam_app.rules.permissions import Permission
from exam_app.schemas.grade_scale import GradeScale, GradeScaleIn
from exam_app.services import grade_scale

blueprint = Resource(
    "organization", __name__, url_prefix="/api/organization", description="Settings of the institution"
)


@blueprint.get("/grade-scale")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.replies(GradeScale)
def show_grade_scale() -> dict[str, Any]:
    """The scale that tests get when they are published."""
    return ok({"grades": grade_scale.describe(current_user().organization_id)})


@blueprint.put("/grade-scale")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(GradeScaleIn)
@blueprint.replies(GradeScale)
def set_grade_scale(data: dict[str, Any]) -> dict[str, Any]:
    """Grade by this scale from the next publication of each test on. Results there are stay as they are."""
    actor = current_user()
    grade_scale.set_scale(actor, [(step["name"], step["lowest"]) for step in data["grades"]], clock.now())
    return ok({"grades": grade_scale.describe(actor.organization_id)}, "Grade scale stored")
