"""The pages of the question bank, used without JavaScript."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from exam_app.extensions import db
from exam_app.models import Question, Test
from tests.helpers.pages import PageClient

SAMPLES = Path(__file__).parents[1] / "importers" / "samples"
PATH = "/questions/import"


@pytest.fixture
def page(app: Flask, cast: SimpleNamespace) -> PageClient:
    """Ines's browser."""
    return PageClient(app, cast.ines)


def upload(page: PageClient, data: bytes, name: str = "a.xml", **fields: str) -> Any:
    return page.post(PATH, file=(BytesIO(data), name), **fields)


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Question)) or 0


def test_a_file_is_imported_and_becomes_a_test(page: PageClient) -> None:
    assert "There are no questions yet." in page.get("/questions").words
    shown = upload(page, b"::Sky::Is it blue? {T}\n\n::Sea::Is it dry? {F}", "a.gift", title="Colours")
    assert shown.path == "/questions"
    assert "2 questions imported. They are in the new test “Colours”." in shown.words
    assert "Sky" in shown.words and "true false" in shown.words
    test = db.session.scalars(select(Test)).one()
    assert (test.title, test.duration_minutes, test.is_active, len(test.items)) == ("Colours", 4, False, 2)


def test_refused_questions_block_the_import_until_they_are_skipped(page: PageClient) -> None:
    data = (SAMPLES / "plants_export.xml").read_bytes()
    shown = upload(page, data, title="Plants")
    assert shown.status_code == 422
    assert "Nothing was imported" in shown.words
    assert "3 questions rejected, see below." in shown.words
    assert "165 type not supported: ddmarker" in shown.words
    assert "hints for multiple tries were left out" in shown.words
    assert stored() == 0
    shown = upload(page, data, title="Plants", skip="1")
    assert "5 questions imported." in shown.words
    assert stored() == 5


def test_questions_are_entered_in_the_documented_notation(page: PageClient) -> None:
    source = page.get(PATH).get_data(as_text=True)
    example = unescape(source.partition('<pre class="code">')[2].partition("</pre>")[0])
    shown = page.post(PATH, typed=example.replace("\n", "\r\n"), title="Typed")
    assert "7 questions imported. They are in the new test “Typed”." in shown.words
    assert [item.type for item in db.session.scalars(select(Question).order_by(Question.id))] == [
        "multiple_choice",
        "multiple_response",
        "true_false",
        "short_answer",
        "numerical",
        "matching",
        "essay",
    ]


def test_invalid_input_stays_in_its_field(page: PageClient) -> None:
    shown = page.post(PATH, typed="Is it blue? {T")
    assert shown.status_code == 422
    assert "Is it blue? {T" in unescape(shown.get_data(as_text=True))
    assert stored() == 0
    both = upload(page, b"Sky? {T}", "a.gift", typed="Sea? {F}")
    assert "Choose a file or type questions, not both." in both.words
    assert stored() == 0


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xml", "The file is empty."),
        (b"", "", "Choose a file, or type questions below."),
        (b"<quiz><question></quiz>", "a.xml", "Not well-formed XML"),
        (b"<quiz></quiz>", "a.xml", "It contains no question that can be imported."),
        (b"x" * 10_000_001, "a.gift", "larger than 10 MB"),
    ],
)
def test_an_unreadable_file_is_refused(page: PageClient, data: bytes, name: str, words: str) -> None:
    shown = upload(page, data, name)
    assert (shown.status_code, words in shown.words) == (422, True)
    assert stored() == 0


def test_the_number_of_questions_in_a_test_is_limited(page: PageClient) -> None:
    shown = upload(page, b"Is it? {T}\n\n" * 1001, "a.gift", title="Long")
    assert "A test can have at most 1000 questions. Leave its title empty." in shown.words
    assert stored() == 0
    assert "1001 questions imported." in upload(page, b"Is it? {T}\n\n" * 1001, "a.gift").words


def test_students_and_proctors_may_not_open_the_question_bank(app: Flask, cast: SimpleNamespace) -> None:
    for person in (cast.carl, cast.priya):
        for path in ("/questions", PATH):
            assert PageClient(app, person).get(path).status_code == 403


def test_a_test_is_exported_as_a_file(api: Any, page: PageClient, cast: SimpleNamespace) -> None:
    upload(page, (SAMPLES / "plants_export.xml").read_bytes(), title="Plants", skip="1")
    test = db.session.scalars(select(Test)).one()
    xml = api(cast.ines).get(f"/api/tests/{test.id}/export").data_
    assert (xml["format"], xml["questionsWritten"], xml["refused"], xml["leftOut"]) == (
        "moodle_xml",
        5,
        [],
        [],
    )
    assert "@@PLUGINFILE@@" in xml["content"]
    gift = api(cast.ines).get(f"/api/tests/{test.id}/export?format=gift").data_
    assert (gift["questionsWritten"], gift["leftOut"][0]["reason"]) == (5, "its points: GIFT has none")
    assert api(cast.ines).get(f"/api/tests/{test.id}/export?format=word").status_code == 422
