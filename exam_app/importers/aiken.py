"""Aiken, the simplest format: a question, lettered options, a line `ANSWER: B`.

https://docs.moodle.org/en/Aiken_format
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from exam_app.importers import plain_text
from exam_app.importers.base import (
    CannotRead,
    ImportedQuestion,
    ImportReport,
    Note,
    check_definition,
    check_text,
    name_for,
)

_ANSWER = re.compile(r"ANSWER\s{0,3}:(.*)", re.IGNORECASE)
_OPTION = re.compile(r"([A-Za-z])[.)](.*)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class _Draft:
    """A question while its lines are being read."""

    line: int
    text: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problem: str | None = None

    def next_letter(self) -> str:
        return _LETTERS[len(self.options)] if len(self.options) < len(_LETTERS) else ""


def read(text: str, report: ImportReport) -> None:
    """Add every question to the report; one without an ANSWER line ends where the next one starts."""
    draft: _Draft | None = None
    after_blank = False
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            after_blank = True
            continue
        answer = _ANSWER.fullmatch(line)
        if draft and after_blank and not answer and _starts_new_question(draft, line):
            _finish(draft, None, report)
            draft = None
        draft = draft or _Draft(number)
        if answer:
            _finish(draft, answer[1].strip(), report)
            draft = None
        else:
            _add_line(draft, line, number, after_blank)
        after_blank = False
    if draft:
        _finish(draft, None, report)


def signs(text: str) -> int:
    """The number of lines that look like Aiken; ANSWER lines count twice, as each ends a whole question."""
    return 2 * sum(1 for line in text.split("\n") if _ANSWER.fullmatch(line.strip()))


def _starts_new_question(draft: _Draft, line: str) -> bool:
    return bool(draft.options) and not _option(draft, line)


def _option(draft: _Draft, line: str) -> str | None:
    """The text of the next expected option, if the line is one."""
    found = _OPTION.fullmatch(line)
    if found and draft.text and found[1].upper() == draft.next_letter():
        return found[2].strip() or " "
    return None


def _add_line(draft: _Draft, line: str, number: int, after_blank: bool) -> None:
    option = _option(draft, line)
    if option is not None:
        draft.options.append(option)
    elif not draft.options:
        if draft.text and after_blank:
            draft.notes.append(Note(number, "the text continues after a blank line; check this question"))
            draft.text.append("")
        draft.text.append(line)
    elif re.match(r"[A-Z][.)]\s", line):
        draft.problem = draft.problem or f"line {number}: option {line[0]}, expected {draft.next_letter()}"
    else:
        draft.options[-1] += f"\n{line}"
        draft.notes.append(Note(number, "the line was joined to the option above it"))


def _finish(draft: _Draft, answer: str | None, report: ImportReport) -> None:
    try:
        question = _question(draft, answer)
    except CannotRead as problem:
        report.refuse(draft.line, str(problem))
        return
    report.accept(question)
    report.notes.extend(draft.notes)


def _question(draft: _Draft, answer: str | None) -> ImportedQuestion:
    if draft.problem:
        raise CannotRead(draft.problem)
    text = check_text(_plain("\n".join(draft.text), draft))
    if not draft.options:
        raise CannotRead("not a question: no options follow")
    if answer is None:
        raise CannotRead("the ANSWER line is missing")
    right = _LETTERS.find(answer.upper()) if len(answer) == 1 else -1
    if not 0 <= right < len(draft.options):
        raise CannotRead(f"the ANSWER line must name one of the options, not {answer[:20]!r}")
    options = [
        {"text": _plain(option, draft), "fraction": 1.0 if index == right else 0.0}
        for index, option in enumerate(draft.options)
    ]
    definition = check_definition("multiple_choice", {"options": options}, text)
    return ImportedQuestion("multiple_choice", name_for(text), text, definition, draft.line)


def _plain(text: str, draft: _Draft) -> str:
    """The text without HTML, which some systems write into Aiken files."""
    if not plain_text.looks_like_html(text):
        return plain_text.tidy(text)
    note = Note(draft.line, "HTML was turned into plain text")
    if note not in draft.notes:
        draft.notes.append(note)
    return plain_text.from_html(text)[0]
