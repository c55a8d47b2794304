"""/api/tests/{id}/corrections and regrades: correcting answer keys and regrading."""

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
    """Correct the key or the credit of a question in a published test: send either `definition` or `credit`.
    Results change only with the next regrade."""
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
    """Regrade the test with its corrected keys, or with `dryRun` preview which results would change.

    It runs in the background; a second call meanwhile returns the same regrade.
    """
    actor, test = current_user(), catalog.test_for(test_id)
    if data["dry_run"]:
        corrections.check_may_correct(actor, test)
        return ok({"preview": regrade_previews.preview(actor, test), "regrade": None})
    started = regrades.start(actor, test, data["reason"], clock.now())
    return ok({"preview": None, "regrade": regrades.describe(started)}, "The test is being regraded")


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
    """The progress of a regrade."""
    return ok(regrades.describe(regrades.regrade_for(regrade_id)))
