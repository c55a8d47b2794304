"""Sessions for staff: the list, planning, and the report."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from exam_app.clock import iso, now
from exam_app.errors import Conflict, InvalidInput
from exam_app.models import ExamSession
from exam_app.pages import pages
from exam_app.pages.forms import Form, load
from exam_app.pages.rendering import render_page
from exam_app.rules.direction import isolated
from exam_app.rules.local_time import moment_of, zones
from exam_app.rules.permissions import Permission, allows
from exam_app.schemas.sessions import SessionChange, SessionIn
from exam_app.services.marking import tasks as marking_tasks
from exam_app.services.organizations import classes, visibility
from exam_app.services.organizations.visibility import managed_session, manages
from exam_app.services.reports import session_report as session_reports
from exam_app.services.sessions import clashes, details, lifecycle, planning
from exam_app.services.sessions import views as session_views
from exam_app.services.timing import session_accommodations
from exam_app.web.identity import current_user, page_login_required

STAFF = ("proctor", "instructor", "admin")
PLANNERS = ("instructor", "admin")


@pages.get("/sessions")
@page_login_required(*STAFF)
def all_sessions() -> ResponseReturnValue:
    return render_page("sessions.html", sessions=session_views.sessions_of_staff(current_user()))


@pages.get("/sessions/<uuid:session_id>")
@page_login_required(*STAFF)
def show_session(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = visibility.session_for(user, session_id)
    return render_page(
        "session.html",
        session=details.details(user, session, now()),
        may_plan=manages(user, session),
        clashes=clashes.clashes_of(session) if manages(user, session) else [],
        extra_time=session_accommodations.effective_in(session)
        if session_accommodations.may_accommodate(user, session)
        else None,
        to_mark=marking_tasks.due_count(user, session) if allows(user.role, Permission.SCORE) else 0,
    )


@pages.route("/sessions/new", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def plan_session() -> ResponseReturnValue:
    user = current_user()
    wanted = {"classId": request.args.get("class", ""), "testId": request.args.get("test", "")}
    form = Form(**wanted, timer="global", timeZone="UTC")
    if form.is_sent:
        with form.collecting_problems():
            chosen: dict[str, Any] = form.filled("classId")
            if form["testId"].isdecimal():
                chosen["testId"] = int(form["testId"])
            session = planning.create_session(user, **_read(form, SessionIn, chosen))
            flash(f"{isolated(session.title)} was planned.")
            return _to_session(session.id)
    return form.page(
        "session_form.html",
        session=None,
        classes=[c for c in classes.classes_of(user) if c["status"] == "active"],
        tests=planning.plannable_tests(),
        **_choices(user.id),
    )


@pages.route("/sessions/<uuid:session_id>/edit", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def edit_session(session_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    session = managed_session(user, session_id)
    planning.check_open_plan(session)
    form, teacher_id = _form_of(session), session.school_class.teacher_id
    if form.is_sent:
        with form.collecting_problems():
            planning.change_session(user, session, now(), **_read(form, SessionChange, {}))
            flash("The session was saved.")
            return _to_session(session_id)
    return form.page(
        "session_form.html", session=session_views.describe_session(session), **_choices(teacher_id)
    )


@pages.route("/sessions/<uuid:session_id>/cancel", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def cancel_session(session_id: uuid.UUID) -> ResponseReturnValue:
    user, form = current_user(), Form()
    session = managed_session(user, session_id)
    if form.is_sent:
        with form.collecting_problems():
            lifecycle.cancel_session(user, session, now())
            flash(f"{isolated(session.title)} was cancelled.")
            return _to_session(session_id)
    return form.page("session_cancel.html", session=details.details(user, session, now()))


@pages.get("/sessions/<uuid:session_id>/report")
@page_login_required(*STAFF)
def session_report(session_id: uuid.UUID) -> ResponseReturnValue:
    session = visibility.session_for(current_user(), session_id)
    try:
        report = session_reports.report(session, now())
    except Conflict as error:
        described = session_views.describe_session(session)
        return render_page("report_missing.html", session=described, reason=error.message)
    return render_page("report.html", report=report)


def _form_of(session: ExamSession) -> Form:
    """The form with the plan in UTC, which the page's script converts to the browser's time zone."""
    at = session.scheduled_at.astimezone(UTC)
    return Form(
        title=session.title,
        date=f"{at:%Y-%m-%d}",
        time=f"{at:%H:%M}",
        timeZone="UTC",
        timer="global" if session.global_timer else "own",
        proctorIds=[str(proctor.id) for proctor in planning.proctors_of(session)],
    )


def _read(form: Form, schema: type[SessionIn | SessionChange], chosen: dict[str, Any]) -> dict[str, Any]:
    """The plan as an API client would send it, validated in the same way.

    :raises ValidationError: with all problems, the start time included.
    """
    plan = {
        **chosen,
        "title": form["title"],
        "globalTimer": form["timer"] != "own",
        "proctorIds": form.all("proctorIds"),
    }
    problems: dict[str, Any] = {}
    try:
        plan["scheduledAt"] = iso(moment_of(form["date"], form["time"], form["timeZone"]))
    except InvalidInput as error:
        problems = error.details
    problems = {**schema().validate(plan, partial=("scheduled_at",)), **problems}
    if problems:
        raise ValidationError(problems)
    return load(schema, plan)


def _choices(teacher_id: uuid.UUID) -> dict[str, Any]:
    return {"zones": zones(), "staff": planning.possible_proctors(current_user(), teacher_id)}


def _to_session(session_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("pages.show_session", session_id=session_id), 303)
