"""Settings of the institution, for its administrators."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.pages import pages, typed_numbers
from exam_app.pages.forms import Form
from exam_app.rules.grading import MOST_GRADES
from exam_app.services.authoring import grade_scale
from exam_app.web.identity import current_user, page_login_required

EMPTY_ROWS = 3
"""Rows for further grades."""


@pages.route("/settings/grades", methods=["GET", "POST"])
@page_login_required("admin")
def grades() -> ResponseReturnValue:
    actor = current_user()
    scale = grade_scale.scale_of(actor.organization_id)
    initial = {f"name-{i}": step["name"] for i, step in enumerate(scale)}
    form = Form(**initial, **{f"from-{i}": step["from"] for i, step in enumerate(scale)})
    if form.is_sent:
        with form.collecting_problems():
            grade_scale.set_scale(actor, _read(form), now())
            flash("The grade scale was saved.")
            return redirect(url_for("pages.grades"), 303)
    rows = range(min(len(scale) + EMPTY_ROWS, MOST_GRADES))
    return form.page("grades.html", rows=rows, may_change=actor.branch_id is None)


def _read(form: Form) -> list[tuple[str, Decimal]]:
    """The rows that are not empty."""
    steps = []
    for number in range(MOST_GRADES):
        name, lowest = form[f"name-{number}"], form[f"from-{number}"]
        if name or lowest:
            steps.append((name, _percent(lowest)))
    return steps


def _percent(typed: str) -> Decimal:
    percent = typed_numbers.percentage(typed)
    if percent is None:
        raise InvalidInput(details={"grades": [f"“{typed}” is not a percentage."]})
    return percent
