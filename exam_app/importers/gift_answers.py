"""The text between the braces of a GIFT question: its type and its definition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam_app.importers import gift_ordering, shares
from exam_app.importers.base import CannotRead
from exam_app.importers.gift_syntax import restore
from exam_app.importers.gift_text import GiftTexts

TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_WEIGHT = re.compile(r"\s*%\s*([-+]?[0-9]{1,3}(?:[.,][0-9]{0,20})?)\s*%")


@dataclass
class Entry:
    """One answer as written: its mark (`=`, `~`, or "" without one), weight, text and feedback."""

    mark: str
    weight: Decimal | None
    text: str
    feedback: str

    @property
    def share(self) -> Decimal:
        if self.weight is not None:
            return self.weight
        return Decimal(0) if self.mark == "~" else shares.FULL


def read(answers: str, texts: GiftTexts) -> tuple[str, dict[str, Any]]:
    """The type's name and an unchecked definition; `CannotRead` if it is malformed."""
    body, _, general = answers.partition("####")
    kind, definition = _definition(body.strip(), texts)
    return kind, {**definition, **_feedback("feedback", general, texts)}


def _definition(body: str, texts: GiftTexts) -> tuple[str, dict[str, Any]]:
    if not body:
        return "essay", {}
    if body.startswith(">"):
        return "ordering", gift_ordering.read(body, texts)
    if body.startswith("#"):
        return "numerical", _numerical(body[1:], texts)
    if body.partition("#")[0].strip().upper() in TRUTH:
        return "true_false", _true_false(body, texts)
    entries = _entries(body)
    if any(entry.mark == "~" for entry in entries):
        return _choice(entries, texts)
    if any("->" in entry.text for entry in entries):
        return "matching", _matching(entries, texts)
    return "short_answer", _short_answer(entries, texts)


def _entries(body: str) -> list[Entry]:
    """The answers, split at each unescaped `=`, `~` or `~=` (a legacy `=`); without any, one answer."""
    first, *rest = re.split("(~=|[=~])", body)
    if first.strip() and rest:
        raise CannotRead(f"text before the first answer: {_shortened(first)}")
    if not rest:
        return [_entry("", first)]
    return [_entry(mark[-1], text) for mark, text in zip(rest[::2], rest[1::2], strict=True)]


def _entry(mark: str, source: str) -> Entry:
    text, _, feedback = source.partition("#")
    weight = _WEIGHT.match(text)
    if not weight:
        return Entry(mark, None, text.strip(), feedback)
    return Entry(mark, shares.of_percent(weight[1]), text[weight.end() :].strip(), feedback)


def _choice(entries: list[Entry], texts: GiftTexts) -> tuple[str, dict[str, Any]]:
    """As in Moodle: single choice if any answer is marked `=`, multiple response if all are marked `~`."""
    single = any(entry.mark == "=" for entry in entries)
    kind, worth = shares.normalized([entry.share for entry in entries], single, texts)
    options = [
        {"text": texts.read(entry.text), "fraction": float(share), **_own_feedback(entry, texts)}
        for entry, share in zip(entries, worth, strict=True)
    ]
    return kind, {"options": options}


def _matching(entries: list[Entry], texts: GiftTexts) -> dict[str, Any]:
    """`=stem -> choice` each; a choice without a stem is a distractor."""
    stems, choices = [], []
    for entry in entries:
        stem, arrow, choice = entry.text.partition("->")
        if not arrow:
            raise CannotRead(f"a pair without ->: {_shortened(entry.text)}")
        if entry.weight is not None:
            raise CannotRead("pairs with a weight are not supported: each is worth the same")
        if entry.feedback.strip():
            texts.note("feedback on a pair was left out")
        if stem.strip():
            stems.append({"text": texts.read(stem), "choice": texts.read(choice, typed=True)})
        else:
            choices.append({"text": texts.read(choice, typed=True)})
    return {"stems": stems, "choices": choices}


def _short_answer(entries: list[Entry], texts: GiftTexts) -> dict[str, Any]:
    if not entries[0].mark:
        texts.note("an answer without = was read as a short answer")
    accepted = [
        {
            "text": texts.read(entry.text, typed=True),
            "fraction": float(entry.share),
            **_own_feedback(entry, texts),
        }
        for entry in entries
    ]
    return {"accepted": accepted}


def _true_false(body: str, texts: GiftTexts) -> dict[str, Any]:
    """`{T#feedback if wrong#feedback if right}`, both optional."""
    word, *feedback = body.split("#", 2)
    correct = TRUTH[word.strip().upper()]
    wrong, right = (*feedback, "", "")[:2]
    keys = ("feedbackFalse", "feedbackTrue") if correct else ("feedbackTrue", "feedbackFalse")
    return {"correct": correct, **_feedback(keys[0], wrong, texts), **_feedback(keys[1], right, texts)}


def _numerical(body: str, texts: GiftTexts) -> dict[str, Any]:
    accepted = []
    for entry in _entries(body):
        if entry.mark == "~" or entry.text == "*":
            shares.leave_out_catch_all(entry.weight or Decimal(0), texts)
        else:
            share = {"fraction": float(entry.share)}
            accepted.append({**interval(entry.text), **share, **_own_feedback(entry, texts)})
    return {"accepted": accepted}


def interval(text: str) -> dict[str, str]:
    """`1..5`, `3.14:0.01` or `42`; the type checks whether these are numbers."""
    low, is_range, high = text.partition("..")
    if is_range:
        return {"min": restore(low), "max": restore(high)}
    value, has_tolerance, tolerance = text.partition(":")
    return {"value": restore(value), "tolerance": restore(tolerance) if has_tolerance else "0"}


def _own_feedback(entry: Entry, texts: GiftTexts) -> dict[str, str]:
    return _feedback("feedback", entry.feedback, texts)


def _feedback(key: str, source: str, texts: GiftTexts) -> dict[str, str]:
    text = texts.read(source, is_feedback=True)
    return {key: text} if text else {}


def _shortened(source: str) -> str:
    words = " ".join(restore(source).split())
    return words if len(words) <= 40 else words[:39] + "…"
