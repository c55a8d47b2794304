"""The cells `options` and `correct` of a CSV file, by the type of the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from exam_app.importers.base import CannotRead
from exam_app.importers.gift_answers import TRUTH, interval
from exam_app.importers.texts import Texts

_BAR = re.compile(r"(?<!\\)\|")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Row:
    """The cells of one question by column; "" if missing."""

    def __init__(self, cells: Mapping[str, str], texts: Texts) -> None:
        self._cells = cells
        self._texts = texts

    def __getitem__(self, column: str) -> str:
        return self._cells.get(column, "").strip()

    def text(self, column: str) -> str:
        return self._texts.plain(self[column], "plain")

    def needed(self, column: str) -> list[str]:
        """The values of a cell that must not be empty."""
        found = values(self[column])
        if not found:
            raise CannotRead(f"column {column}: is required for this type")
        return found


def values(cell: str) -> list[str]:
    """The values separated by `|`, trimmed, without blank ones."""
    found = [part.replace("\\|", "|").strip() for part in _BAR.split(cell)]
    return [part for part in found if part]


def definition(kind: str, row: Row) -> dict[str, Any]:
    """The unchecked definition. Columns that the type does not use must be empty, so that nothing is lost.

    :raises CannotRead: naming the column.
    """
    used, read = _READERS.get(kind, ((), _nothing))
    for column in {"options", "correct"} - set(used):
        if row[column]:
            raise CannotRead(f"column {column}: must be empty for this type")
    return read(row)


def _choice(row: Row) -> dict[str, Any]:
    options = row.needed("options")
    right = _places(row, len(options))
    if len(right) != 1:
        raise CannotRead("column correct: exactly one option must be right")
    return {"options": [{"text": text, "fraction": float(i in right)} for i, text in enumerate(options)]}


def _several(row: Row) -> dict[str, Any]:
    """Right options share the points equally, and each wrong one deducts as much as a right one earns."""
    options = row.needed("options")
    right = _places(row, len(options))
    part = float(round(Decimal(1) / len(right), 7))
    return {
        "options": [
            {"text": text, "fraction": part if i in right else -part} for i, text in enumerate(options)
        ]
    }


def _places(row: Row, count: int) -> set[int]:
    """`2|3` or `B|C`: the indices of the right options, from 0."""
    return {_place(word, count) for word in row.needed("correct")}


def _place(word: str, count: int) -> int:
    if re.fullmatch("[0-9]{1,3}", word):
        place = int(word) - 1
    else:
        place = _LETTERS.find(word.upper()) if len(word) == 1 else -1
    if not 0 <= place < count:
        raise CannotRead(
            f"column correct: {word[:30]!r} is not the number or letter of one of {count} options"
        )
    return place


def _true_false(row: Row) -> dict[str, Any]:
    word = row["correct"].upper()
    if word not in TRUTH:
        raise CannotRead("column correct: must be true or false")
    return {"correct": TRUTH[word]}


def _short_answer(row: Row) -> dict[str, Any]:
    return {"accepted": [{"text": text, "fraction": 1.0} for text in row.needed("correct")]}


def _numerical(row: Row) -> dict[str, Any]:
    return {"accepted": [{**interval(text), "fraction": 1.0} for text in row.needed("correct")]}


def _matching(row: Row) -> dict[str, Any]:
    stems, misleading = [], []
    for pair in row.needed("options"):
        stem, arrow, choice = (part.strip() for part in pair.partition("->"))
        if not arrow:
            raise CannotRead(f"column options: {pair[:40]!r} has no -> between stem and choice")
        if stem:
            stems.append({"text": stem, "choice": choice})
        else:
            misleading.append({"text": choice})
    return {"stems": stems, "choices": misleading}


def _ordering(row: Row) -> dict[str, Any]:
    return {"items": [{"text": text} for text in row.needed("options")]}


def _nothing(_row: Row) -> dict[str, Any]:
    return {}


_READERS: dict[str, tuple[tuple[str, ...], Callable[[Row], dict[str, Any]]]] = {
    "multiple_choice": (("options", "correct"), _choice),
    "multiple_response": (("options", "correct"), _several),
    "true_false": (("correct",), _true_false),
    "short_answer": (("correct",), _short_answer),
    "numerical": (("correct",), _numerical),
    "matching": (("options",), _matching),
    "ordering": (("options",), _ordering),
}
