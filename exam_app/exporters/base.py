"""Shared by the exporters: their report, and the comparison of questions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from typing import Any

from exam_app.importers.base import ImportedQuestion

_EXACT = Context(prec=400)
_MARK = re.compile(r"\[\[([0-9]+)\]\]")


class CannotWrite(Exception):
    """Why one question is refused. Raised and caught inside the exporters only."""


@dataclass(frozen=True)
class Unwritten:
    """A question, by its position in the export (from 1), that the format does not support."""

    number: int
    name: str
    reason: str


@dataclass
class ExportReport:
    """The file, and what is not in it: whole questions, and in `notes` parts of questions that are."""

    format: str
    content: str = ""
    written: int = 0
    refused: list[Unwritten] = field(default_factory=list)
    notes: list[Unwritten] = field(default_factory=list)


def comparable(question: ImportedQuestion) -> ImportedQuestion:
    """The question without what files do not preserve: its line, ids, the order of a matching question's
    choices; ranges as a number with tolerance, and white space collapsed where pictures require HTML."""
    text, definition = _in_order(question)
    definition = _without_ids(definition)
    if "choices" in definition:
        definition["choices"].sort(key=lambda choice: str(choice["text"]))
    plain = replace(question, line=0, text=text, definition=definition)
    return _with_single_spaces(plain) if question.images else plain


def portable(definition: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The definition without what no format has, and notes of that: the exact comparison of its texts, and
    options that keep their place."""
    notes = []
    plain = {key: value for key, value in definition.items() if key != "exact"}
    if "options" in plain:
        plain["options"] = [
            {key: value for key, value in option.items() if key != "fixed"} for option in plain["options"]
        ]
        if plain["options"] != definition["options"]:
            notes.append("the fixed places of its options")
    if "exact" in definition:
        notes.append("its exact comparison of characters")
    if "gaps" in plain:
        parts = [portable(gap["definition"]) for gap in definition["gaps"]]
        plain["gaps"] = [
            {**gap, "definition": part} for gap, (part, _) in zip(definition["gaps"], parts, strict=True)
        ]
        notes += sorted({note for _, of_gap in parts for note in of_gap})
    return plain, notes


def middle(item: dict[str, Any]) -> tuple[str, str]:
    """An accepted number or range as exact value and tolerance."""
    if "value" in item:
        return item["value"], item["tolerance"]
    low, high = Decimal(item["min"]), Decimal(item["max"])
    half = Decimal("0.5")
    value, tolerance = _EXACT.add(low, high), _EXACT.subtract(high, low)
    return str(_EXACT.multiply(value, half)), str(_EXACT.multiply(tolerance, half))


def _in_order(question: ImportedQuestion) -> tuple[str, dict[str, Any]]:
    """Gaps numbered in the order of the text."""
    if question.type != "cloze":
        return question.text, question.definition
    order = [int(number) for number in _MARK.findall(question.text)]
    numbers = {gap_id: number for number, gap_id in enumerate(order, 1)}
    gaps = sorted(question.definition["gaps"], key=lambda gap: numbers[gap["id"]])
    text = _MARK.sub(lambda mark: f"[[{numbers[int(mark[1])]}]]", question.text)
    return text, {**question.definition, "gaps": gaps}


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "min" in value and "max" in value:
        number, tolerance = middle(value)
        value = {**value, "value": number, "tolerance": tolerance}
    if "value" in value and "tolerance" in value:
        value = {**value, "value": Decimal(value["value"]), "tolerance": Decimal(value["tolerance"])}
    return {key: _without_ids(item) for key, item in value.items() if key not in ("id", "min", "max")}


def _with_single_spaces(question: ImportedQuestion) -> ImportedQuestion:
    def narrow(value: Any) -> Any:
        if isinstance(value, str):
            return "\n".join(" ".join(line.split()) for line in value.split("\n"))
        if isinstance(value, list):
            return [narrow(item) for item in value]
        return {key: narrow(item) for key, item in value.items()} if isinstance(value, dict) else value

    return replace(question, text=narrow(question.text), definition=narrow(question.definition))
