"""Pages for staff: the overview, the live view and the results of a session."""

from __future__ import annotations

import uuid

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from exam_app.pages import pages
from exam_app.pages.rendering import render_page, user_data
from exam_app.pages.sessions import PLANNERS, STAFF
from exam_app.services.answers import late_answers
from exam_app.services.marking import tasks as marking_tasks
from exam_app.services.organizations import visibility
from exam_app.services.organizations.visibility import manages
from exam_app.services.results import views as result_views
from exam_app.services.sessions import views as session_views
from exam_app.services.statistics.item_analysis import question_statistics
from exam_app.web.identity import current_user, page_login_required


@pages.get("/overview")
@page_login_required(*PLANNERS)
def overview() -> ResponseReturnValue:
    user = current_user()
    return render_page(
        "overview.html",
        sessions=session_views.sessions_of_staff(user),
        to_mark=marking_tasks.due_count(user),
    )


@pages.get("/sessions/<uuid:session_id>/monitor")
@page_login_required(*STAFF)
def monitor(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    boot = {
        "user": user_data(user),
        "sessionId": str(session.id),
        "resultsUrl": url_for("pages.session_results", session_id=session.id),
        "homeUrl": url_for("pages.all_sessions"),
        "canRelease": manages(user, session),
    }
    return render_template("monitor.html", title=session_views.describe_session(session)["title"], boot=boot)


@pages.get("/sessions/<uuid:session_id>/results")
@page_login_required(*STAFF)
def session_results(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    return render_page(
        "results.html",
        outcome=result_views.session_results(user, session_id),
        questions=question_statistics(session),
        can_release=manages(user, session),
        late=len(late_answers.waiting(user, session_id=session.id)),
    )
