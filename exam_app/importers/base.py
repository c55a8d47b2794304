"""The report of an importer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from exam_app import errors
from exam_app.rules import question_types

MAX_TEXT = 20_000
MAX_NAME = 200
NAME_FROM_TEXT = 60


@dataclass(frozen=True)
class Image:
    """A picture of a supported type and size; `alt` is its description."""

    data: bytes
    alt: str

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content in hexadecimal, under which it is stored."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class ImportedQuestion:
    """A question with a valid `definition`; `line` is where it starts in the file.

    Its texts refer to `images` by number: `[image 1]` is the first.
    """

    type: str
    name: str
    text: str
    definition: dict[str, Any]
    line: int
    points: Decimal = Decimal(1)
    category: str | None = None
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A part of the file that was not imported, with the reason."""

    line: int
    reason: str


@dataclass(frozen=True)
class Note:
    """Something that was changed or omitted, or that should be checked."""

    line: int
    text: str


@dataclass
class ImportReport:
    """Everything found in one file, in its order."""

    format: str
    encoding: str
    questions: list[ImportedQuestion] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def accept(self, question: ImportedQuestion, notes: Iterable[str] = ()) -> None:
        """Add a question, and yield to other green threads, so that saves are not delayed."""
        self.questions.append(question)
        self.notes.extend(Note(question.line, text) for text in notes)
        time.sleep(0)

    def refuse(self, line: int, reason: str) -> None:
        self.refused.append(Refusal(line, reason))

    def lines(self) -> list[str]:
        """The report as text, one entry per line, by line number: questions, refusals and notes."""
        entries = [(q.line, 0, f"line {q.line}: read {q.type}: {q.name}") for q in self.questions]
        entries += [(r.line, 1, f"line {r.line}: refused: {r.reason}") for r in self.refused]
        entries += [(n.line, 2, f"line {n.line}: note: {n.text}") for n in self.notes]
        return [text for _line, _rank, text in sorted(entries, key=lambda entry: entry[:2])]


class CannotRead(Exception):
    """Why one question is refused. Raised and caught inside the importers only."""


def check_text(text: str) -> str:
    """The text of a question; `CannotRead` if it is missing or too long."""
    if not text:
        raise CannotRead("the question has no text")
    if len(text) > MAX_TEXT:
        raise CannotRead(f"the text is longer than {MAX_TEXT} characters")
    return text


def name_for(text: str) -> str:
    """A name for a question without one: the beginning of its text."""
    words = " ".join(text.split())
    return words if len(words) <= NAME_FROM_TEXT else words[: NAME_FROM_TEXT - 1].rstrip() + "…"


def check_definition(kind: str, definition: dict[str, Any], text: str) -> dict[str, Any]:
    """The definition in its normal form, for a question with this text; `CannotRead` with the problems found
    by the type."""
    if kind not in question_types.names():
        raise CannotRead(f"type not supported yet: {kind}")
    try:
        return question_types.checked_definition(kind, definition, text)
    except errors.InvalidInput as problem:
        objections = [f"{name}: {' '.join(messages)}" for name, messages in problem.details.items()]
        raise CannotRead("; ".join(objections)) from None
