"""What may stand in a cell of a file that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV file; its byte order mark lets every spreadsheet read its letters. None is an empty cell."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([cell(value) for value in row] for row in (head, *rows))
    return "\ufeff" + file.getvalue()


def cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value
