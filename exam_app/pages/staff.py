"""Pages of those who run exams: what is on, the shell of the live dashboard, the results of a session."""

from __future__ import annotations

import uuid

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.identity import current_user, page_login_required
from exam_app.pages import pages
from exam_app.pages.rendering import person, render_page
from exam_app.rules.permissions import Permission, allows
from exam_app.services import exam_sessions, results

STAFF = ("proctor", "instructor", "admin")


@pages.get("/overview")
@page_login_required("instructor", "admin")
def overview() -> ResponseReturnValue:
    return render_page("overview.html", sessions=exam_sessions.sessions_of_staff(current_user(), now()))


@pages.get("/sessions")
@page_login_required(*STAFF)
def all_sessions() -> ResponseReturnValue:
    return render_page("sessions.html", sessions=exam_sessions.sessions_of_staff(current_user(), now()))


@pages.get("/sessions/<uuid:session_id>/monitor")
@page_login_required(*STAFF)
def monitor(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = exam_sessions.session_for(user, session_id)
    boot = {
        "user": person(user),
        "sessionId": str(session.id),
        "resultsUrl": url_for("pages.session_results", session_id=session.id),
        "homeUrl": url_for("pages.all_sessions"),
        "canRelease": allows(user.role, Permission.RELEASE_RESULTS),
    }
    return render_template("monitor.html", title=exam_sessions.describe_session(session)["title"], boot=boot)


@pages.get("/sessions/<uuid:session_id>/results")
@page_login_required(*STAFF)
def session_results(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    return render_page(
        "results.html",
        outcome=results.session_results(user, session_id),
        can_release=allows(user.role, Permission.RELEASE_RESULTS),
    )
