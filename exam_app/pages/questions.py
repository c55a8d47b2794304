"""The question bank, and the import of questions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exam_app.errors import InvalidInput
from exam_app.importers import MAX_BYTES
from exam_app.importers.base import ImportReport
from exam_app.models import Test
from exam_app.pages import pages
from exam_app.pages.filters import count
from exam_app.pages.forms import Form
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.rules.direction import isolated
from exam_app.services.authoring import catalog, question_files
from exam_app.web.identity import current_user, page_login_required

_ON_A_PAGE = 50
_MAX_TITLE = 200


@pages.before_request
def _allow_large_files() -> None:
    """Raise the limit before the guard reads the form for its CSRF token."""
    if request.endpoint == "pages.import_questions":
        request.max_content_length = MAX_BYTES + 100_000


@pages.get("/questions")
@page_login_required(*PLANNERS)
def all_questions() -> ResponseReturnValue:
    return render_page("questions.html", **bank_page())


def bank_page(
    category: str | None = None, kind: str | None = None, words: str = "", beside: Test | None = None
) -> dict[str, Any]:
    """The requested page of the question bank: `found`, `total`, this `page` and the `last`."""
    page = min(max(1, request.args.get("page", 1, type=int)), 100_000)
    found, total = catalog.questions(category, kind, page, _ON_A_PAGE, words, beside)
    return {"found": found, "total": total, "page": page, "last": -(-total // _ON_A_PAGE) or 1}


@pages.route("/questions/import", methods=["GET", "POST"])
@page_login_required(*PLANNERS)
def import_questions() -> ResponseReturnValue:
    """Where something is refused, the page says what; only a second try that skips it imports the rest."""
    form = Form()
    report: ImportReport | None = None
    if form.is_sent:
        with form.collecting_problems():
            report = _import(form)
            if not form.problems:
                return redirect(url_for("pages.all_questions"), 303)
    return form.page("questions_import.html", report=report)


def _import(form: Form) -> ImportReport:
    field, data, name = _sent(form)
    title = form["title"]
    if len(title) > _MAX_TITLE:
        raise InvalidInput(details={"title": [f"At most {_MAX_TITLE} characters."]})
    skips = bool(form["skip"])
    try:
        report, test = question_files.import_file(current_user(), data, name, title, skips)
    except InvalidInput as problem:
        raise InvalidInput(details={field: [problem.message]}) from None
    if not report.questions:
        form.problems[field] = "It contains no question that can be imported."
    elif not report.refused or skips:
        message = f"{count(len(report.questions), 'question')} imported."
        flash(f"{message} They are in the new test “{isolated(test.title)}”." if test else message)
    else:
        rejected = count(len(report.refused), "question")
        form.problems[field] = f"{rejected} rejected, see below. Correct or skip them."
    return report


def _sent(form: Form) -> tuple[str, bytes, str]:
    """The name of the field that was used, its content, and a file name.

    :raises InvalidInput: neither, or both.
    """
    upload, typed = request.files.get("file"), form["typed"]
    chosen = upload is not None and bool(upload.filename)
    if chosen and typed:
        raise InvalidInput(details={"typed": ["Choose a file or type questions, not both."]})
    if typed:
        return "typed", typed.encode(), "typed.gift"
    if upload is None or not upload.filename:
        raise InvalidInput(details={"file": ["Choose a file, or type questions below."]})
    return "file", upload.read(), upload.filename
