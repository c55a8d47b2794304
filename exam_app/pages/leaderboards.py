"""The leaderboard of a test: students join and leave it, teachers open and close it."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.models import User
from exam_app.pages import pages
from exam_app.pages.forms import Form
from exam_app.pages.sessions import PLANNERS
from exam_app.rules.permissions import Role
from exam_app.services.authoring import catalog
from exam_app.services.statistics import leaderboards
from exam_app.web.identity import current_user, page_login_required


@pages.route("/tests/<int:test_id>/leaderboard", methods=["GET", "POST"])
@page_login_required("student", *PLANNERS)
def leaderboard(test_id: int) -> ResponseReturnValue:
    user = current_user()
    board = leaderboards.leaderboard_of(user, test_id)
    form = Form(name=board["ownName"] or "")
    if form.is_sent:
        with form.collecting_problems():
            flash(_choose(user, test_id, form) if user.role == Role.STUDENT else _set(test_id, form))
            return redirect(url_for("pages.leaderboard", test_id=test_id), 303)
    return form.page("leaderboard.html", board=board, most=leaderboards.MOST)


def _choose(student: User, test_id: int, form: Form) -> str:
    if form["leave"]:
        leaderboards.leave(student, test_id)
        return "You left the leaderboard."
    leaderboards.join(student, test_id, form["name"])
    return "You joined the leaderboard. You are listed as soon as you may see your result."


def _set(test_id: int, form: Form) -> str:
    is_open = bool(form["open"])
    catalog.update_test(catalog.test_for(test_id), {"leaderboard": is_open}, None)
    return (
        "The leaderboard is open: students can join it."
        if is_open
        else "The leaderboard is closed: students no longer see it."
    )
