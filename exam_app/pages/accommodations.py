"""The form for extra time, permanently and for one session."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.pages import pages
from exam_app.pages.forms import Form, load
from exam_app.rules.direction import isolated
from exam_app.schemas.accommodations import AccommodationIn
from exam_app.services.sessions import views as session_views
from exam_app.services.timing import accommodations
from exam_app.web.identity import current_user, page_login_required

TEACHERS = ("instructor", "admin")


@pages.route("/sessions/<uuid:session_id>/students/<uuid:student_id>/accommodation", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def edit_session_accommodation(session_id: uuid.UUID, student_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session, student = accommodations.participant_for(user, session_id, student_id)
    effective = accommodations.accommodation_in(session, student)
    form = filled(effective)
    if form.is_sent:
        name, title = isolated(student.full_name), isolated(session.title)
        with form.collecting_problems():
            if form["withdraw"]:
                accommodations.withdraw_in(user, session, student, now())
                flash(f"The permanent extra time of {name} applies in {title} again.")
            else:
                accommodations.accommodate_in(user, session, student, **fields(form), now=now())
                flash(f"The extra time for {name} in {title} was saved.")
            return redirect(url_for("pages.show_session", session_id=session_id), 303)
    return form.page(
        "session_accommodation.html",
        session=session_views.describe_session(session),
        student=student,
        permanent=accommodations.accommodation_of(student),
        is_own=effective["source"] == "session",
    )


def filled(stored: dict[str, Any]) -> Form:
    """The form, filled in with the stored accommodation."""
    return Form(**stored, percent=round((stored["timeMultiplier"] - 1) * 100))


def fields(form: Form) -> dict[str, Any]:
    """The fields as the service takes them: the page has percent, everything else a factor."""
    percent, minutes = form["percent"] or "0", form["extraMinutes"] or "0"
    wrong = {
        field: ["Enter a whole number, or 0."]
        for field, text in (("percent", percent), ("extraMinutes", minutes))
        if not text.isdecimal() or len(text) > 4
    }
    if wrong:
        raise InvalidInput(details=wrong)
    return load(
        AccommodationIn,
        {
            "timeMultiplier": (100 + int(percent)) / 100,
            "extraMinutes": int(minutes),
            "note": form["note"],
        },
    )
