"""Rules for every file: formats, encodings, and that invalid input is refused without an error of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exam_app import errors, importers
from exam_app.importers import ImportReport, plain_text, read_questions
from exam_app.rules import question_types

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
GIFT = "Ist es größer als 5 €? {T}"
FORMATS = [None, *importers.FORMATS]
AIKEN = "Is it?\nA. yes\nB. no\nANSWER: A\n"


def check_report(report: ImportReport, text_lines: int) -> None:
    for question in report.questions:
        kind = question_types.get(question.type)
        assert kind.validate_definition(question.definition) == question.definition
        assert question.text
        assert 0 < len(question.name) <= 200
    lines = (
        [q.line for q in report.questions] + [r.line for r in report.refused] + [n.line for n in report.notes]
    )
    assert all(1 <= line <= text_lines for line in lines)
    report.lines()


def read_anything(data: bytes, format: str | None) -> None:
    try:
        report = read_questions(data, format, "upload.txt")
    except errors.InvalidInput as problem:
        assert problem.message
    else:
        check_report(report, data.count(b"\n") + data.count(b"\r") + 1)


@pytest.mark.parametrize(
    ("text", "filename", "format"),
    [
        (GIFT, "a.txt", "gift"),
        ("::a::b", "a.txt", "gift"),
        (AIKEN, "a.txt", "aiken"),
        ("<?xml version='1.0'?><!-- {T} --><quiz/>", "a.gift", "moodle_xml"),
        ("Text;Type\nIs it?;{T}", "a.gift", "csv"),
        (AIKEN + "{T}", "a.gift", "aiken"),
        ("nothing in particular", "a.gift", "gift"),
        ("nothing in particular", "a.aiken.txt", "aiken"),
    ],
)
def test_the_format_is_detected_by_content_then_by_name(text: str, filename: str, format: str) -> None:
    assert read_questions(text.encode(), None, filename).format == format


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"", None),
        (b" \r\n\t", "gift"),
        (b"\xef\xbb\xbf", "gift"),
        (b"nothing in particular", None),
        (b"a{T}", "moodle_xml"),
        (b"a{T}", "csv"),
        (b"a{T}", "word"),
        (b"a\0b{T}", "gift"),
        ("a\ufdd0b{T}".encode(), "gift"),
        (b"x" * 10_000_001, "gift"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(data: bytes, format: str | None) -> None:
    with pytest.raises(errors.InvalidInput):
        read_questions(data, format, "a.txt")


def test_latin_1_is_refused_with_its_place_unless_it_is_declared() -> None:
    data = f"Is it? {{T}}\r\n\r\n{GIFT}".encode("cp1252")
    with pytest.raises(errors.InvalidInput, match="--encoding latin-1") as caught:
        read_questions(data, "gift", "a.gift")
    assert caught.value.details == {"line": 3, "byte": 23}
    report = read_questions(data, "gift", "a.gift", encoding="Latin-1")
    assert report.encoding == "latin-1"
    assert report.questions[1].text == "Ist es größer als 5 €?"


def test_utf_16_is_named_and_read_when_declared() -> None:
    data = GIFT.encode("utf-16")
    with pytest.raises(errors.InvalidInput, match="UTF-16"):
        read_questions(data, None, "a.gift")
    assert read_questions(data, None, "a.gift", encoding="utf-16").questions[0].text == GIFT.removesuffix(
        " {T}"
    )
    with pytest.raises(errors.InvalidInput):
        read_questions(b"\xff\xfea", None, "a.gift", encoding="utf-16")


def test_a_byte_order_mark_overrides_a_declaration() -> None:
    report = read_questions(b"\xef\xbb\xbf" + GIFT.encode(), None, "a.gift", encoding="latin-1")
    assert (report.encoding, report.questions[0].text) == ("utf-8", GIFT.removesuffix(" {T}"))


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(errors.InvalidInput, match="ebcdic"):
        read_questions(GIFT.encode(), None, "a.gift", encoding="ebcdic")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_truncated_file_is_read_up_to_the_cut(sample: Path) -> None:
    data = sample.read_bytes()
    for end in range(0, len(data), 37):
        read_anything(data[:end], None)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.sampled_from(FORMATS), st.data())
def test_a_mutated_file_is_read_or_refused(sample: Path, format: str | None, data: st.DataObject) -> None:
    content = bytearray(sample.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 30))
        content[start : start + length] = data.draw(
            st.binary(max_size=6)
            | st.sampled_from(
                [b"{", b"}", b"\n\n", b"::", b"%", b"#", b"\\", b"<!--", b"&#0;", b"</text>", b'"', b";"]
            )
        )
    read_anything(bytes(content), format)


SYNTAX = [
    *("{", "}", "=", "~", "#", "####", "%", "%50%", "%-50%", "::", ":", "..", "->", "\\", "\\n", "\\{"),
    *("T", "FALSE", "1..5", "3:0.1", "a", "B.", "ANSWER:", "$CATEGORY:", "//", "[html]", "[plain]"),
    *(
        "<quiz>",
        "</quiz>",
        '<question type="multichoice">',
        "</question>",
        "<text>",
        "</text>",
        "<![CDATA[",
        "]]>",
    ),
    *("<!DOCTYPE", '<answer fraction="50">', "</answer>", "type,text", ",", ";", '"', "|", "true_false"),
    *("<b>", "</b>", "<sup>", "<p", "&amp;", "&#xD800;", "é", "\n", "\n\n", " ", "\t", "\u2028", "\x0b"),
]
pieces = st.sampled_from(SYNTAX)


@settings(max_examples=400, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join), st.sampled_from(FORMATS))
def test_any_mix_of_syntax_is_read_or_refused(text: str, format: str | None) -> None:
    read_anything(text.encode(), format)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(FORMATS))
def test_any_bytes_are_read_or_refused(data: bytes, format: str | None) -> None:
    read_anything(data, format)


@given(st.text(max_size=200))
def test_html_of_any_kind_becomes_text(source: str) -> None:
    plain_text.from_html(source)


HOSTILE = [
    *("{", "}", "{}", "::", "~", "=", "#", "%", "\\", "//", "{T}\n", "{\n\n=", "\n", "a{~%50%b~%50%c}\n\n"),
    *(
        "<quiz>",
        "<quiz><question>",
        "<quiz><!--",
        "<quiz>&amp;",
        "type,text\n",
        'type,text\n"',
        "|",
        "\\|",
        "&#1;",
    ),
    *('<a x="" ', '[html]<a ">{T}\n\n', "A.", "A. x\nB. y\nANSWER: A\n", "A\nB. "),
]


MOST_WORK = 10
"""Limit in CPU seconds of this thread, independent of the machine's load: it takes a tenth of a second, and
minutes in quadratic time."""


def work_of(function: Callable[..., Any], *args: Any) -> float:
    before = time.thread_time()
    function(*args)
    return time.thread_time() - before


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("format", importers.FORMATS)
def test_no_repeated_input_is_slow(piece: str, format: str) -> None:
    data = (piece * (200_000 // len(piece)) + "x").encode()
    assert work_of(read_anything, data, format) < MOST_WORK


@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", '<a "', '<a ">', "<sup>", "</", "<![", "<?", "&", "<script>", "<p b="]
)
def test_no_repeated_html_is_slow(piece: str) -> None:
    assert work_of(plain_text.from_html, piece * (60_000 // len(piece))) < MOST_WORK
