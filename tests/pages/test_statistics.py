"""The pages of statistics: their content, who may open them, and the file."""

from __future__ import annotations

import csv
import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.services.authoring import papers
from tests.factories import ExamSessionFactory, QuestionFactory, TestFactory, UserFactory
from tests.helpers.pages import PageClient
from tests.helpers.results import graded


@pytest.fixture
def session(cast: SimpleNamespace) -> Any:
    """A class of twelve: Carl and another student have full points, the others fewer and fewer."""
    kinds = ("multiple_choice", "true_false", "numerical", "short_answer")
    asked = [QuestionFactory(type=kind, organization_id=cast.school.id) for kind in kinds]
    asked[0].text, asked[1].text = "=HYPERLINK(1)", "Ribosomes <b>make</b> proteins."
    test = TestFactory(author=cast.ines, published=True, questions=asked, title="Cells")
    made = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test, title="Midterm")
    for place in range(12):
        student = cast.carl if place == 0 else UserFactory(organization=cast.school)
        graded(*kinds[: max(1, 4 - place // 2)], student=student, session=made)
    return made


def test_the_statistics_of_a_session(app: Flask, cast: SimpleNamespace, session: Any) -> None:
    words = PageClient(app, cast.ines).get(f"/sessions/{session.id}/statistics").words
    assert "Midterm: statistics" in words
    assert "12 graded attempts of this session." in words
    assert "With 12 attempts, the figures may be due to chance" in words
    assert "Q1 is very easy: 100 % of its points were earned." in words
    assert "Not on the map, because all students scored the same: 1." in words
    assert "The mean is 50 % of" in words


def test_the_statistics_of_a_test_and_the_link_to_them(
    app: Flask, cast: SimpleNamespace, session: Any
) -> None:
    ines = PageClient(app, cast.ines)
    assert f"/sessions/{session.id}/statistics" in ines.get(f"/sessions/{session.id}/results").text
    assert f"/tests/{session.test_id}/statistics" in ines.get(f"/sessions/{session.id}/statistics").text
    words = ines.get(f"/tests/{session.test_id}/statistics").words
    assert "Cells: statistics" in words
    assert "12 students, each with the first graded attempt." in words


def test_texts_of_authors_are_escaped(app: Flask, cast: SimpleNamespace, session: Any) -> None:
    text = PageClient(app, cast.ines).get(f"/sessions/{session.id}/statistics").text
    assert "<b>make</b>" not in text
    assert "&lt;b&gt;make&lt;/b&gt;" in text


def test_the_table_is_sorted_by_the_heading_that_was_chosen(
    app: Flask, cast: SimpleNamespace, session: Any
) -> None:
    ines, path = PageClient(app, cast.ines), f"/sessions/{session.id}/statistics"

    def order(sort: str) -> list[str]:
        table = ines.get(f"{path}?sort={sort}").text.partition('id="items"')[2].partition("</table>")[0]
        return re.findall(r'href="#question-(\d)"', table)

    assert order("orderIndex") == ["1", "2", "3", "4"]
    assert order("facility") == ["4", "3", "2", "1"]
    assert order("-facility") == ["1", "2", "3", "4"]
    assert order("discrimination")[-1] == order("-discrimination")[-1] == "1", "no figure comes last"
    assert order("password_hash") == ["1", "2", "3", "4"]
    assert 'aria-sort="descending"' in ines.get(f"{path}?sort=-facility").text


def test_every_question_with_its_options(app: Flask, cast: SimpleNamespace, session: Any) -> None:
    words = PageClient(app, cast.ines).get(f"/sessions/{session.id}/statistics").words
    assert "Mitochondrion ✓ Correct 12 100.0 %" in words
    assert "Ribosome 0 0.0 % –" in words


def test_other_versions_are_linked(app: Flask, cast: SimpleNamespace, session: Any) -> None:
    item = db.session.get_one(type(QuestionFactory.build()), session.test.items[1].question_id)
    item.definition = {"correct": False}
    papers.publish(session.test, cast.ines.id)
    graded("numerical", student=cast.cora, test=session.test)
    ines = PageClient(app, cast.ines)
    words = ines.get(f"/tests/{session.test_id}/statistics").words
    assert "Version 2 : 1 attempt, Version 1 : 12 attempts." in words
    assert "1 student, each" in words
    assert "12 students" in ines.get(f"/tests/{session.test_id}/statistics?version=1").words
    assert ines.get(f"/tests/{session.test_id}/statistics?version=7").status_code == 404
    assert ines.get(f"/tests/{session.test_id}/statistics?version=x").status_code == 200


def test_before_anything_is_graded(app: Flask, cast: SimpleNamespace) -> None:
    made = ExamSessionFactory(in_progress=True, school_class=cast.biology)
    draft = TestFactory(author=cast.ines)
    for path in (f"/sessions/{made.id}/statistics", f"/tests/{draft.id}/statistics"):
        assert "Nothing is graded yet." in PageClient(app, cast.ines).get(path).words


def test_the_questions_as_a_file(app: Flask, cast: SimpleNamespace, session: Any) -> None:
    ines = PageClient(app, cast.ines)
    for path in (f"/sessions/{session.id}/statistics.csv", f"/tests/{session.test_id}/statistics.csv"):
        reply = ines.get(path)
        assert reply.headers["Content-Disposition"] == 'attachment; filename="questions.csv"'
        rows = list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"))))
        assert [row["No."] for row in rows] == ["1", "2", "3", "4"]
        assert rows[0]["Question"] == "'=HYPERLINK(1)", "no formula reaches a spreadsheet"
        assert (rows[0]["Facility (%)"], rows[0]["Discrimination"]) == ("100.0", "")
        assert rows[1]["Median time (s)"] == "30.0"


@pytest.mark.parametrize("ending", ["", ".csv"])
def test_proctors_and_students_may_not_open_statistics(
    app: Flask, cast: SimpleNamespace, session: Any, ending: str
) -> None:
    for who in (cast.priya, cast.carl):
        client = PageClient(app, who)
        assert client.get(f"/sessions/{session.id}/statistics{ending}").status_code == 403
        assert client.get(f"/tests/{session.test_id}/statistics{ending}").status_code == 403
