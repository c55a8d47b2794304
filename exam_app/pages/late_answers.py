"""The late-answer review queue of a session, and answer files that students bring."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput, NotFound
from exam_app.models import Attempt, User
from exam_app.pages import pages
from exam_app.pages.forms import Form
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.schemas.answer_bundles import file_from, inside_from
from exam_app.services.answers import bundles, late_answers
from exam_app.services.answers.bundles import Bundle
from exam_app.services.organizations import visibility
from exam_app.services.sessions import views as session_views
from exam_app.web.identity import current_user, page_login_required

_WRONG_SESSION = "This file belongs to an attempt in another session, or to one that you may not see."


@pages.route("/sessions/<uuid:session_id>/late-answers", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def late_answers_of(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    waiting = late_answers.waiting(user, session_id=session.id)
    form = Form()
    if form.is_sent:
        with form.collecting_problems():
            chosen = _chosen(form, waiting)
            accepts = form["verdict"] == "accept"
            outcome = late_answers.decide(user, chosen, session.id, accepts, form["reason"], now())
            flash(_decision_message(accepts, len(outcome["done"]), len(outcome["refused"])))
            return redirect(url_for("pages.late_answers_of", session_id=session_id), 303)
    return form.page("late_answers.html", session=session_views.describe_session(session), late=waiting)


@pages.post("/sessions/<uuid:session_id>/late-answers/file")
@page_login_required(*PLANNERS)
def answer_bundle(session_id: uuid.UUID) -> ResponseReturnValue:
    """A file of undelivered answers: show the differences, or with `take` add them to the review queue."""
    user, at = current_user(), now()
    session = visibility.session_for(user, session_id)
    form, shown = Form(), session_views.describe_session(session)
    uploaded = request.files.get("bundle")
    content = uploaded.read() if uploaded else form["bundle"].encode()
    with form.collecting_problems():
        attempt, bundle = _read_bundle(user, session_id, content)
        if form["take"]:
            taken = bundles.import_changes(user, attempt, bundle, at)["taken"]
            flash(f"{taken} late {'answer' if taken == 1 else 'answers'} added to review.")
            return redirect(url_for("pages.late_answers_of", session_id=session_id), 303)
        compared = bundles.compare(attempt, bundle, at)
    if form.problems:
        waiting = late_answers.waiting(user, session_id=session_id)
        return form.page("late_answers.html", session=shown, late=waiting)
    return render_page("answer_bundle.html", session=shown, file=compared, content=content.decode())


def _read_bundle(user: User, session_id: uuid.UUID, content: bytes) -> tuple[Attempt, Bundle]:
    if not content:
        raise InvalidInput(details={"bundle": ["Choose a file."]})
    try:
        attempt, inside = bundles.decrypt(user, file_from(content))
    except NotFound:
        raise InvalidInput(details={"bundle": [_WRONG_SESSION]}) from None
    if attempt.session_id != session_id:
        raise InvalidInput(details={"bundle": [_WRONG_SESSION]})
    return attempt, inside_from(inside)


def _chosen(form: Form, waiting: list[dict[str, str]]) -> list[tuple[uuid.UUID, int]]:
    """The selected late answers, without those that another staff member has decided on in the meantime."""
    selected = set(form.all("answer"))
    found = [
        (uuid.UUID(row["attemptId"]), int(row["questionId"]))
        for row in waiting
        if f"{row['attemptId']}:{row['questionId']}" in selected
    ]
    if not found:
        raise InvalidInput(details={"answer": ["Select at least one answer."]})
    return found


def _decision_message(accepts: bool, done: int, refused: int) -> str:
    message = f"{done} late {'answer' if done == 1 else 'answers'} {'accepted' if accepts else 'declined'}."
    return f"{message} {refused} failed and still need a decision." if refused else message
