"""/api/late-answers: review of answers that arrived after the deadline, over the network or in a file."""

from __future__ import annotations

from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas import answer_bundles as bundle_shapes
from exam_app.schemas import late_answers as shapes
from exam_app.services.answers import bundles, late_answers
from exam_app.services.answers.bundles import Sealed
from exam_app.web.identity import current_user, needs

blueprint = Resource("late_answers", __name__, url_prefix="/api/late-answers", description="Late answers")


@blueprint.get("")
@needs(Permission.SCORE)
@blueprint.arguments(shapes.LateFilter, location="query")
@blueprint.replies(shapes.LateAnswers)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    """The late-answer review queue: answers that reached the server too late and need a decision."""
    return ok({"answers": late_answers.waiting(current_user(), **query)})


@blueprint.post("/decide")
@needs(Permission.SCORE)
@blueprint.arguments(shapes.DecideIn)
@blueprint.replies(shapes.Decided)
def decide(data: dict[str, Any]) -> dict[str, Any]:
    """Accept or decline late answers. Accepted answers become effective, and the attempt is regraded."""
    chosen = [(one["attempt_id"], one["question_id"]) for one in data.get("answers", [])]
    outcome = late_answers.decide(
        current_user(), chosen or None, data.get("session_id"), data["accept"], data["reason"], clock.now()
    )
    words = "accepted" if data["accept"] else "declined"
    return ok(outcome, f"{len(outcome['done'])} late answers {words}")


@blueprint.post("/bundle/inspect")
@needs(Permission.SCORE)
@blueprint.arguments(bundle_shapes.BundleIn)
@blueprint.replies(bundle_shapes.ComparedBundle)
def inspect_bundle(file: Sealed) -> dict[str, Any]:
    """Compare a student's answer bundle with the answers on the server; changes nothing."""
    attempt, content = bundles.decrypt(current_user(), file)
    return ok(bundles.compare(attempt, bundle_shapes.inside_from(content), clock.now()))


@blueprint.post("/bundle")
@needs(Permission.SCORE)
@blueprint.arguments(bundle_shapes.BundleIn)
@blueprint.replies(bundle_shapes.TakenBundle)
def take_bundle(file: Sealed) -> dict[str, Any]:
    """Add the undelivered answers of an answer bundle to the late-answer review queue. Idempotent."""
    user = current_user()
    attempt, content = bundles.decrypt(user, file)
    taken = bundles.import_changes(user, attempt, bundle_shapes.inside_from(content), clock.now())
    return ok(taken, f"{taken['taken']} late answers to review, {taken['known']} already known")
