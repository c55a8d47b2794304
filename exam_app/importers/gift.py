"""GIFT, the text format of Moodle that many systems export: https://docs.moodle.org/en/GIFT_format"""

from __future__ import annotations

import re

from exam_app.importers import gift_answers
from exam_app.importers.assembly import assembled
from exam_app.importers.base import CannotRead, ImportedQuestion, ImportReport
from exam_app.importers.gift_syntax import Block, blocks, protect, restore
from exam_app.importers.gift_text import MAX_SOURCE, GiftTexts

BLANK = "_____"
_SIGN = re.compile(r"::|\}\s*$|^\$CATEGORY:", re.IGNORECASE)


def read(text: str, report: ImportReport) -> None:
    """Add every item of the file to the report, as a question or as a refusal, with its notes."""
    for block in blocks(text):
        texts = GiftTexts()
        try:
            question = _question(block, texts)
        except CannotRead as problem:
            report.refuse(block.line, str(problem))
            continue
        report.accept(question, [*block.notes, *texts.notes])


def signs(text: str) -> int:
    """The number of lines that look like GIFT."""
    return sum(1 for line in text.split("\n") if _SIGN.search(protect(line)))


def _question(block: Block, texts: GiftTexts) -> ImportedQuestion:
    if len(block.text) > MAX_SOURCE:
        raise CannotRead(f"longer than {MAX_SOURCE} characters; perhaps a closing brace is missing")
    title, rest = _title(block.text)
    before, answers, after = _parts(rest)
    text = texts.question(_with_blank(before, after))
    kind, definition = gift_answers.read(answers, texts)
    return assembled(
        texts,
        type=kind,
        name=title,
        text=text,
        definition=definition,
        line=block.line,
        category=block.category,
    )


def _title(text: str) -> tuple[str, str]:
    """`::title::` at the beginning, on one line, and the rest."""
    if not text.startswith("::"):
        return "", text
    title, closed, rest = text[2:].partition("::")
    if not closed:
        raise CannotRead("the title is not closed by ::")
    return " ".join(restore(title).split()), rest


def _parts(text: str) -> tuple[str, str, str]:
    """The text before, between and after the braces."""
    before, opened, rest = text.partition("{")
    if "}" in before:
        raise CannotRead("a closing brace without an opening one")
    if not opened:
        raise CannotRead("not a question: no answers in braces (a description)")
    end = _closing_brace(rest)
    answers, after = rest[:end], rest[end + 1 :]
    if "{" in after or "}" in after:
        raise CannotRead(r"more than one pair of braces; write \{ and \} for braces in a text")
    return before, answers, after


def _closing_brace(text: str) -> int:
    depth = 1
    for brace in re.finditer("[{}]", text):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    raise CannotRead("the closing brace is missing")


def _with_blank(before: str, after: str) -> str:
    """The missing-word form: with text after them, the braces become a blank in the sentence."""
    return f"{before.rstrip()} {BLANK}{after}" if after.strip() else before
