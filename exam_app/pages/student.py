"""Pages for students: my exams, the shell of the exam page, the result."""

from __future__ import annotations

import uuid
from base64 import b64encode
from datetime import timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import NotFound
from exam_app.pages import pages
from exam_app.pages.rendering import render_page, user_data
from exam_app.rules.analytics import LEAST_OTHERS
from exam_app.rules.device_keys import device_key
from exam_app.services.attempts import starting
from exam_app.services.authoring import papers
from exam_app.services.organizations import visibility
from exam_app.services.results import views as result_views
from exam_app.services.sessions import views as session_views
from exam_app.services.statistics import insights
from exam_app.services.taking import self_paced
from exam_app.web.identity import current_user, page_login_required

# An attempt submitted less than this ago may be graded at any moment, so its page refreshes itself.
GRADING_WINDOW = timedelta(minutes=1)


@pages.get("/exams")
@page_login_required("student")
def my_exams() -> ResponseReturnValue:
    user, at = current_user(), now()
    return render_page(
        "exams.html",
        sessions=session_views.sessions_of_student(user),
        tests=self_paced.self_paced_tests(user, at),
    )


@pages.get("/sessions/<uuid:session_id>/exam")
@page_login_required("student")
def session_exam(session_id: uuid.UUID) -> ResponseReturnValue:
    session = visibility.session_for(current_user(), session_id)
    return _exam_page(session_views.describe_session(session)["title"], session_id=session.id)


@pages.get("/sessions/<uuid:session_id>/result")
@page_login_required("student")
def session_result(session_id: uuid.UUID) -> ResponseReturnValue:
    """Redirect to the student's result in this session. The exam page links here before an attempt exists."""
    for session in session_views.sessions_of_student(current_user()):
        if session["sessionId"] == str(session_id) and session["attempt"]:
            return redirect(url_for("pages.attempt_result", attempt_id=session["attempt"]["attemptId"]), 303)
    raise NotFound("You have no attempt in this session.")


@pages.post("/tests/<int:test_id>/start")
@page_login_required("student")
def start_test(test_id: int) -> ResponseReturnValue:
    attempt = starting.start_attempt(current_user(), test_id=test_id, now=now())
    return redirect(url_for("pages.attempt_exam", attempt_id=attempt.id), 303)


@pages.get("/attempts/<uuid:attempt_id>/exam")
@page_login_required("student")
def attempt_exam(attempt_id: uuid.UUID) -> ResponseReturnValue:
    attempt = visibility.attempt_for(current_user(), attempt_id)
    return _exam_page(attempt.test.title, session_id=attempt.session_id, attempt_id=attempt.id)


@pages.get("/attempts/<uuid:attempt_id>/result")
@page_login_required("student")
def attempt_result(attempt_id: uuid.UUID) -> ResponseReturnValue:
    user, at = current_user(), now()
    attempt = visibility.attempt_for(user, attempt_id)
    view = result_views.result_view(user, attempt)
    is_recent = attempt.submitted_at is not None and at - attempt.submitted_at < GRADING_WINDOW
    return render_page(
        "result.html",
        result=view,
        insights=insights.insights_of(attempt, view["attempt"]["timeSpent"]) if view["released"] else None,
        least_others=LEAST_OTHERS,
        has_leaderboard=attempt.test.leaderboard,
        feedback=papers.compiled(attempt.paper_id).settings["feedback"],
        is_being_graded=is_recent and not view["attempt"]["isGraded"] and not view["markingDue"],
    )


def _exam_page(
    title: str, session_id: uuid.UUID | None = None, attempt_id: uuid.UUID | None = None
) -> ResponseReturnValue:
    """The shell. Its content comes over the socket, so that a reload and a second device show the same."""
    if attempt_id:
        result_url = url_for("pages.attempt_result", attempt_id=attempt_id)
    else:
        result_url = url_for("pages.session_result", session_id=session_id)
    boot = {
        "user": user_data(current_user()),
        "deviceKey": b64encode(device_key(current_app.config["SECRET_KEY"], str(current_user().id))).decode(),
        "sessionId": str(session_id) if session_id else None,
        "attemptId": str(attempt_id) if attempt_id else None,
        "resultUrl": result_url,
        "homeUrl": url_for("pages.my_exams"),
        "heartbeatSeconds": current_app.config["HEARTBEAT_SECONDS"],
        "saving": {
            "delayMs": current_app.config["SAVE_DELAY_MS"],
            "retryMs": current_app.config["SAVE_RETRY_MS"],
            "strandedMs": 1000 * current_app.config["STRANDED_SECONDS"],
        },
    }
    return render_template("exam.html", title=title, boot=boot, page_url=request.path)
