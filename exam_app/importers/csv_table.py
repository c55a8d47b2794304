"""CSV: a header row with column names, then one question per row, as spreadsheets write it.

Columns: `type` and `text`, and as needed `name`, `points`, `category`, `tags`, `options`, `correct`,
`feedback`, in any order and case. `|` separates several values in a cell (`\\|` is a literal bar).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

from exam_app import errors
from exam_app.importers import csv_answers, moodle_cloze
from exam_app.importers.assembly import assembled
from exam_app.importers.base import CannotRead, ImportedQuestion, ImportReport
from exam_app.importers.csv_answers import Row, values
from exam_app.importers.texts import Texts
from exam_app.rules import question_types
from exam_app.rules.question_types import decimals

COLUMNS = ("type", "name", "text", "points", "category", "tags", "options", "correct", "feedback")
_NEEDED = ("type", "text")
_DELIMITERS = ",;\t"
_MAX_CELL = 1_000_000
_MAX_POINTS = Decimal(10_000)


def read(text: str, report: ImportReport) -> None:
    """Add every row to the report, as a question or as a refusal that names the column.

    :raises InvalidInput: the first row does not name the columns.
    """
    rows = _rows(text, _delimiter(text) or ",")
    try:
        columns = _columns(next(rows)[1])
    except _Broken as problem:
        raise errors.InvalidInput(f"The first row cannot be read: {problem}.") from None
    try:
        for line, cells in rows:
            if any(cell.strip() for cell in cells):
                _take(line, cells, columns, report)
    except _Broken as problem:
        report.refuse(problem.line, f"the rest of the file cannot be read: {problem}")


def recognises(text: str) -> bool:
    """Whether the first row names the required columns."""
    return _delimiter(text) is not None


def _delimiter(text: str) -> str | None:
    """The delimiter with which the first row has the required names."""
    first = text.lstrip().partition("\n")[0]
    found = [mark for mark in _DELIMITERS if set(_NEEDED) <= {_name(cell) for cell in first.split(mark)}]
    return found[0] if found else None


def _columns(header: list[str]) -> list[str]:
    names = [_name(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    if missing := [name for name in _NEEDED if name not in names]:
        raise errors.InvalidInput(f"The first row must name the columns; missing: {', '.join(missing)}.")
    if unknown := [name for name in names if name not in COLUMNS]:
        known = ", ".join(COLUMNS)
        raise errors.InvalidInput(f"Unknown columns: {', '.join(unknown)[:200]}. Known: {known}.")
    if len(set(names)) != len(names):
        raise errors.InvalidInput("A column occurs twice.")
    return names


def _name(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


class _Broken(Exception):
    """From `line` on the file is not a valid table."""

    def __init__(self, line: int, why: object) -> None:
        super().__init__(str(why))
        self.line = line


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line in which each starts."""
    csv.field_size_limit(_MAX_CELL)
    table = csv.reader(StringIO(text), delimiter=delimiter, strict=True)
    while True:
        line = table.line_num + 1
        try:
            yield line, next(table)
        except StopIteration:
            return
        except csv.Error as problem:
            raise _Broken(line, problem) from None


def _take(line: int, cells: list[str], columns: list[str], report: ImportReport) -> None:
    texts = Texts()
    try:
        if any(cell.strip() for cell in cells[len(columns) :]):
            raise CannotRead(f"more cells than the {len(columns)} columns")
        row = Row(dict(zip(columns, cells, strict=False)), texts)
        report.accept(_question(line, row, texts), texts.notes)
    except CannotRead as problem:
        report.refuse(line, str(problem))


def _question(line: int, row: Row, texts: Texts) -> ImportedQuestion:
    kind = re.sub(r"[\s_-]+", "_", row["type"].lower())
    if kind not in question_types.names():
        known = ", ".join(question_types.names())
        raise CannotRead(f"column type: {row['type'][:50]!r} is none of {known}")
    text, definition = row["text"], csv_answers.definition(kind, row)
    if kind == "cloze":
        text, definition = moodle_cloze.gaps_of(text, texts)
        if not definition["gaps"]:
            raise CannotRead("column text: has no gap such as {1:SHORTANSWER:=right}")
    if feedback := row.text("feedback"):
        definition["feedback"] = feedback
    return assembled(
        texts,
        type=kind,
        name=row["name"],
        text=texts.plain(text, "plain"),
        definition=definition,
        line=line,
        points=_points(row),
        category=row["category"] or None,
        tags=tuple(dict.fromkeys(values(row["tags"]))),
    )


def _points(row: Row) -> Decimal:
    try:
        points = Decimal(decimals.clean(row["points"]) or "1")
    except ValueError as problem:
        raise CannotRead(f"column points: {str(problem)[0].lower()}{str(problem)[1:]}") from None
    if not 0 < points <= _MAX_POINTS or round(points, 2) != points:
        raise CannotRead(
            f"column points: must be a number above 0, at most {_MAX_POINTS}, with at most two decimals"
        )
    return points
