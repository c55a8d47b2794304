"""/api/tests/{id}/statistics and /api/sessions/{id}/statistics: how a test turned out."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.identity import current_user, needs
from exam_app.rules.permissions import Permission
from exam_app.schemas.statistics import ItemAnalysis, StatisticsFilter
from exam_app.services import catalog, question_statistics
from exam_app.services.access import session_for

blueprint = Resource("statistics", __name__, url_prefix="/api", description="Statistics of tests")


@blueprint.get("/tests/<int:test_id>/statistics")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(StatisticsFilter, location="query")
@blueprint.replies(ItemAnalysis)
def of_test(query: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Over the first attempt of each student, in one's own sessions and self-paced."""
    test = catalog.test_for(test_id)
    return ok(question_statistics.test_statistics(current_user(), test, **query))


@blueprint.get("/sessions/<uuid:session_id>/statistics")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(StatisticsFilter, location="query")
@blueprint.replies(ItemAnalysis)
def of_session(query: dict[str, Any], session_id: uuid.UUID) -> dict[str, Any]:
    """Over all attempts of a session."""
    session = session_for(current_user(), session_id)
    return ok(question_statistics.session_statistics(session, **query))
