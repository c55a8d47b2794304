"""Correcting an answer key and regrading: the correction, the preview, and the progress of the regrade."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from exam_app.clock import now
from exam_app.errors import InvalidInput
from exam_app.models import Test
from exam_app.pages import key_forms, pages
from exam_app.pages.forms import Form
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.rules.corrections import key_text
from exam_app.rules.paper import Credit, PaperQuestion
from exam_app.services.authoring import catalog
from exam_app.services.grading import corrections, regrade_previews, regrades
from exam_app.web.identity import current_user, page_login_required


@pages.get("/tests/<int:test_id>/keys")
@page_login_required(*PLANNERS)
def test_keys(test_id: int) -> ResponseReturnValue:
    test = _test(test_id)
    return render_page(
        "keys.html",
        test=catalog.describe_test(test),
        questions=[_described(question) for question in corrections.keyed_questions(test)],
        preview=regrade_previews.preview(current_user(), test),
        regrades=regrades.regrades_of(test),
    )


@pages.route("/tests/<int:test_id>/keys/<int:question_id>", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def correct_key(test_id: int, question_id: int) -> ResponseReturnValue:
    test = _test(test_id)
    question = corrections.keyed_question(test, question_id)
    form = key_forms.form_of(question)
    if form.is_sent:
        with form.collecting_problems():
            _correct(test, question, form)
            flash("The answer key was corrected. No results have changed yet.")
            return redirect(url_for("pages.regrade_test", test_id=test_id), 303)
    return form.page(
        "key_form.html",
        test=catalog.describe_test(test),
        question=_described(question),
        groups=key_forms.groups_of(question),
    )


@pages.route("/tests/<int:test_id>/keys/<int:question_id>/credit", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def correct_credit(test_id: int, question_id: int) -> ResponseReturnValue:
    """Score a question with full points for everybody, leave it out, or score it by its key again."""
    test = _test(test_id)
    question = corrections.keyed_question(test, question_id)
    form = Form()
    if form.is_sent:
        with form.collecting_problems():
            corrections.give_credit(current_user(), test, question_id, _credit(form), form["reason"], now())
            flash("The scoring was changed. No results have changed yet.")
            return redirect(url_for("pages.regrade_test", test_id=test_id), 303)
    shown = _described(question)
    return form.page("credit_form.html", test=catalog.describe_test(test), question=shown)


@pages.route("/tests/<int:test_id>/regrade", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def regrade_test(test_id: int) -> ResponseReturnValue:
    test, form = _test(test_id), Form()
    if form.is_sent:
        with form.collecting_problems():
            started = regrades.start(current_user(), test, form["reason"], now())
            return redirect(url_for("pages.show_regrade", regrade_id=started.id), 303)
    shown = regrade_previews.preview(current_user(), test)
    return form.page("regrade.html", test=catalog.describe_test(test), preview=shown)


@pages.get("/regrades/<uuid:regrade_id>")
@page_login_required(*PLANNERS)
def show_regrade(regrade_id: uuid.UUID) -> ResponseReturnValue:
    return render_page("regrade_progress.html", regrade=regrades.describe(regrades.regrade_for(regrade_id)))


def _test(test_id: int) -> Test:
    test = catalog.test_for(test_id)
    corrections.check_may_correct(current_user(), test)
    return test


def _correct(test: Test, question: PaperQuestion, form: Form) -> None:
    """Correct the key. A problem in any part of the definition is reported for the `definition` field."""
    try:
        definition = key_forms.definition_from(form, question)
        corrections.correct_key(current_user(), test, question.id, definition, form["reason"], now())
    except InvalidInput as error:
        if set(error.details) == {"reason"}:
            raise
        raise InvalidInput(details={"definition": next(iter(error.details.values()))}) from None


def _credit(form: Form) -> Credit:
    """:raises InvalidInput: nothing was chosen."""
    try:
        return Credit(form["credit"])
    except ValueError:
        raise InvalidInput(details={"credit": ["Choose how the question is scored."]}) from None


def _described(question: PaperQuestion) -> dict[str, object]:
    return {
        "questionId": question.id,
        "questionText": question.plain_text,
        "key": key_text(question),
        "credit": question.credit,
        "points": question.points,
    }
