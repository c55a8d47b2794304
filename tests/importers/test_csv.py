from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from exam_app import errors
from exam_app.importers import ImportedQuestion, ImportReport, read_questions

SAMPLE = Path(__file__).parent / "samples" / "geography.csv"
HEAD = "type,text,options,correct"


def read(rows: str, head: str = HEAD) -> ImportReport:
    return read_questions(f"{head}\n{rows}\n".encode(), None, "questions.csv")


def one(rows: str, head: str = HEAD) -> ImportedQuestion:
    report = read(rows, head)
    assert not report.refused
    (found,) = report.questions
    return found


def refusal(row: str, head: str = HEAD) -> str:
    report = read(row, head)
    assert not report.questions
    (refused,) = report.refused
    assert refused.line == 2
    return refused.reason


def test_a_table_of_a_spreadsheet() -> None:
    report = read_questions(SAMPLE.read_bytes(), None, SAMPLE.name)
    assert report.format == "csv"
    assert [(q.line, q.type, q.name) for q in report.questions] == [
        (2, "multiple_choice", "Capital"),
        (3, "multiple_response", "Rivers"),
        (5, "true_false", "Nile"),
        (6, "short_answer", "Sea"),
        (8, "numerical", "Height"),
    ]
    assert [(r.line, r.reason.partition(":")[0]) for r in report.refused] == [
        (4, "column type"),
        (9, "column correct"),
    ]


def test_every_column_is_read() -> None:
    capital = read_questions(SAMPLE.read_bytes(), None, SAMPLE.name).questions[0]
    assert (capital.points, capital.category, capital.tags) == (
        Decimal(2),
        "Geography/Oceania",
        ("easy", "capitals"),
    )
    assert capital.definition["feedback"] == "Since 1913."
    assert [(o["text"], o["fraction"]) for o in capital.definition["options"]] == [
        ("Sydney", 0.0),
        ("Canberra", 1.0),
        ("Perth", 0.0),
    ]


def test_a_cloze_has_its_gaps_in_the_text() -> None:
    found = one('cloze,"In {1:SA:=Bern~%50%Berne}, {2:MC:=yes~no} and {:NM:=3.5:0.1}",,')
    assert found.text == "In [[1]], [[2]] and [[3]]"
    assert [(gap["type"], gap["weight"]) for gap in found.definition["gaps"]] == [
        ("short_answer", 1),
        ("multiple_choice", 2),
        ("numerical", 1),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_byte_order_marks(delimiter: str, end: str, mark: bytes) -> None:
    head = ' "Text" , TYPE ,Correct'.replace(",", delimiter)
    text = f"{head}{end}Yes?{delimiter}true_false{delimiter}T{end}{end}".encode()
    (found,) = read_questions(mark + text, None, "a.txt").questions
    assert (found.text, found.definition) == ("Yes?", {"correct": True})


def test_windows_1252_is_read_with_a_note() -> None:
    data = f"{HEAD}\ntrue_false,Ist es größer als 5 €?,,F\n".encode("cp1252")
    report = read_questions(data, None, "a.csv")
    assert (report.encoding, report.questions[0].text) == ("latin-1", "Ist es größer als 5 €?")
    assert [(note.line, "Windows-1252" in note.text) for note in report.notes] == [(1, True)]


def test_right_and_wrong_options_weigh_the_same() -> None:
    found = one("multiple response,Which?,a|b|c|d,1|2|3")
    assert [o["fraction"] for o in found.definition["options"]] == [
        0.3333333,
        0.3333333,
        0.3333333,
        -0.3333333,
    ]


def test_a_bar_can_be_escaped() -> None:
    found = one(r"multiple_choice,Which is a pipe?,\||&,a")
    assert [o["text"] for o in found.definition["options"]] == ["|", "&"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("cloze x,Text,,", "column type"),
        ("true_false,,,T", "no text"),
        ("true_false,Yes?,,maybe", "column correct"),
        ("cloze,In [[1]],,", "column text: has no gap"),
        ("cloze,In {1:ESSAY:=x},,", "a type of gap that is not supported: ESSAY"),
        ("cloze,In {1:SA:=x},a|b,", "column options: must be empty"),
        ("true_false,Yes?,a|b,T", "column options: must be empty"),
        ("multiple_choice,Which?,,1", "column options: is required"),
        ("multiple_choice,Which?,a|b,", "column correct: is required"),
        ("multiple_choice,Which?,a|b,1|2", "column correct: exactly one"),
        ("multiple_choice,Which?,a|b,3", "column correct"),
        ("multiple_choice,Which?,a|b,0", "column correct"),
        ("multiple_choice,Which?,a,1", "options"),
        ("numerical,How much?,,much", "accepted"),
        ("true_false,Yes?,,T,more", "more cells"),
    ],
)
def test_a_row_is_refused_with_its_column(row: str, reason: str) -> None:
    assert reason in refusal(row)


@pytest.mark.parametrize("points", ["0", "-1", "x", "1.005", "99999", "NaN", "1e-999999"])
def test_invalid_points_are_refused(points: str) -> None:
    assert "column points" in refusal(f"true_false,Yes?,T,{points}", "type,text,correct,points")


def test_a_quote_that_is_not_closed_refuses_the_rest() -> None:
    report = read('true_false,Yes?,,T\ntrue_false,"Yes?,,T')
    assert len(report.questions) == 1
    assert report.refused[0].line == 3
    assert "rest of the file" in report.refused[0].reason


@pytest.mark.parametrize(
    ("head", "words"),
    [("type,options", "missing: text"), ("type,text,colour", "colour"), ("type,text,Text", "twice")],
)
def test_columns_must_be_known(head: str, words: str) -> None:
    with pytest.raises(errors.InvalidInput, match=words):
        read_questions(f"{head}\n".encode(), "csv", "a.csv")
