"""Conversion of our question definitions to Moodle XML."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from exam_app.exporters.base import CannotWrite, middle
from exam_app.exporters.moodle_texts import Texts
from exam_app.importers.base import ImportedQuestion
from exam_app.importers.gift_ordering import SCORES
from exam_app.rules.question_types.checks import percent

_MARK = re.compile(r"\[\[([0-9]+)\]\]")
_GAP_SPECIAL = re.compile(r"[~=#{}\\/\"%]")
_GAP_TYPES = {"numerical": "NUMERICAL", "multiple_choice": "MULTICHOICE", "short_answer": "SHORTANSWER"}

Written = tuple[str, list[str]]


def write(source: ImportedQuestion, texts: Texts) -> Written:
    """Moodle's name of the type, and its type-specific elements.

    :raises CannotWrite: Moodle does not support this.
    """
    return _WRITERS[source.type](source.definition, texts)


def text_of(source: ImportedQuestion) -> str:
    """The text of the question, with its gaps written out."""
    if source.type != "cloze":
        return source.text
    if "{" in source.text:
        raise CannotWrite("a brace in the text, which Moodle reads as a gap")
    gaps = {gap["id"]: gap for gap in source.definition["gaps"]}
    return _MARK.sub(lambda mark: _gap(gaps[int(mark[1])]), source.text)


def _choice(definition: dict[str, Any], texts: Texts) -> Written:
    return "multichoice", ["<single>true</single>", _shuffle(definition), *_options(definition, texts)]


def _several(definition: dict[str, Any], texts: Texts) -> Written:
    if not definition["partialCredit"]:
        return "multichoiceset", [_shuffle(definition), *_options(definition, texts)]
    return "multichoice", ["<single>false</single>", _shuffle(definition), *_options(definition, texts)]


def _options(definition: dict[str, Any], texts: Texts) -> list[str]:
    return [_answer(option["text"], option, texts) for option in definition["options"]]


def _true_false(definition: dict[str, Any], texts: Texts) -> Written:
    answers = []
    for word, is_right, key in (
        ("true", definition["correct"], "feedbackTrue"),
        ("false", not definition["correct"], "feedbackFalse"),
    ):
        feedback = {"feedback": definition[key]} if key in definition else {}
        answers.append(_answer(word, {"fraction": 1 if is_right else 0, **feedback}, texts))
    return "truefalse", answers


def _short_answer(definition: dict[str, Any], texts: Texts) -> Written:
    answers = [_answer(item["text"], item, texts) for item in definition["accepted"]]
    return "shortanswer", [f"<usecase>{int(definition['caseSensitive'])}</usecase>", *answers]


def _numerical(definition: dict[str, Any], texts: Texts) -> Written:
    answers = []
    for item in definition["accepted"]:
        value, tolerance = middle(item)
        answers.append(_answer(value, item, texts, f"<tolerance>{tolerance}</tolerance>"))
    return "numerical", [*answers, *_units(definition)]


def _units(definition: dict[str, Any]) -> list[str]:
    if "units" not in definition:
        return ["<showunits>3</showunits>"]
    units = "".join(
        f"<unit><multiplier>{unit['multiplier']}</multiplier><unit_name>{escape(unit['text'])}</unit_name></unit>"
        for unit in definition["units"]
    )
    grading = "1" if definition["unitRequired"] else "0"
    return [
        f"<unitgradingtype>{grading}</unitgradingtype><unitpenalty>1.0</unitpenalty>",
        f"<showunits>2</showunits><unitsleft>0</unitsleft><units>{units}</units>",
    ]


def _matching(definition: dict[str, Any], texts: Texts) -> Written:
    pairs = [(stem["text"], stem["choice"]) for stem in definition["stems"]]
    used = {choice for _, choice in pairs}
    pairs += [("", choice["text"]) for choice in definition["choices"] if choice["text"] not in used]
    return "matching", [
        _shuffle(definition),
        *(
            texts.element("subquestion", stem, inside=texts.element("answer", choice))
            for stem, choice in pairs
        ),
    ]


def _ordering(definition: dict[str, Any], texts: Texts) -> Written:
    (score,) = (word for word, ours in SCORES.items() if ours == definition["scoring"])
    items = [
        texts.element("answer", item["text"], f' fraction="{place}"')
        for place, item in enumerate(definition["items"], 1)
    ]
    head = "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><selectcount>0</selectcount>"
    return "ordering", [f"{head}<gradingtype>{score}</gradingtype>", *items]


def _essay(definition: dict[str, Any], texts: Texts) -> Written:
    limits = [
        f"<{tag}>{definition[key] or ''}</{tag}>"
        for tag, key in (("minwordlimit", "minWords"), ("maxwordlimit", "maxWords"))
    ]
    return "essay", [
        "<responseformat>plain</responseformat><responserequired>1</responserequired>",
        f"<responsefieldlines>{definition['lines']}</responsefieldlines><attachments>0</attachments>",
        *limits,
        texts.element("graderinfo", definition.get("graderNotes", "")),
    ]


def _cloze(_definition: dict[str, Any], _texts: Texts) -> Written:
    return "cloze", []


def _gap(gap: dict[str, Any]) -> str:
    definition, kind = gap["definition"], _GAP_TYPES[gap["type"]]
    if "feedback" in definition or "units" in definition:
        raise CannotWrite("a gap with units, or with feedback of its own")
    if definition.get("caseSensitive"):
        kind += "_C"
    if definition.get("shuffle"):
        kind += "_S"
    answers = "~".join(_gap_answer(item) for item in definition.get("options") or definition["accepted"])
    return f"{{{gap['weight']}:{kind}:{answers}}}"


def _gap_answer(item: dict[str, Any]) -> str:
    text = _gap_text(item["text"]) if "text" in item else ":".join(middle(item))
    feedback = f"#{_gap_text(item['feedback'])}" if "feedback" in item else ""
    return f"%{percent(item)}%{text}{feedback}"


def _gap_text(text: str) -> str:
    return _GAP_SPECIAL.sub(lambda found: f"\\{found[0]}", escape(text))


def _answer(text: str, item: dict[str, Any], texts: Texts, inside: str = "") -> str:
    feedback = texts.element("feedback", item["feedback"]) if "feedback" in item else ""
    return texts.element("answer", text, f' fraction="{percent(item)}"', feedback + inside)


def _shuffle(definition: dict[str, Any]) -> str:
    return f"<shuffleanswers>{'true' if definition['shuffle'] else 'false'}</shuffleanswers>"


_WRITERS: dict[str, Callable[[dict[str, Any], Texts], Written]] = {
    "multiple_choice": _choice,
    "multiple_response": _several,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
}
