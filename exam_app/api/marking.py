"""/api/marking: the marking queue. Marks are given on the attempt."""

from __future__ import annotations

from typing import Any

from exam_app.api.replies import ok, pagination
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import marking as shapes
from exam_app.services.marking import differences as marking_differences
from exam_app.services.marking import tasks as marking_tasks
from exam_app.web.identity import current_user, needs

blueprint = Resource("marking", __name__, url_prefix="/api/marking", description="Marking")


@blueprint.get("")
@needs(Permission.SCORE)
@blueprint.arguments(shapes.DueFilter, location="query")
@blueprint.replies(shapes.DueAnswers)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """The answers to mark manually, by submission time of their attempts."""
    page, limit = query["page"], query["limit"]
    found, total = marking_tasks.due(current_user(), **query)
    return ok({"answers": found, "pagination": pagination(page, limit, total)})


@blueprint.get("/differences")
@needs(Permission.SCORE)
@blueprint.arguments(shapes.DifferencesFilter, location="query")
@blueprint.replies(shapes.Differences)
def differences(query: dict[str, Any]) -> dict[str, Any]:
    """The agreement of markers on the same answers: at a test, in a session, or in all visible attempts."""
    return ok(marking_differences.report(current_user(), **query))
