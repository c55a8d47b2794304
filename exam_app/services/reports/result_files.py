"""Tables of results as files: text as text, numbers as numbers, and nothing as a formula.

Writing yields to other greenlets every few rows: a web process must not block for a large file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from exam_app.realtime.channel import socketio
from exam_app.rules import file_names
from exam_app.rules.spreadsheets import csv_of
from exam_app.services.reports.result_tables import Table

_ROWS_AT_ONCE = 50
_TOO_MUCH = 32_767  # characters in a cell


def workbook_of(table: Table) -> IO[bytes]:
    """A file with two sheets, the table and its facts. Rows are streamed to disk."""
    import xlsxwriter  # a tenth of the startup time of a web process, which seldom writes a workbook

    file = TemporaryFile()  # noqa: SIM115  the reply closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet("Results")
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(table.head), 14)
        for column, words in enumerate(table.head):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(_with_pauses(table.rows), start=1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, moment)
        about = book.add_worksheet("About")
        about.set_column(0, 1, 30)
        for number, (name, words) in enumerate(table.facts):
            about.write_string(number, 0, name, bold)
            about.write_string(number, 1, _fitting(words))
    file.seek(0)
    return file


def csv_of_table(table: Table, decimal_comma: bool) -> str:
    return csv_of(table.head, _with_pauses(table.rows), decimal_comma)


def file_name(table: Table, ending: str) -> str:
    return file_names.file_name(table.name, ending, "results")


def _with_pauses(rows: Iterator[list[Any]]) -> Iterator[list[Any]]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _ROWS_AT_ONCE == 0:
            socketio().sleep(0)


def _write(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, moment)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, _fitting(str(value)))


def _fitting(text: str) -> str:
    """The text, or its beginning and how much of it is missing: a cell holds no more."""
    if len(text) <= _TOO_MUCH:
        return text
    note = f" … ({len(text):,} characters, the cell holds {_TOO_MUCH:,})"
    return text[: _TOO_MUCH - len(note)] + note
