"""The shelf of late answers of a session, for whoever decides on them, and files that students bring."""

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

_ELSEWHERE = "This file belongs to an attempt in another session, or to one that is not yours to see."


@pages.route("/sessions/<uuid:session_id>/late-answers", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def late_answers_of(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    waiting = late_answers.waiting(user, session_id=session.id)
    form = Form()
    if form.is_sent:
        with form.keeping_problems():
            chosen = _chosen(form, waiting)
            accepts = form["verdict"] == "accept"
            outcome = late_answers.decide(user, chosen, session.id, accepts, form["reason"], now())
            flash(_words(accepts, len(outcome["done"]), len(outcome["refused"])))
            return redirect(url_for("pages.late_answers_of", session_id=session_id), 303)
    return form.page("late_answers.html", session=session_views.describe_session(session), late=waiting)


@pages.post("/sessions/<uuid:session_id>/late-answers/file")
@page_login_required(*PLANNERS)
def answer_bundle(session_id: uuid.UUID) -> ResponseReturnValue:
    """A file of undelivered answers: first the difference, then with `take` onto the shelf."""
    user, at = current_user(), now()
    session = visibility.session_for(user, session_id)
    form, shown = Form(), session_views.describe_session(session)
    uploaded = request.files.get("bundle")
    content = uploaded.read() if uploaded else form["bundle"].encode()
    with form.keeping_problems():
        attempt, bundle = _opened(user, session_id, content)
        if form["take"]:
            taken = bundles.take(user, attempt, bundle, at)["taken"]
            flash(f"{taken} late {'answer' if taken == 1 else 'answers'} put on the shelf.")
            return redirect(url_for("pages.late_answers_of", session_id=session_id), 303)
        compared = bundles.compare(attempt, bundle, at)
    if form.problems:
        waiting = late_answers.waiting(user, session_id=session_id)
        return form.page("late_answers.html", session=shown, late=waiting)
    return render_page("answer_bundle.html", session=shown, file=compared, content=content.decode())


def _opened(user: User, session_id: uuid.UUID, content: bytes) -> tuple[Attempt, Bundle]:
    if not content:
        raise InvalidInput(details={"bundle": ["Choose the file first."]})
    try:
        attempt, inside = bundles.opened(user, file_from(content))
    except NotFound:
        raise InvalidInput(details={"bundle": [_ELSEWHERE]}) from None
    if attempt.session_id != session_id:
        raise InvalidInput(details={"bundle": [_ELSEWHERE]})
    return attempt, inside_from(inside)


def _chosen(form: Form, waiting: list[dict[str, str]]) -> list[tuple[uuid.UUID, int]]:
    """Those of the shelf that are ticked; what somebody else has decided in the meantime is left out."""
    ticked = set(form.all("answer"))
    named = [
        (uuid.UUID(row["attemptId"]), int(row["questionId"]))
        for row in waiting
        if f"{row['attemptId']}:{row['questionId']}" in ticked
    ]
    if not named:
        raise InvalidInput(details={"answer": ["Choose the answers to decide on."]})
    return named


def _words(accepts: bool, done: int, refused: int) -> str:
    words = f"{done} late {'answer' if done == 1 else 'answers'} {'accepted' if accepts else 'declined'}."
    return f"{words} {refused} could not be, and still wait." if refused else words
