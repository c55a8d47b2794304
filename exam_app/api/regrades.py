"""/api/tests/{id}/corrections and regrades: a key was wrong, and what follows for the results."""

from __future__ import annotations

import uuid
from typing import Any

from exam_app import clock
from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.errors import InvalidInput
from exam_app.rules.permissions import Permission
from exam_app.schemas import regrades as shapes
from exam_app.services.authoring import catalog
from exam_app.services.grading import corrections, regrade_previews, regrades
from exam_app.web.identity import current_user, needs

blueprint = Resource("regrades", __name__, url_prefix="/api", description="Corrected keys and regrading")


@blueprint.post("/tests/<int:test_id>/corrections")
@needs(Permission.MANAGE_TESTS)
@blueprint.arguments(shapes.CorrectionIn)
@blueprint.replies(shapes.Correction, status=201)
def correct(data: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Correct the key of a question in a published test, or what it counts: one of `definition` and `credit`.
    Results change with the next regrade only."""
    actor, test = current_user(), catalog.test_for(test_id)
    if ("definition" in data) == ("credit" in data):
        raise InvalidInput(details={"definition": ["Send either a definition or a credit."]})
    correct_it = corrections.give_credit if "credit" in data else corrections.correct_key
    return ok(correct_it(actor, test, now=clock.now(), **data), "Question corrected")


@blueprint.post("/tests/<int:test_id>/regrade")
@needs(Permission.MANAGE_TESTS, Permission.SCORE)
@blueprint.arguments(shapes.RegradeIn)
@blueprint.replies(shapes.RegradeOutcome)
def regrade(data: dict[str, Any], test_id: int) -> dict[str, Any]:
    """Grade the test again with its corrected keys, or with `dryRun` say who would change by how much.

    It goes on in the background; while it does, a second call is answered with the same one.
    """
    actor, test = current_user(), catalog.test_for(test_id)
    if data["dry_run"]:
        corrections.check_may_correct(actor, test)
        return ok({"preview": regrade_previews.preview(actor, test), "regrade": None})
    started = regrades.start(actor, test, data["reason"], clock.now())
    return ok({"preview": None, "regrade": regrades.describe(started)}, "The test is being graded again")


@blueprint.get("/tests/<int:test_id>/regrades")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Regrades)
def listing(test_id: int) -> dict[str, Any]:
    """The regrades of a test, newest first."""
    return ok({"regrades": regrades.regrades_of(catalog.test_for(test_id))})


@blueprint.get("/regrades/<uuid:regrade_id>")
@needs(Permission.MANAGE_TESTS)
@blueprint.replies(shapes.Regrade)
def show(regrade_id: uuid.UUID) -> dict[str, Any]:
    """How far a regrade is."""
    return ok(regrades.describe(regrades.regrade_for(regrade_id)))
