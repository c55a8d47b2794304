"""Notification templates for administrators: the list, and the editor with a preview."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import NotFound
from exam_app.pages import pages
from exam_app.pages.forms import Form, load
from exam_app.rules.notifications.kinds import KINDS, MEANINGS, Kind
from exam_app.rules.notifications.templates import LONGEST_BODY, LONGEST_TITLE
from exam_app.rules.notifications.texts import LANGUAGE_NAMES, Language
from exam_app.schemas.notifications import LanguageIn, TemplateIn
from exam_app.services.notifications import templates
from exam_app.web.identity import current_user, page_login_required


@pages.route("/settings/notifications", methods=["GET", "POST"])
@page_login_required("admin")
def notification_texts() -> ResponseReturnValue:
    """All templates in all languages, and the default language of the organization."""
    actor = current_user()
    form = Form(language=templates.language_of(actor.organization_id))
    if form.is_sent:
        with form.collecting_problems():
            chosen = load(LanguageIn, form.filled("language"))
            templates.set_language(actor, chosen["language"], now())
            flash("The language was saved.")
            return redirect(url_for("pages.notification_texts"), 303)
    described = templates.describe_all(actor.organization_id)
    return form.page(
        "notification_texts.html",
        kinds=KINDS,
        texts={(one["kind"], one["language"]): one for one in described},
        languages=LANGUAGE_NAMES,
        may_change=actor.branch_id is None,
    )


@pages.route("/settings/notifications/words", methods=["GET", "POST"])
@page_login_required("admin")
def notification_text() -> ResponseReturnValue:
    """The template for the kind and the language in the query string."""
    actor, (kind, language) = current_user(), _requested_template()
    stored = templates.describe(actor.organization_id, kind, language)
    form, sample = Form(title=stored["title"], body=stored["body"]), stored["sample"]
    if form.is_sent:
        with form.collecting_problems():
            sent = load(TemplateIn, {"kind": kind, "language": language, **form.filled("title", "body")})
            if form["do"] == "store":
                templates.set_template(actor, **sent, now=now())
                flash(f"“{stored['name']}” was saved.")
                return redirect(url_for("pages.notification_texts"), 303)
            sample = templates.preview(**sent)
    return form.page(
        "notification_text.html",
        text=stored,
        sample=sample,
        meanings=MEANINGS,
        language=LANGUAGE_NAMES[language],
        longest={"title": LONGEST_TITLE, "body": LONGEST_BODY},
        may_change=actor.branch_id is None,
    )


@pages.post("/settings/notifications/reset")
@page_login_required("admin")
def reset_notification_text() -> ResponseReturnValue:
    kind, language = _requested_template()
    stored = templates.reset_template(current_user(), kind, language, now())
    flash(f"“{stored['name']}” uses the built-in template again.")
    return redirect(url_for("pages.notification_texts"), 303)


def _requested_template() -> tuple[Kind, Language]:
    try:
        return Kind(request.args.get("kind", "")), Language(request.args.get("language", ""))
    except ValueError:
        raise NotFound("There is no such notification.") from None
