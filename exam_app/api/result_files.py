"""/api/sessions/{id}/results.csv and the like: results for a spreadsheet."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response

from exam_app.api.resource import Resource
from exam_app.rules.permissions import Permission
from exam_app.schemas.result_files import CsvQuery, FileQuery
from exam_app.services.authoring import catalog
from exam_app.services.organizations.visibility import session_for
from exam_app.services.reports import result_tables
from exam_app.services.reports.result_files import csv_of_table, file_name, workbook_of
from exam_app.services.reports.result_tables import Table
from exam_app.web.downloads import file_response
from exam_app.web.identity import current_user, needs

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
blueprint = Resource("result_files", __name__, url_prefix="/api", description="Results as files")


@blueprint.get("/sessions/<uuid:session_id>/results.csv")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(CsvQuery, location="query")
@blueprint.files(CSV)
def session_csv(query: dict[str, Any], session_id: uuid.UUID) -> Response:
    """The results of all students in a session with the points of each question, as CSV in UTF-8."""
    return _csv(_of_session(session_id, query), query)


@blueprint.get("/sessions/<uuid:session_id>/results.xlsx")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(FileQuery, location="query")
@blueprint.files(XLSX)
def session_xlsx(query: dict[str, Any], session_id: uuid.UUID) -> Response:
    """The same as a workbook; a second sheet says what it is about."""
    return _xlsx(_of_session(session_id, query))


@blueprint.get("/tests/<int:test_id>/results.csv")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(CsvQuery, location="query")
@blueprint.files(CSV)
def test_csv(query: dict[str, Any], test_id: int) -> Response:
    """The newest 20,000 visible attempts at a test, as CSV in UTF-8."""
    return _csv(_of_test(test_id, query), query)


@blueprint.get("/tests/<int:test_id>/results.xlsx")
@needs(Permission.VIEW_ANALYTICS)
@blueprint.arguments(FileQuery, location="query")
@blueprint.files(XLSX)
def test_xlsx(query: dict[str, Any], test_id: int) -> Response:
    """The same as a workbook; a second sheet says what it is about."""
    return _xlsx(_of_test(test_id, query))


def _of_session(session_id: uuid.UUID, query: dict[str, Any]) -> Table:
    return result_tables.of_session(session_for(current_user(), session_id), query["time_zone"])


def _of_test(test_id: int, query: dict[str, Any]) -> Table:
    return result_tables.of_test(current_user(), catalog.test_for(test_id), query["time_zone"])


def _csv(table: Table, query: dict[str, Any]) -> Response:
    content = csv_of_table(table, query["decimal"] == "comma")
    return file_response(content, f"{CSV}; charset=utf-8", file_name(table, "csv"))


def _xlsx(table: Table) -> Response:
    return file_response(workbook_of(table), XLSX, file_name(table, "xlsx"))
