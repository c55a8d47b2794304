"""The shelf of late answers of a session, for whoever decides on them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.identity import current_user, page_login_required
from exam_app.pages import pages
from exam_app.pages.forms import Form
from exam_app.pages.sessions import PLANNERS
from exam_app.services import exam_sessions, late_answers


@pages.route("/sessions/<uuid:session_id>/late-answers", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def late_answers_of(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = exam_sessions.session_for(user, session_id)
    waiting = late_answers.waiting(user, session_id=session.id)
    form = Form()
    if form.is_sent:
        with form.keeping_problems():
            chosen = _chosen(form, waiting)
            accepts = form["verdict"] == "accept"
            outcome = late_answers.decide(user, chosen, session.id, accepts, form["reason"], now())
            flash(_words(accepts, len(outcome["done"]), len(outcome["refused"])))
            return redirect(url_for("pages.late_answers_of", session_id=session_id), 303)
    return form.page("late_answers.html", session=exam_sessions.describe_session(session), late=waiting)


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
