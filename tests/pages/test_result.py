"""The page of a result: the score, and changes to it made by staff."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.services.grading import score_overrides
from exam_app.services.marking import giving_marks
from exam_app.services.results import releases
from tests.factories import ExamSessionFactory, TestFactory, UserFactory
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
def test_a_score_override_is_shown(
    app: Flask, released: Any, cast: SimpleNamespace, score: str | None, penalty: str, words: str
) -> None:
    carl, path = PageClient(app, cast.carl), f"/attempts/{released.id}/result"
    assert "Question 3 was unclear" not in carl.get(path).words
    given = Decimal(score) if score else None
    score_overrides.set_score(
        cast.ines, released, given, Decimal(penalty), "Question 3 was unclear", minutes(50)
    )
    assert words in carl.get(path).words


def test_an_answer_awaiting_marking_is_shown(app: Flask, cast: SimpleNamespace, every_type: Any) -> None:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=every_type)
    attempt = graded("essay", student=cast.carl, session=session)
    carl, path = PageClient(app, cast.carl), f"/attempts/{attempt.id}/result"
    before = carl.get(path).words
    assert "1 answer still has to be marked by hand." in before
    essay = answers_of(attempt.id)[questions(every_type)["essay"]]
    giving_marks.grade_answer(cast.ines, attempt, essay.id, Decimal("2.5"), "Why <there>?", minutes(60))
    after = carl.get(path).words
    assert "still has to be marked" not in after
    assert "Comment of the marker Why <there>?" in after
    assert "through its (1) _____ a leaf" in after


@pytest.fixture
def passed(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl's attempt, with 12 of 20 points, not released yet."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    return graded("true_false", "numerical", "short_answer", student=cast.carl, session=session)


def test_a_certificate_after_a_pass_and_the_release(app: Flask, passed: Any, cast: SimpleNamespace) -> None:
    carl, path = PageClient(app, cast.carl), f"/attempts/{passed.id}/certificate"
    for person in (carl, PageClient(app, cast.ines)):
        assert person.get(path).status_code == 404
    releases.release_results(cast.ines, passed.session, minutes(60))
    assert "Print the certificate" in carl.get(f"/attempts/{passed.id}/result").words
    shown = carl.get(path)
    assert shown.status_code == 200
    for words in ("Lakeside", "Carl Carter", "Cells and tissues", "12 of 20", passed.receipt):
        assert words in shown.words
    assert PageClient(app, cast.ines).get(path).status_code == 200
    assert PageClient(app, cast.cora).get(path).status_code == 404


def test_no_certificate_without_a_pass(app: Flask, released: Any, cast: SimpleNamespace) -> None:
    carl = PageClient(app, cast.carl)
    assert carl.get(f"/attempts/{released.id}/certificate").status_code == 404
    assert "Print the certificate" not in carl.get(f"/attempts/{released.id}/result").words


def test_what_a_result_shows_its_student(app: Flask, cast: SimpleNamespace, exam: Any) -> None:
    """With a fifth other student there is a comparison, with released results only."""
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    own = graded("true_false", "numerical", student=cast.carl, session=session, after=25)
    carl, path = PageClient(app, cast.carl), f"/attempts/{own.id}/result"
    for place in range(4):
        kinds = ("true_false", "numerical", "short_answer")[:place]
        graded(*kinds, student=UserFactory(organization=cast.school), session=session, after=20)
    assert "Performance" not in carl.get(path).words
    releases.release_results(cast.ines, session, minutes(60))
    few = carl.get(path).words
    assert "25 min, on average 5 min per question" in few
    assert "Compared with" not in few and "half of the others took" not in few
    hidden = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam)
    for _ in range(9):
        graded(student=UserFactory(organization=cast.school), session=hidden)
    assert carl.get(path).words == few
    graded(student=UserFactory(organization=cast.school), session=session, after=20)
    enough = carl.get(path).words
    assert "Compared with 5 others your result is better than that of about 70 % of them" in enough
    assert "half of the others took less than 20 minutes" in enough


def test_a_self_paced_result_among_the_first_attempts_of_others(
    app: Flask, cast: SimpleNamespace, exam: Any
) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    own = graded("true_false", student=cast.carl, test=test)
    others = UserFactory.create_batch(5, organization=cast.school)
    for student in others[:4]:
        graded(student=student, test=test)
        graded("true_false", "numerical", student=student, test=test, number=2, started_at=minutes(30))
    graded("true_false", student=own.student, test=test, number=2, started_at=minutes(30))
    carl, path = PageClient(app, cast.carl), f"/attempts/{own.id}/result"
    assert "Compared with" not in carl.get(path).words
    graded("true_false", "numerical", student=others[4], test=test)
    assert "your result is better than that of about 80 % of them" in carl.get(path).words
