"""GIFT, as `importers/gift.py` reads it: one line per question, every text marked as plain."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from exam_app.exporters.base import CannotWrite, portable
from exam_app.importers.base import ImportedQuestion
from exam_app.importers.gift_ordering import SCORES
from exam_app.importers.gift_text import MARKER
from exam_app.rules.question_types.checks import percent, share

_SPECIAL = re.compile(r"[~=#{}:\\]")
_ESSAY = {"minWords": None, "maxWords": None, "lines": 15}
_FULL = Decimal(1)


def file(content: str) -> str:
    return content


def category(path: str | None) -> str:
    return f"$CATEGORY: $course$/top/{_escaped(path or '')}\n\n"


def question(source: ImportedQuestion) -> str:
    """:raises CannotWrite: GIFT does not support this."""
    writer = _WRITERS.get(source.type)
    if writer is None:
        raise CannotWrite(f"GIFT has no {source.type} questions")
    feedback = source.definition.get("feedback")
    general = f"####{_escaped(feedback)}" if feedback else ""
    head = f"::{_escaped(source.name)}::[plain]{_escaped(source.text)}"
    return f"{head} {{{writer(source.definition)}{general}}}\n\n"


def expected(source: ImportedQuestion) -> tuple[ImportedQuestion, list[str]]:
    """What will be read from the file, and which parts are not in it; scoring is never lost."""
    kept, notes = portable(source.definition)
    if source.points != 1:
        notes.append("its points: GIFT has none")
    if source.tags:
        notes.append("its tags")
    if source.images:
        notes.append("its pictures")
    if not kept.get("shuffle", True):
        notes.append("the fixed order of its options")
        kept = {**kept, "shuffle": True}
    if source.type == "essay" and {k: v for k, v in kept.items() if k != "feedback"} != _ESSAY:
        notes.append("word limits, height, rubric and notes for markers")
        kept = {**_ESSAY, **{key: kept[key] for key in ("feedback",) if key in kept}}
    return replace(source, points=_FULL, tags=(), images=(), definition=kept), notes


def _choice(definition: dict[str, Any]) -> str:
    options = definition["options"]
    return "".join(
        _answer("=" if share(o) == _FULL else "~", o["text"], o, share(o) in (0, 1)) for o in options
    )


def _several(definition: dict[str, Any]) -> str:
    if not definition["partialCredit"]:
        raise CannotWrite("GIFT does not support all-or-nothing scoring")
    return "".join(_answer("~", option["text"], option, is_plain=False) for option in definition["options"])


def _true_false(definition: dict[str, Any]) -> str:
    keys = ("feedbackFalse", "feedbackTrue") if definition["correct"] else ("feedbackTrue", "feedbackFalse")
    wrong, right = (_typed(definition.get(key, "")) for key in keys)
    feedback = f"#{wrong}" + (f"#{right}" if right else "") if wrong or right else ""
    return ("T" if definition["correct"] else "F") + feedback


def _short_answer(definition: dict[str, Any]) -> str:
    if definition["caseSensitive"]:
        raise CannotWrite("GIFT does not support case-sensitive answers")
    accepted = definition["accepted"]
    if any("->" in item["text"] for item in accepted):
        raise CannotWrite("an answer contains ->, which GIFT reads as a matching question")
    return "".join(_answer("=", item["text"], item, share(item) == _FULL) for item in accepted)


def _numerical(definition: dict[str, Any]) -> str:
    if "units" in definition:
        raise CannotWrite("GIFT has no units")
    return "#" + "".join(_number(item) for item in definition["accepted"])


def _number(item: dict[str, Any]) -> str:
    if "value" in item:
        number = item["value"] + (f":{item['tolerance']}" if Decimal(item["tolerance"]) else "")
    else:
        number = f"{item['min']} .. {item['max']}"
    weight = "" if share(item) == _FULL else f"%{percent(item)}%"
    return f"={weight}{number}{_feedback(item)} "


def _matching(definition: dict[str, Any]) -> str:
    pairs = [(stem["text"], stem["choice"]) for stem in definition["stems"]]
    used = {choice for _, choice in pairs}
    pairs += [("", choice["text"]) for choice in definition["choices"] if choice["text"] not in used]
    if any("->" in stem for stem, _ in pairs):
        raise CannotWrite("a stem contains ->")
    return "".join(f"={_typed(stem)} -> {_typed(choice)} " for stem, choice in pairs)


def _ordering(definition: dict[str, Any]) -> str:
    (score,) = (word for word, ours in SCORES.items() if ours == definition["scoring"])
    items = [_line(item["text"]) for item in definition["items"]]
    return "\n".join([f">{len(items)} ALL VERTICAL {score} SHOW 123", *items, ""])


def _line(text: str) -> str:
    """A text on its own line, which must not look like a comment."""
    return f"[plain]{_escaped(text)}" if text.startswith("//") else _typed(text)


def _answer(mark: str, text: str, item: dict[str, Any], is_plain: bool) -> str:
    """An answer with its weight, omitted if the mark implies it and the text does not look like one."""
    weight = "" if is_plain and not text.startswith("%") else f"%{percent(item)}%"
    return f"{mark}{weight}{_typed(text)}{_feedback(item)} "


def _feedback(item: dict[str, Any]) -> str:
    return f"#{_typed(item['feedback'])}" if "feedback" in item else ""


def _typed(text: str) -> str:
    """A text between the braces; if it looks like a format marker, it is marked as plain."""
    return ("[plain]" if MARKER.match(text) else "") + _escaped(text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text).replace("\n", "\\n")


_WRITERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "multiple_choice": _choice,
    "multiple_response": _several,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": lambda _definition: "",
}
