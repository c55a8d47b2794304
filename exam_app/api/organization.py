"""/api/organization: settings of the institution."""

from __future__ import annotations

from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas.grade_scale import GradeScale, GradeScaleIn
from exam_app.schemas.notifications import LanguageIn, Template, TemplateIn, Templates, Text, WhichTemplate
from exam_app.services.authoring import grade_scale
from exam_app.services.notifications import templates
from exam_app.web.identity import current_user, needs

blueprint = Resource(
    "organization", __name__, url_prefix="/api/organization", description="Settings of the institution"
)


@blueprint.get("/grade-scale")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.replies(GradeScale)
def show_grade_scale() -> dict[str, Any]:
    """The grade scale for tests that are published from now on."""
    return ok({"grades": grade_scale.describe(current_user().organization_id)})


@blueprint.put("/grade-scale")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(GradeScaleIn)
@blueprint.replies(GradeScale)
def set_grade_scale(data: dict[str, Any]) -> dict[str, Any]:
    """Set the grade scale for future publications of tests. Existing results do not change."""
    actor = current_user()
    grade_scale.set_scale(actor, [(step["name"], step["lowest"]) for step in data["grades"]], clock.now())
    return ok({"grades": grade_scale.describe(actor.organization_id)}, "Grade scale saved")


@blueprint.get("/notification-templates")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.replies(Templates)
def show_templates() -> dict[str, Any]:
    """The effective notification templates in every language."""
    return ok(_templates())


@blueprint.put("/notification-templates/language")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(LanguageIn)
@blueprint.replies(Templates)
def set_language(data: dict[str, Any]) -> dict[str, Any]:
    """Set the default language of notifications."""
    templates.set_language(current_user(), data["language"], clock.now())
    return ok(_templates(), "Language saved")


@blueprint.put("/notification-templates")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(TemplateIn)
@blueprint.replies(Template)
def set_template(data: dict[str, Any]) -> dict[str, Any]:
    """Set a notification template. It may use the listed placeholders in braces."""
    stored = templates.set_template(current_user(), **data, now=clock.now())
    return ok(stored, "Template saved")


@blueprint.post("/notification-templates/preview")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(TemplateIn)
@blueprint.replies(Text)
def preview_template(data: dict[str, Any]) -> dict[str, Any]:
    """Preview a notification template with sample values. Nothing is stored."""
    text = templates.preview(**data)
    return ok({"title": text.title, "body": text.body})


@blueprint.post("/notification-templates/reset")
@needs(Permission.MANAGE_SETTINGS)
@blueprint.arguments(WhichTemplate)
@blueprint.replies(Template)
def reset_template(data: dict[str, Any]) -> dict[str, Any]:
    """Reset a notification template to the built-in text."""
    stored = templates.reset_template(current_user(), **data, now=clock.now())
    return ok(stored, "Template reset")


def _templates() -> dict[str, Any]:
    organization_id = current_user().organization_id
    return {
        "language": templates.language_of(organization_id),
        "templates": templates.describe_all(organization_id),
    }
