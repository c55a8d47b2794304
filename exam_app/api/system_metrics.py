"""/api/monitoring: how the installation is doing, for administrators."""

from __future__ import annotations

from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import system_metrics as shapes
from exam_app.services.operations import system_metrics
from exam_app.web.identity import current_user, needs

blueprint = Resource(
    "monitoring", __name__, url_prefix="/api/monitoring", description="How the installation is doing"
)


@blueprint.get("/metrics")
@needs(Permission.VIEW_METRICS)
@blueprint.replies(shapes.Metrics)
def metrics() -> dict[str, Any]:
    """Attempts, connections, saves, mails of the organization; queues and processes of the installation."""
    return ok(system_metrics.figures(current_user(), clock.now()))
