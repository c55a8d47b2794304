"""/api/tests/{id}/leaderboard: the leaderboard of a test, and the student's own entry."""

from __future__ import annotations

from typing import Any

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission, Role
from exam_app.schemas.base import Nothing
from exam_app.schemas.leaderboards import Leaderboard, LeaderboardEntryIn
from exam_app.services.statistics import leaderboards
from exam_app.web.identity import current_user, needs

blueprint = Resource("leaderboards", __name__, url_prefix="/api", description="Leaderboards of tests")


@blueprint.get("/tests/<int:test_id>/leaderboard")
@needs(Permission.VIEW_RESULTS)
@blueprint.replies(Leaderboard)
def of_test(test_id: int) -> dict[str, Any]:
    """The first results of the students who chose to be listed. Students see it after starting the test."""
    return ok(leaderboards.leaderboard_of(current_user(), test_id))


@blueprint.put("/tests/<int:test_id>/leaderboard/entry")
@needs(Permission.VIEW_RESULTS, role=Role.STUDENT)
@blueprint.arguments(LeaderboardEntryIn)
@blueprint.replies(Leaderboard)
def join(data: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Join the leaderboard under this name, or change the name."""
    leaderboards.join(current_user(), test_id, data["name"])
    return ok(leaderboards.leaderboard_of(current_user(), test_id))


@blueprint.delete("/tests/<int:test_id>/leaderboard/entry")
@needs(Permission.VIEW_RESULTS, role=Role.STUDENT)
@blueprint.replies(Nothing)
def leave(test_id: int) -> dict[str, Any]:
    """Leave the leaderboard, even if it was closed meanwhile."""
    leaderboards.leave(current_user(), test_id)
    return ok(message="You have left the leaderboard")
