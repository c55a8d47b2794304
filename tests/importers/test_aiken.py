from __future__ import annotations

from pathlib import Path

import pytest

from exam_app.importers import ImportReport, read_questions

SAMPLE = Path(__file__).parent / "samples" / "geography.aiken.txt"
GOOD = "Is it?\nA. yes\nB. no\nANSWER: A\n"


def read(text: str) -> ImportReport:
    return read_questions(text.encode(), "aiken", "questions.txt")


def test_a_file_is_recognised_and_read() -> None:
    report = read_questions(SAMPLE.read_bytes(), None, SAMPLE.name)
    assert report.format == "aiken"
    assert not report.refused
    assert [question.line for question in report.questions] == [1, 7, 14, 19, 25, 33]
    rivers = report.questions[0]
    assert (rivers.type, rivers.text) == (
        "multiple_choice",
        "Which river flows through Vienna, Budapest and Belgrade?",
    )
    assert [(option["text"], option["fraction"]) for option in rivers.definition["options"]] == [
        ("the Rhine", 0.0),
        ("the Danube", 1.0),
        ("the Elbe", 0.0),
    ]


def test_letters_and_the_answer_line_are_read_in_common_notations() -> None:
    (question,) = read("A. Einstein was born in\na) Ulm\nb) Bern\nAnswer : b").questions
    assert question.text == "A. Einstein was born in"
    assert [option["fraction"] for option in question.definition["options"]] == [0.0, 1.0]


def test_a_question_of_several_lines_and_a_joined_option_are_noted() -> None:
    report = read("First.\n\nSecond?\nA. one\n   more of one\nB. two\nANSWER: A")
    (question,) = report.questions
    assert question.text == "First.\n\nSecond?"
    assert question.definition["options"][0]["text"] == "one\nmore of one"
    assert [note.line for note in report.notes] == [3, 5]


def test_html_becomes_plain_text_with_one_note() -> None:
    report = read("<p>Which <b>one</b>?</p>\nA. <i>a</i>\nB. b\nANSWER: A")
    assert report.questions[0].text == "Which one?"
    assert [note.text for note in report.notes] == ["HTML was turned into plain text"]


@pytest.mark.parametrize(
    ("broken", "line", "reason"),
    [
        ("Is it?\nA. yes\nB. no\n", 1, "the ANSWER line is missing"),
        ("Is it?\nA. yes\nB. no\nANSWER: C\n", 1, "the ANSWER line must name one of the options, not 'C'"),
        (
            "Is it?\nA. yes\nB. no\nANSWER: A, B\n",
            1,
            "the ANSWER line must name one of the options, not 'A, B'",
        ),
        ("Is it?\nA. yes\nB. no\nANSWER:\n", 1, "the ANSWER line must name one of the options, not ''"),
        ("Is it?\nA. yes\nANSWER: A\n", 1, "options: Must have 2 to 100 entries."),
        ("Is it?\nA. yes\nB.\nANSWER: A\n", 1, "options.1.text: Must not be empty."),
        ("Is it?\nA. yes\nC. no\nANSWER: A\n", 1, "line 3: option C, expected B"),
        ("Is it?\nANSWER: A\n", 1, "not a question: no options follow"),
        ("ANSWER: A\n", 1, "the question has no text"),
        ("x" * 20_001 + "\nA. yes\nB. no\nANSWER: A\n", 1, "the text is longer than 20000 characters"),
    ],
)
def test_a_refused_question_is_named_and_the_rest_is_read(broken: str, line: int, reason: str) -> None:
    report = read(f"{broken}\n{GOOD}")
    assert [(refused.line, refused.reason) for refused in report.refused] == [(line, reason)]
    assert [question.text for question in report.questions] == ["Is it?"]


def test_more_options_than_letters_are_refused() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = "Which?\n" + "".join(f"{letter}. option\n" for letter in letters) + "A. again\nANSWER: A"
    assert len(read(text).refused) == 1


def test_a_truncated_last_question_is_refused() -> None:
    report = read(GOOD + "\nAnd this?\nA. y")
    assert len(report.questions) == 1
    assert [refused.line for refused in report.refused] == [6]
