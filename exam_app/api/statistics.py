"""Statistics of a test, overall and in a session, and the development of a student over attempts."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas.learning import Learning
from exam_app.schemas.statistics import ItemAnalysis, StatisticsFilter
from exam_app.services.authoring import catalog
from exam_app.services.organizations.visibility import session_for
from exam_app.services.results.attempt_history import student_visible_to
from exam_app.services.statistics import item_analysis, learning
from exam_app.web.identity import current_user, needs

blueprint = Resource("statistics", __name__, url_prefix="/api", description="Statistics of tests")


@blueprint.get("/tests/<int:test_id>/statistics")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(StatisticsFilter, location="query")
@blueprint.replies(ItemAnalysis)
def of_test(query: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Item statistics over the first attempt of each student, in the caller's sessions and self-paced."""
    test = catalog.test_for(test_id)
    return ok(item_analysis.test_statistics(current_user(), test, **query))


@blueprint.get("/sessions/<uuid:session_id>/statistics")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(StatisticsFilter, location="query")
@blueprint.replies(ItemAnalysis)
def of_session(query: dict[str, Any], session_id: uuid.UUID) -> dict[str, Any]:
    """Item statistics over all attempts of a session."""
    session = session_for(current_user(), session_id)
    return ok(item_analysis.session_statistics(session, **query))


@blueprint.get("/users/<uuid:user_id>/progress")
@needs(Permission.VIEW)
@blueprint.replies(Learning)
def of_person(user_id: uuid.UUID) -> dict[str, Any]:
    """A student's results over time: improvement, struggle areas and engagement."""
    viewer = current_user()
    return ok(learning.progress(viewer, student_visible_to(viewer, user_id), clock.now()))
