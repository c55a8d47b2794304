"""The grade scale of an organization. A paper has that of its publication: changes apply to later papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from exam_app.errors import Forbidden
from exam_app.extensions import db
from exam_app.models import Organization, User
from exam_app.rules import grading
from exam_app.rules.paper import number
from exam_app.services.activity import audit


def scale_of(organization_id: int) -> list[dict[str, str]]:
    """The scale that newly published papers get, best grade first: `[{name, from}]`."""
    organization = db.session.get_one(Organization, organization_id)
    return organization.grade_scale or grading.DEFAULT_SCALE


def describe(organization_id: int) -> list[dict[str, str | int | float]]:
    """The scale in the wire format."""
    scale = scale_of(organization_id)
    return [{"name": step["name"], "from": number(Decimal(step["from"]))} for step in scale]


def set_scale(actor: User, steps: Sequence[tuple[str, Decimal]], now: datetime) -> list[dict[str, str]]:
    """Use this scale from the next publication of each test on. Commits. An equal value changes nothing.

    :raises InvalidInput: see `rules.grading.checked_scale`.
    :raises Forbidden: the actor is bound to a branch.
    """
    if actor.branch_id is not None:
        raise Forbidden(
            "Only an administrator of the whole organization can change the grade scale. Ask one of them."
        )
    scale, before = grading.checked_scale(steps), scale_of(actor.organization_id)
    if scale != before:
        db.session.get_one(Organization, actor.organization_id).grade_scale = scale
        audit.record_change("grade_scale_changed", now, actor, {"grades": before}, {"grades": scale})
    db.session.commit()
    return scale
