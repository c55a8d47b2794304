"""/api/monitoring: the health of the installation, for administrators."""

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
    "monitoring", __name__, url_prefix="/api/monitoring", description="Health of the installation"
)


@blueprint.get("/metrics")
@needs(Permission.VIEW_METRICS)
@blueprint.replies(shapes.Metrics)
def metrics() -> dict[str, Any]:
    """Attempts, connections, saves and mails of the organization; queues and processes of the system."""
    return ok(system_metrics.figures(current_user(), clock.now()))
