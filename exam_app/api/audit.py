"""/api/audit: the audit log of an organization, for its administrators."""

from __future__ import annotations

from typing import Any

from exam_app.api.replies import ok, pagination
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import audit as shapes
from exam_app.services.activity import audit
from exam_app.web.identity import current_user, needs

blueprint = Resource("audit", __name__, url_prefix="/api/audit", description="The audit log")


@blueprint.get("")
@needs(Permission.VIEW_AUDIT)
@blueprint.arguments(shapes.AuditFilter, location="query")
@blueprint.replies(shapes.LogPage)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """Who did what, when and from which client IP, with the state before and after; newest first."""
    page, limit = query.pop("page"), query.pop("limit")
    found, total = audit.entries(current_user().organization_id, audit.filters(**query), page, limit)
    return ok({"entries": found, "pagination": pagination(page, limit, total)})
