"""Safe cells for files that are opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(head: Sequence[str], rows: Iterable[Sequence[Any]], decimal_comma: bool = False) -> str:
    """A CSV file in UTF-8 with a byte order mark, which spreadsheets need. None is an empty cell.

    With a decimal comma, the delimiter is a semicolon.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if decimal_comma else ",")
    for row in chain([head], rows):
        cells = [cell(value) for value in row]
        writer.writerow(map(_comma, cells) if decimal_comma else cells)
    return "\ufeff" + file.getvalue()


def cell(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is prefixed with an apostrophe. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


def _comma(value: Any) -> Any:
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else value
