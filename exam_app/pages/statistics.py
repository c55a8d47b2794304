"""Item statistics of a session or a test, as a page and as a CSV file."""

from __future__ import annotations

import uuid
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from exam_app.pages import pages
from exam_app.pages.item_map import item_map
from exam_app.pages.rendering import render_page
from exam_app.pages.sessions import PLANNERS
from exam_app.rules.spreadsheets import csv_of
from exam_app.services.authoring import catalog
from exam_app.services.grading import corrections
from exam_app.services.organizations.visibility import session_for
from exam_app.services.statistics import item_analysis
from exam_app.web.downloads import file_response
from exam_app.web.identity import current_user, page_login_required

# Columns of the table: name, heading in the file; the page sorts by these names.
_COLUMNS = {
    "orderIndex": "No.",
    "questionText": "Question",
    "type": "Type",
    "points": "Points",
    "attempts": "Attempts",
    "answered": "Answered",
    "correct": "Correct",
    "facility": "Facility (%)",
    "standardDeviation": "Standard deviation (points)",
    "discrimination": "Discrimination",
    "discriminationWithTotal": "Discrimination with total",
    "discriminativeEfficiency": "Discriminative efficiency (%)",
    "upperLower": "Discrimination index (upper − lower 27 %)",
    "intendedWeight": "Intended weight (%)",
    "effectiveWeight": "Effective weight (%)",
    "reliabilityWithout": "Reliability if deleted",
}


@pages.get("/sessions/<uuid:session_id>/statistics")
@page_login_required(*PLANNERS)
def session_statistics(session_id: uuid.UUID) -> ResponseReturnValue:
    back = url_for("pages.session_results", session_id=session_id)
    return _page(_of_session(session_id), back, session_id=session_id)


@pages.get("/sessions/<uuid:session_id>/statistics.csv")
@page_login_required(*PLANNERS)
def session_statistics_file(session_id: uuid.UUID) -> ResponseReturnValue:
    return _file(_of_session(session_id))


@pages.get("/tests/<int:test_id>/statistics")
@page_login_required(*PLANNERS)
def test_statistics(test_id: int) -> ResponseReturnValue:
    return _page(_of_test(test_id), url_for("pages.overview"), test_id=test_id)


@pages.get("/tests/<int:test_id>/statistics.csv")
@page_login_required(*PLANNERS)
def test_statistics_file(test_id: int) -> ResponseReturnValue:
    return _file(_of_test(test_id))


def _of_session(session_id: uuid.UUID) -> dict[str, Any]:
    return item_analysis.session_statistics(session_for(current_user(), session_id), _version())


def _of_test(test_id: int) -> dict[str, Any]:
    test = catalog.test_for(test_id)
    return item_analysis.test_statistics(current_user(), test, _version())


def _version() -> int | None:
    return request.args.get("version", type=int)


def _page(found: dict[str, Any], back: str, **ids: Any) -> str:
    """`ids` are the URL parameters of this page and of its file."""
    sort = request.args.get("sort", "orderIndex")
    column = sort.removeprefix("-")
    if column not in _COLUMNS:
        sort = column = "orderIndex"
    return render_page(
        "statistics.html",
        found=found,
        ids=ids,
        back=back,
        version=_version(),
        sort=sort,
        sorted_questions=_sorted(found["questions"], column, sort.startswith("-")),
        texts={question["questionId"]: question for question in found["questions"]},
        may_correct=corrections.may_correct(current_user(), catalog.test_for(found["testId"])),
        map=item_map(found["questions"], found["remarks"]),
    )


def _sorted(questions: list[dict[str, Any]], column: str, descending: bool) -> list[dict[str, Any]]:
    """Sorted by the column; questions without a value come last in either direction."""
    known = [question for question in questions if question[column] is not None]
    known.sort(key=lambda question: question[column], reverse=descending)
    return known + [question for question in questions if question[column] is None]


def _file(found: dict[str, Any]) -> ResponseReturnValue:
    rows = ([question[name] for name in _COLUMNS] for question in found["questions"])
    times = ([question["time"]["median"]] for question in found["questions"])
    head = [*_COLUMNS.values(), "Median time (s)"]
    body = csv_of(head, ([*row, *time] for row, time in zip(rows, times, strict=True)))
    return file_response(body, "text/csv; charset=utf-8", "questions.csv")
