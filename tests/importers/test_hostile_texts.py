"""Question files that are made to be slow: each character is looked at a bounded number of times."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from exam_app.errors import InvalidInput
from exam_app.importers import read_questions

FAMILIES = {
    "braces that open": "{",
    "braces that close": "}",
    "gaps that are not closed": "{1:SA:",
    "gaps of dashes": "{1:SHORTANSWER:=a~%50%b#c~",
    "backslashes": "\\",
    "spaces": " ",
    "tabs and words": " \t>3 ALL",
    "line breaks": "\n",
    "ordering": ">1 \t",
    "tags": '<a b="',
    "tags that close": "<p></p>",
    "comparisons": "<",
    "ampersands": "&amp;",
    "markers": "[html]",
    "combining marks": "a" + "\u0301" * 50 + "\u0316" * 50,
    "tildes": "=a~",
    "percents": "%50%",
    "bars": "a\\|",
    "quotes": '"',
    "digits": "9",
    "pictures": "data:image/png;base64,AAAA",
    "marks of a cloze text": "[[1]]",
    "answers": "\nA. a\nANSWER: A",
}
WRAPPINGS = {
    "gift": ("::a:: b {", "}"),
    "gift ordering": ("::a:: b {>", "!\nc\n}"),
    "aiken": ("Question?\nA. a\nB. b", "\nANSWER: A\n"),
    "csv": ("type,question,answer\nshort_answer,", ",a\n"),
    "moodle_xml": (
        '<quiz><question type="cloze"><questiontext format="html"><text><![CDATA[',
        "]]></text></questiontext></question></quiz>",
    ),
}
SMALL, LARGE = 20_000, 80_000


@pytest.mark.parametrize("text", FAMILIES.values(), ids=list(FAMILIES))
@pytest.mark.parametrize("format", list(WRAPPINGS))
def test_reading_takes_linear_time(format: str, text: str) -> None:
    read(format, text, 100)  # fills the caches
    small, large = read(format, text, SMALL), read(format, text, LARGE)
    assert large < 0.3 or large < small * 8  # quadratic would be 16 times as long


def read(format: str, text: str, length: int) -> float:
    """The CPU seconds that a file with so many characters of this text takes."""
    before, after = WRAPPINGS[format]
    data = (before + text * (length // len(text)) + after).encode()
    started = time.thread_time()
    with suppress(InvalidInput):  # as a whole, or one after the other: in time
        read_questions(data, format.split()[0], "questions")
    return time.thread_time() - started
