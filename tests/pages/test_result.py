"""The page of a result: the score, and what a person changed of it."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.services import marking, releases, scoring
from tests.factories import ExamSessionFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.pages import PageClient
from tests.helpers.results import graded
from tests.helpers.times import minutes


@pytest.fixture
def released(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl's attempt, with 8 of 20 points."""
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=exam)
    return graded("true_false", "numerical", student=cast.carl, session=session)


@pytest.mark.parametrize(
    ("score", "penalty", "words"),
    [
        (None, "1.5", "8 points, less a penalty of 1.5: Question 3 was unclear"),
        ("12", "2", "12 points, less a penalty of 2: Question 3 was unclear"),
        ("12", "0", "Your school set this score: Question 3 was unclear"),
    ],
)
def test_what_a_person_changed(
    app: Flask, released: Any, cast: SimpleNamespace, score: str | None, penalty: str, words: str
) -> None:
    carl, path = PageClient(app, cast.carl), f"/attempts/{released.id}/result"
    assert "Question 3 was unclear" not in carl.get(path).words
    given = Decimal(score) if score else None
    scoring.set_score(cast.ines, released, given, Decimal(penalty), "Question 3 was unclear", minutes(50))
    assert words in carl.get(path).words


def test_an_answer_that_a_person_has_to_mark_is_told(
    app: Flask, cast: SimpleNamespace, every_type: Any
) -> None:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=every_type)
    attempt = graded("essay", student=cast.carl, session=session)
    carl, path = PageClient(app, cast.carl), f"/attempts/{attempt.id}/result"
    before = carl.get(path).words
    assert "1 answer still has to be marked by a person. There is no result before that." in before
    essay = answers_of(attempt.id)[questions(every_type)["essay"]]
    marking.grade_answer(cast.ines, attempt, essay.id, Decimal("2.5"), "Why <there>?", minutes(60))
    after = carl.get(path).words
    assert "still has to be marked" not in after
    assert "What the marker says Why <there>?" in after
    assert "through its (1) _____ a leaf" in after


@pytest.fixture
def passed(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl's attempt, with 12 of 20 points and nobody told yet."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    return graded("true_false", "numerical", "short_answer", student=cast.carl, session=session)


def test_a_certificate_when_it_is_passed_and_released(app: Flask, passed: Any, cast: SimpleNamespace) -> None:
    carl, path = PageClient(app, cast.carl), f"/attempts/{passed.id}/certificate"
    for person in (carl, PageClient(app, cast.ines)):
        assert person.get(path).status_code == 404
    releases.release_results(cast.ines, passed.session, minutes(60))
    assert "Certificate" in carl.get(f"/attempts/{passed.id}/result").words
    shown = carl.get(path)
    assert shown.status_code == 200
    for words in ("Lakeside", "Carl Carter", "Cells and tissues", "12 of 20", passed.receipt):
        assert words in shown.words
    assert PageClient(app, cast.ines).get(path).status_code == 200
    assert PageClient(app, cast.cora).get(path).status_code == 404


def test_no_certificate_for_what_is_not_passed(app: Flask, released: Any, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    assert carl.get(f"/attempts/{released.id}/certificate").status_code == 404
    assert "Certificate" not in carl.get(f"/attempts/{released.id}/result").words
