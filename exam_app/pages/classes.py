"""Classes: their students, and the permanent extra time of each."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.models import SchoolClass, User
from exam_app.pages import pages
from exam_app.pages.accommodations import TEACHERS, fields, filled
from exam_app.pages.filters import count
from exam_app.pages.forms import Form, load
from exam_app.pages.rendering import render_page
from exam_app.rules.direction import isolated
from exam_app.rules.emails import comparable
from exam_app.schemas.classes import ClassIn
from exam_app.services.organizations import classes, rosters
from exam_app.services.sessions import views as session_views
from exam_app.services.timing import accommodations
from exam_app.web.identity import current_user, page_login_required

_EMAIL_SEPARATORS = re.compile(r"[\s,;<>\"]+")


@pages.get("/classes")
@page_login_required(*TEACHERS)
def all_classes() -> ResponseReturnValue:
    return render_page("classes.html", classes=classes.classes_of(current_user()))


@pages.route("/classes/new", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def new_class() -> ResponseReturnValue:
    user, form = current_user(), Form(teacherId=current_user().id)
    if form.is_sent:
        with form.collecting_problems():
            made = classes.create_class(user, **_class_fields(form))
            flash(f"{isolated(made.name)} was created. Now add its students.")
            return _to_class(made.id)
    return form.page("class_form.html", school_class=None, teachers=classes.teachers(user))


@pages.get("/classes/<uuid:class_id>")
@page_login_required(*TEACHERS)
def show_class(class_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    school_class = classes.class_for(user, class_id)
    students = classes.enrolled(school_class)
    return render_page(
        "class.html",
        school_class=classes.describe_class(school_class),
        students=list(zip(students, accommodations.accommodations_of(students), strict=True)),
        sessions=session_views.sessions_of_staff(user, class_id),
    )


@pages.route("/classes/<uuid:class_id>/edit", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def edit_class(class_id: uuid.UUID) -> ResponseReturnValue:
    user = current_user()
    school_class = classes.class_for(user, class_id)
    described = classes.describe_class(school_class)
    form = Form(**described)
    if form.is_sent:
        with form.collecting_problems():
            classes.change_class(user, school_class, **_class_fields(form))
            flash("The class was saved.")
            return _to_class(class_id)
    return form.page("class_form.html", school_class=described, teachers=classes.teachers(user))


@pages.route("/classes/<uuid:class_id>/archive", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def archive_class(class_id: uuid.UUID) -> ResponseReturnValue:
    form, school_class = Form(), classes.class_for(current_user(), class_id)
    if form.is_sent:
        with form.collecting_problems():
            classes.archive_class(school_class, now())
            flash(f"{isolated(school_class.name)} was archived.")
            return redirect(url_for("pages.all_classes"), 303)
    return form.page(
        "class_archive.html",
        school_class=classes.describe_class(school_class),
        students=len(classes.enrolled(school_class)),
        ahead=classes.upcoming_sessions(school_class),
    )


@pages.route("/classes/<uuid:class_id>/students/add", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def add_students(class_id: uuid.UUID) -> ResponseReturnValue:
    """Enrol the students that are found; the other e-mail addresses stay in the field with their problem."""
    form, school_class = Form(), classes.class_for(current_user(), class_id)
    report: dict[str, list[str]] = {}
    if form.is_sent:
        emails = [part for part in _EMAIL_SEPARATORS.split(form["addresses"]) if "@" in comparable(part)]
        if not emails:
            form.problems["addresses"] = "Enter at least one e-mail address."
        with form.collecting_problems():
            report = rosters.enrol_by_email(school_class, emails)
        if not (form.problems or report["unknown"] or report["notStudents"] or report["otherBranch"]):
            flash(_enrolled_message(report))
            return _to_class(class_id)
    return form.page(
        "class_add_students.html", school_class=classes.describe_class(school_class), report=report
    )


@pages.route("/classes/<uuid:class_id>/students/<uuid:student_id>/remove", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def remove_student(class_id: uuid.UUID, student_id: uuid.UUID) -> ResponseReturnValue:
    form, (school_class, student) = Form(), _student(class_id, student_id)
    if form.is_sent:
        with form.collecting_problems():
            classes.remove(school_class, student_id)
            flash(f"{isolated(student.full_name)} was removed from {isolated(school_class.name)}.")
            return _to_class(class_id)
    return form.page(
        "class_remove_student.html", school_class=classes.describe_class(school_class), student=student
    )


@pages.route("/classes/<uuid:class_id>/students/<uuid:student_id>/accommodation", methods=["GET", "POST"])
@page_login_required(*TEACHERS)
def edit_accommodation(class_id: uuid.UUID, student_id: uuid.UUID) -> ResponseReturnValue:
    user, (school_class, student) = current_user(), _student(class_id, student_id)
    form = filled(accommodations.accommodation_of(student))
    if form.is_sent:
        with form.collecting_problems():
            moved = accommodations.accommodate(user, [student], **fields(form), now=now())
            flash(_accommodated_message(student, moved))
            return _to_class(class_id)
    return form.page("accommodation.html", school_class=classes.describe_class(school_class), student=student)


def _student(class_id: uuid.UUID, student_id: uuid.UUID) -> tuple[SchoolClass, User]:
    user = current_user()
    return classes.class_for(user, class_id), accommodations.student_for(user, student_id)


def _class_fields(form: Form) -> dict[str, Any]:
    return load(
        ClassIn, {"name": form["name"], "description": form["description"], **form.filled("teacherId")}
    )


def _to_class(class_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("pages.show_class", class_id=class_id), 303)


def _enrolled_message(report: dict[str, list[str]]) -> str:
    message = f"{count(len(report['enrolled']), 'student')} added."
    if already := len(report["already"]):
        message += f" {already} {'was' if already == 1 else 'were'} in the class already."
    return message


def _accommodated_message(student: User, moved: int) -> str:
    message = f"The extra time for {isolated(student.full_name)} was saved."
    return f"{message} The end of the running exam was moved." if moved else message
