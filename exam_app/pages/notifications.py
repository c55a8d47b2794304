"""The notifications of a user, and their e-mail preferences."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.models import User
from exam_app.pages import pages
from exam_app.pages.forms import Form, load
from exam_app.rules.notifications.kinds import kinds_of
from exam_app.rules.notifications.texts import LANGUAGE_NAMES
from exam_app.schemas.notifications import PreferencesIn
from exam_app.services.notifications import notify, preferences
from exam_app.web.identity import current_user, page_login_required

SHOWN = 100


@pages.route("/notifications", methods=["GET", "POST"])
@page_login_required()
def my_notifications() -> ResponseReturnValue:
    user, form = current_user(), Form()
    if form.is_sent:
        with form.collecting_problems():
            _choose(user, form)
            flash("Your preferences were saved.")
            return redirect(url_for("pages.my_notifications", _anchor="preferences"), 303)
    return form.page(
        "notifications.html",
        notifications=notify.notifications_of(user, SHOWN),
        wishes=preferences.describe(user),
        languages=LANGUAGE_NAMES,
    )


@pages.post("/notifications/<uuid:notification_id>/read")
@page_login_required()
def read_notification(notification_id: uuid.UUID) -> ResponseReturnValue:
    notify.mark_read(current_user(), notification_id)
    return redirect(url_for("pages.my_notifications"), 303)


def _choose(user: User, form: Form) -> None:
    """Save the preferences. A form does not send unticked boxes, so a kind that is missing is off."""
    wanted = [{"kind": kind, "byMail": True} for kind in form.all("by_mail")]
    chosen = load(PreferencesIn, {"preferences": wanted, "language": form["language"] or None})
    by_mail = dict.fromkeys(kinds_of(user.role), False)
    by_mail |= {wish["kind"]: True for wish in chosen["preferences"]}
    preferences.choose(user, by_mail, language=chosen["language"])
