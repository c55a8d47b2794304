"""Embedded answers, Moodle's `cloze`: gaps are part of the text, as `{2:SHORTANSWER:=right~%50%half}`.

The format is described at https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

from exam_app.importers import shares
from exam_app.importers.base import CannotRead
from exam_app.importers.moodle_text import MoodleTexts, source_of
from exam_app.importers.texts import Texts
from exam_app.importers.xml_tree import Element

_START = re.compile(r"(?<!\\)\{([0-9]{0,3}):([A-Z_]{2,20}):")
_TO_THE_END = re.compile(r"(?:[^\\}]|\\.)*+", re.DOTALL)
_BETWEEN = re.compile(r"(?<!\\)~")
_BEFORE_FEEDBACK = re.compile(r"(?<!\\)#")
_WEIGHT = re.compile(r"(=)|%(-?[0-9.]{1,20})%")
_SHORT = {"SHORTANSWER", "SA", "MW"}
_SHORT_WITH_CASE = {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBERS = {"NUMERICAL", "NM"}
#: A dropdown, or options in a row or column; `S` shuffles them.
_CHOICES = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH"}
_SHUFFLED = {"MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}


def read(element: Element, texts: MoodleTexts) -> tuple[str, dict[str, Any]]:
    """The gaps of the question; in its text, each is replaced by a placeholder such as `[[1]]`."""
    container = element.child("questiontext")
    written = container.child("text") if container else None
    if container is None or written is None:
        raise CannotRead("the question has no text")
    marked, definition = gaps_of(source_of(container), texts)
    written.pieces = [marked]
    return "cloze", definition


def gaps_of(source: str, texts: Texts) -> tuple[str, dict[str, Any]]:
    """The text with a placeholder such as `[[1]]` for each gap, and the unchecked definition.

    :raises CannotRead: a type of gap that is not supported.
    """
    gaps: list[dict[str, Any]] = []
    marked: list[str] = []
    position = 0
    for gap in _gaps_in(source):
        kind, definition = _gap(gap.kind, gap.written, texts)
        gaps.append({"id": len(gaps) + 1, "type": kind, "weight": gap.weight, "definition": definition})
        marked += [source[position : gap.start], f"[[{len(gaps)}]]"]
        position = gap.end
    return "".join([*marked, source[position:]]), {"gaps": gaps}


class _Gap(NamedTuple):
    """A gap in the source: `{weight:kind:written}` from `start` to `end`."""

    start: int
    end: int
    weight: int
    kind: str
    written: str


def _gaps_in(source: str) -> Iterator[_Gap]:
    """Every character is looked at once: one expression for the whole would read to the end of the text for
    each gap that is not closed."""
    position = 0
    while start := _START.search(source, position):
        written = _TO_THE_END.match(source, start.end())
        assert written is not None  # it matches an empty text, too
        position = written.end() + 1
        if position > len(source) or source[written.end()] != "}":
            return  # what is not closed here is not closed later
        yield _Gap(start.start(), position, int(start[1] or 1), start[2], written[0])


def _gap(kind: str, written: str, texts: Texts) -> tuple[str, dict[str, Any]]:
    answers = [_answer(answer, texts) for answer in _BETWEEN.split(written)]
    if kind in _CHOICES | _SHUFFLED:
        return "multiple_choice", {"options": answers, "shuffle": kind in _SHUFFLED}
    if kind in _SHORT | _SHORT_WITH_CASE:
        return "short_answer", {"accepted": answers, "caseSensitive": kind in _SHORT_WITH_CASE}
    if kind in _NUMBERS:
        for answer in answers:
            if answer["text"] == "*":
                shares.leave_out_catch_all(Decimal(str(answer["fraction"])), texts)
        return "numerical", {"accepted": [_number(a) for a in answers if a["text"] != "*"]}
    raise CannotRead(f"a type of gap that is not supported: {kind}")


def _answer(written: str, texts: Texts) -> dict[str, Any]:
    before, *after = _BEFORE_FEEDBACK.split(written, maxsplit=1)
    weight = _WEIGHT.match(before.strip())
    text = before.strip()[weight.end() :] if weight else before
    share = shares.of_percent(weight[2]) if weight and weight[2] else Decimal(1 if weight else 0)
    feedback = _plain(after[0]) if after else ""
    if "<" in text:
        texts.note("check the gaps of this question: one has HTML in its answers")
    return {"text": _plain(text), "fraction": float(share), **({"feedback": feedback} if feedback else {})}


def _number(answer: dict[str, Any]) -> dict[str, Any]:
    value, _, tolerance = answer.pop("text").partition(":")
    return {"value": value, "tolerance": tolerance or "0", **answer}


def _plain(written: str) -> str:
    return " ".join(unescape(re.sub(r"\\(.)", r"\1", written)).split())
