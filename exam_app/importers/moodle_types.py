"""Conversion of Moodle XML to our question definitions, by type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam_app.importers import moodle_cloze, shares
from exam_app.importers.base import CannotRead
from exam_app.importers.gift_ordering import SCORES
from exam_app.importers.moodle_text import MoodleTexts, source_of
from exam_app.importers.xml_tree import Element

Read = tuple[str, dict[str, Any]]
_YES = ("1", "true")
_SHOWS_NO_UNITS = "3"
_NO_COMMON_KEY = "a question must have the same right answer for everyone"
_NOT_QUESTIONS = {
    "description": "not a question: a description",
    "random": "not a question: a placeholder for a random one",
    "randomsamatch": "not a question: a placeholder for random ones",
    "calculated": f"type not supported: calculated; {_NO_COMMON_KEY}",
    "calculatedsimple": f"type not supported: calculatedsimple; {_NO_COMMON_KEY}",
    "calculatedmulti": f"type not supported: calculatedmulti; {_NO_COMMON_KEY}",
}


@dataclass(frozen=True)
class TypeReader:
    """`read` returns the name of our type and an unchecked definition; `uses` are the elements it reads."""

    read: Callable[[Element, MoodleTexts], Read]
    uses: frozenset[str]


def reader(kind: str) -> TypeReader:
    """:raises CannotRead: the type is not supported."""
    if kind not in _READERS:
        raise CannotRead(_NOT_QUESTIONS.get(kind) or f"type not supported: {kind[:50] or 'none given'}")
    return _READERS[kind]


def _choice(element: Element, texts: MoodleTexts) -> Read:
    single = element.text_of("single") in (*_YES, "")
    answers = element.all("answer")
    kind, worth = shares.normalized([_share(answer) for answer in answers], single, texts)
    return kind, {"options": _options(answers, worth, texts), "shuffle": _shuffles(element)}


def _all_or_nothing(element: Element, texts: MoodleTexts) -> Read:
    """The plugin `multichoiceset`: every right option has 100 %, and scoring is all-or-nothing."""
    answers = element.all("answer")
    worth = [_share(answer) for answer in answers]
    right = sum(share > 0 for share in worth)
    if sum(share for share in worth if share > 0) != shares.FULL:
        worth = [round(shares.FULL / right, 7) if share > 0 else Decimal(0) for share in worth]
    definition = {"options": _options(answers, worth, texts), "shuffle": _shuffles(element)}
    return "multiple_response", {**definition, "partialCredit": False}


def _options(answers: list[Element], worth: list[Decimal], texts: MoodleTexts) -> list[dict[str, Any]]:
    return [
        {"text": texts.read(answer), "fraction": float(share), **texts.feedback(answer)}
        for answer, share in zip(answers, worth, strict=True)
    ]


def _true_false(element: Element, texts: MoodleTexts) -> Read:
    answers = {source_of(answer).strip().lower(): answer for answer in element.all("answer")}
    if set(answers) != {"true", "false"}:
        raise CannotRead("the answers of a true/false question must be true and false")
    right = [word for word, answer in answers.items() if _share(answer) == shares.FULL]
    if len(right) != 1:
        raise CannotRead("one of true and false must be worth 100 %")
    return "true_false", {
        "correct": right == ["true"],
        **texts.feedback(answers["true"], "feedbackTrue"),
        **texts.feedback(answers["false"], "feedbackFalse"),
    }


def _short_answer(element: Element, texts: MoodleTexts) -> Read:
    accepted = [
        {
            "text": texts.read(answer, typed=True),
            "fraction": float(_share(answer)),
            **texts.feedback(answer),
        }
        for answer in element.all("answer")
    ]
    return "short_answer", {"accepted": accepted, "caseSensitive": element.text_of("usecase") in _YES}


def _numerical(element: Element, texts: MoodleTexts) -> Read:
    accepted = []
    for answer in element.all("answer"):
        value, share = source_of(answer).strip(), _share(answer)
        if value == "*":
            shares.leave_out_catch_all(share, texts)
            continue
        tolerance = answer.text_of("tolerance") or "0"
        worth = {"fraction": float(share), **texts.feedback(answer)}
        accepted.append({"value": value, "tolerance": tolerance, **worth})
    return "numerical", {"accepted": accepted, **_units(element, texts)}


def _units(element: Element, texts: MoodleTexts) -> dict[str, Any]:
    """`unitgradingtype` is 0 if a unit is optional; otherwise a wrong one costs the share `unitpenalty`."""
    container = element.child("units")
    units = [
        {"text": unit.text_of("unit_name"), "multiplier": unit.text_of("multiplier") or "1"}
        for unit in (container.all("unit") if container else ())
    ]
    if not units:
        return {}
    if element.text_of("showunits") == _SHOWS_NO_UNITS:
        texts.note("units were left out: students type the number alone")
        return {}
    required = element.text_of("unitgradingtype") not in ("", "0")
    penalty = element.text_of("unitpenalty")
    if required and penalty.rstrip("0") not in ("", "1", "1."):
        texts.note(f"a wrong unit costs all points here, not the share {penalty}")
    return {"units": units, "unitRequired": required}


def _matching(element: Element, texts: MoodleTexts) -> Read:
    stems, misleading = [], []
    for pair in element.all("subquestion"):
        stem, choice = texts.read(pair), texts.read(pair.child("answer"))
        if stem:
            stems.append({"text": stem, "choice": choice})
        elif choice:
            misleading.append({"text": choice})
    return "matching", {"stems": stems, "choices": misleading, "shuffle": _shuffles(element)}


def _ordering(element: Element, texts: MoodleTexts) -> Read:
    """The items are in the right order, which `fraction` repeats as 1, 2, 3."""
    if element.text_of("selecttype") not in ("ALL", "0", ""):
        raise CannotRead("only some of the items are shown, chosen at random, which is not supported")
    scoring = element.text_of("gradingtype") or "ABSOLUTE_POSITION"
    if scoring not in SCORES:
        raise CannotRead(f"a scoring method that is not supported: {scoring[:50]}")
    items = sorted(element.all("answer"), key=_place)
    found = [{"text": texts.read(item)} for item in items]
    return "ordering", {"items": found, "scoring": SCORES[scoring]}


def _place(answer: Element) -> Decimal:
    try:
        place = Decimal(answer.attributes.get("fraction", ""))
    except ArithmeticError:
        place = Decimal("NaN")
    if place.is_nan():
        raise CannotRead(f"line {answer.line}: the position of an item is not a number")
    return place


def _essay(element: Element, texts: MoodleTexts) -> Read:
    required = element.text_of("attachmentsrequired") not in ("", "0")
    if required or element.text_of("responseformat") == "noinline":
        raise CannotRead("students have to upload a file, which is not supported")
    if element.text_of("attachments") not in ("", "0"):
        texts.note("students could attach files in Moodle, but cannot here")
    lines = element.text_of("responsefieldlines")
    return "essay", {
        "minWords": _limit(element.text_of("minwordlimit")),
        "maxWords": _limit(element.text_of("maxwordlimit")),
        **({"lines": min(max(int(lines), 2), 60)} if re.fullmatch("[0-9]{1,4}", lines) else {}),
        **texts.feedback(element, "graderNotes", "graderinfo"),
    }


def _limit(written: str) -> int | None:
    """Moodle writes 0 or nothing for no limit."""
    return int(written) or None if re.fullmatch("[0-9]{1,6}", written) else None


def _share(answer: Element) -> Decimal:
    return shares.of_percent(answer.attributes.get("fraction", "0"))


def _shuffles(element: Element) -> bool:
    return element.text_of("shuffleanswers") in (*_YES, "")


def _type(read: Callable[[Element, MoodleTexts], Read], *uses: str) -> TypeReader:
    return TypeReader(read, frozenset(uses))


_READERS = {
    "multichoice": _type(_choice, "answer", "single", "shuffleanswers"),
    "multichoiceset": _type(_all_or_nothing, "answer", "shuffleanswers"),
    "truefalse": _type(_true_false, "answer"),
    "shortanswer": _type(_short_answer, "answer", "usecase"),
    "numerical": _type(
        _numerical, "answer", "units", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"
    ),
    "matching": _type(_matching, "subquestion", "shuffleanswers"),
    "ordering": _type(
        *(_ordering, "answer", "layouttype", "selecttype", "selectcount", "gradingtype", "showgrading"),
        "numberingstyle",
    ),
    "cloze": _type(moodle_cloze.read),
    "essay": _type(
        *(_essay, "responseformat", "responserequired", "responsefieldlines"),
        *("attachments", "attachmentsrequired", "maxbytes", "filetypeslist"),
        *("minwordlimit", "maxwordlimit", "graderinfo"),
    ),
}
