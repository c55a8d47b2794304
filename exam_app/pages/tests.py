"""Authoring tests: settings, questions, publishing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.models import Test
from exam_app.pages import pages
from exam_app.pages.filters import count
from exam_app.pages.forms import Form
from exam_app.pages.questions import bank_page
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.pages.test_forms import new_form, read_ids, read_places, read_settings, settings_form
from exam_app.rules import question_types
from exam_app.rules.direction import isolated
from exam_app.rules.local_time import zones
from exam_app.services.authoring import catalog, papers, test_drafts
from exam_app.services.organizations import scope
from exam_app.web.identity import current_user, page_login_required


@pages.get("/tests")
@page_login_required(*PLANNERS)
def all_tests() -> ResponseReturnValue:
    return render_page("tests.html", tests=catalog.tests_of())


@pages.route("/tests/new", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def new_test() -> ResponseReturnValue:
    form = new_form()
    if form.is_sent:
        with form.collecting_problems():
            test = catalog.create_test(current_user(), read_settings(form), [])
            flash(f"{isolated(test.title)} was created. Now choose its questions.")
            return redirect(url_for("pages.test_questions", test_id=test.id), 303)
    return form.page("test_form.html", test=None, zones=zones())


@pages.get("/tests/<int:test_id>")
@page_login_required(*PLANNERS)
def show_test(test_id: int) -> ResponseReturnValue:
    test = catalog.test_for(test_id)
    questions = test_drafts.questions_in(test)
    return render_page(
        "test.html",
        test=catalog.describe_test(test),
        questions=questions,
        total=sum(q["bankPoints"] if q["points"] is None else q["points"] for q in questions),
        is_current=papers.is_current(test),
        may_write=scope.is_writable(test),
    )


@pages.route("/tests/<int:test_id>/edit", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def edit_test(test_id: int) -> ResponseReturnValue:
    test = catalog.test_for(test_id)
    described = catalog.describe_test(test)
    form = settings_form(described)
    if form.is_sent:
        with form.collecting_problems():
            catalog.update_test(test, read_settings(form), None)
            flash("The settings were saved.")
            return _to_test(test)
    return form.page("test_form.html", test=described, zones=zones())


@pages.route("/tests/<int:test_id>/questions", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def test_questions(test_id: int) -> ResponseReturnValue:
    """The questions of a test in order, and the question bank."""
    test, form = catalog.test_for(test_id), Form()
    if form.is_sent:
        with form.collecting_problems():
            removed = read_ids(form, "removed")
            test_drafts.arrange_questions(test, read_places(form), removed)
            flash(f"Saved. {count(len(removed), 'question')} removed." if removed else "Saved.")
            return redirect(url_for("pages.test_questions", test_id=test_id), 303)
    return form.page(
        "test_questions.html",
        test=catalog.describe_test(test),
        questions=test_drafts.questions_in(test),
        **_bank(test),
    )


@pages.post("/tests/<int:test_id>/questions/add")
@page_login_required(*PLANNERS)
def add_test_questions(test_id: int) -> ResponseReturnValue:
    test, form = catalog.test_for(test_id), Form()
    chosen = read_ids(form, "questionIds")
    added = test_drafts.add_questions(test, chosen)
    flash(f"{count(added, 'question')} added at the end." if chosen else "Select at least one question.")
    filters: dict[str, Any] = {name: form[name] for name in ("words", "category", "type") if form[name]}
    return redirect(url_for("pages.test_questions", test_id=test_id, **filters, _anchor="bank"), 303)


@pages.post("/tests/<int:test_id>/publish")
@page_login_required(*PLANNERS)
def publish_test(test_id: int) -> ResponseReturnValue:
    test = catalog.test_for(test_id)
    papers.publish(test, current_user().id)
    flash("Published. Attempts and sessions that are created from now on use this version.")
    return _to_test(test)


@pages.post("/tests/<int:test_id>/open")
@page_login_required(*PLANNERS)
def open_test(test_id: int) -> ResponseReturnValue:
    return _set_active(test_id, True, "The test is open: sessions can be planned with it.")


@pages.post("/tests/<int:test_id>/close")
@page_login_required(*PLANNERS)
def close_test(test_id: int) -> ResponseReturnValue:
    return _set_active(test_id, False, "The test is closed. Attempts in progress continue.")


def _set_active(test_id: int, is_active: bool, message: str) -> ResponseReturnValue:
    test = catalog.set_active(current_user(), catalog.test_for(test_id), is_active, now())
    flash(message)
    return _to_test(test)


def _bank(test: Test) -> dict[str, Any]:
    """The requested page of the questions that are not in the test yet."""
    filters = {name: request.args.get(name, "").strip() for name in ("words", "category", "type")}
    return {
        **bank_page(filters["category"] or None, filters["type"] or None, filters["words"], test),
        "filters": filters,
        "categories": catalog.categories(),
        "types": question_types.names(),
    }


def _to_test(test: Test) -> ResponseReturnValue:
    return redirect(url_for("pages.show_test", test_id=test.id), 303)
