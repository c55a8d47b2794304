"""The key of a question as fields of a form, and back.

What is not the key stays as it is. Types without fields of their own show their definition as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from exam_app.errors import InvalidInput
from exam_app.pages.forms import Form
from exam_app.rules.paper import PaperQuestion

EMPTY_ROWS = 3
"""Places for further accepted answers."""
_RANGE = re.compile(r"(\S+)\s+to\s+(\S+)")
_AROUND = re.compile(r"(\S+)\s*(?:±|\+-|\+/-)\s*(\S+)")


def kind_of(question: PaperQuestion) -> str:
    """Which fields show the key: `options`, `truth`, `accepted` or `text`."""
    if question.type.name == "true_false":
        return "truth"
    if question.type.name in _ACCEPTED:
        return "accepted"
    options = question.definition.get("options")
    return "options" if options and all("fraction" in option for option in options) else "text"


def form_of(question: PaperQuestion) -> Form:
    """The key there is, to begin with."""
    definition, kind = question.definition, kind_of(question)
    if kind == "truth":
        return Form(correct="true" if definition["correct"] else "false")
    if kind == "text":
        return Form(definition=json.dumps(definition, ensure_ascii=False, indent=2))
    if kind == "options":
        return Form(**{f"worth-{item['id']}": _percent(item) for item in definition["options"]})
    in_words, _ = _ACCEPTED[question.type.name]
    rows = enumerate(definition["accepted"])
    return Form(
        **{k: v for i, x in rows for k, v in ((f"accepted-{i}", in_words(x)), (f"worth-{i}", _percent(x)))}
    )


def definition_from(form: Form, question: PaperQuestion) -> dict[str, Any]:
    """
    :raises InvalidInput: something typed cannot be read.
    """
    definition, kind = question.definition, kind_of(question)
    if kind == "truth":
        return {**definition, "correct": form["correct"] == "true"}
    if kind == "text":
        return _read_text(form["definition"])
    if kind == "options":
        options = [
            {**item, "fraction": _fraction(form[f"worth-{item['id']}"])} for item in definition["options"]
        ]
        return {**definition, "options": options}
    return {**definition, "accepted": _read_accepted(form, question)}


def rows_of(question: PaperQuestion) -> range:
    """The numbers of the rows in which accepted answers are typed."""
    return range(len(question.definition.get("accepted", ())) + EMPTY_ROWS)


def _read_accepted(form: Form, question: PaperQuestion) -> list[dict[str, Any]]:
    in_words, read = _ACCEPTED[question.type.name]
    before = {in_words(item): item for item in question.definition["accepted"]}
    found = []
    for number in rows_of(question):
        if typed := form[f"accepted-{number}"]:
            item = before.get(typed) or read(typed)
            found.append({**item, "fraction": _fraction(form[f"worth-{number}"] or "100")})
    return found


def _read_text(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(details={"definition": ["This is not a definition in JSON."]})
    return found


def _fraction(percent: str) -> float:
    try:
        share = Decimal(percent.replace(",", ".").removesuffix("%").strip() or "0") / 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite():
        raise InvalidInput(details={"definition": [f"“{percent}” is no percentage."]})
    return float(share)


def _percent(item: dict[str, Any]) -> str:
    return f"{(Decimal(str(item['fraction'])) * 100).normalize():f}"


def _number_in_words(item: dict[str, Any]) -> str:
    if "value" not in item:
        return f"{item['min']} to {item['max']}"
    return str(item["value"]) if not Decimal(item["tolerance"]) else f"{item['value']} ± {item['tolerance']}"


def _read_number(typed: str) -> dict[str, Any]:
    if found := _RANGE.fullmatch(typed):
        return {"min": found[1], "max": found[2]}
    if found := _AROUND.fullmatch(typed):
        return {"value": found[1], "tolerance": found[2]}
    return {"value": typed, "tolerance": "0"}


def _text_in_words(item: dict[str, Any]) -> str:
    return str(item["text"])


def _read_plain(typed: str) -> dict[str, Any]:
    return {"text": typed}


_ACCEPTED: dict[str, tuple[Callable[[dict[str, Any]], str], Callable[[str], dict[str, Any]]]] = {
    "short_answer": (_text_in_words, _read_plain),
    "numerical": (_number_in_words, _read_number),
}
