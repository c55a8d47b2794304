"""A new comparison of typed answers changes no stored result by itself, and is known before it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import Paper, Question
from exam_app.services.answers import saving
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading, corrections, regrade_previews, regrades, typed_answers
from exam_app.services.grading.versions import latest_result
from exam_app.services.marking import giving_marks
from exam_app.services.operations import consistency
from tests.factories import EVERY_DEFINITION, AttemptFactory, BatchFactory, ChangeFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.results import graded
from tests.helpers.times import minutes

TYPED = "Photo\u00adsynthesis"


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def old_exam(exam: Any) -> Iterator[Any]:
    """Published before typed texts were compared as a reader does."""
    paper = db.session.get(Paper, exam.current_paper_id)
    paper.content = {
        **paper.content,
        "questions": [
            {name: value for name, value in question.items() if name != "textComparison"}
            for question in paper.content["questions"]
        ],
    }
    db.session.commit()
    papers.compiled.cache_clear()
    yield exam
    papers.compiled.cache_clear()


def typed(attempt: Any, kind: str, response: dict[str, Any]) -> None:
    change = ChangeFactory(question_id=questions(attempt.test)[kind], response=response)
    saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=attempt.started_at))


@pytest.fixture
def carl(cast: SimpleNamespace, old_exam: Any, running: Any) -> Any:
    """Carl's attempt with a soft hyphen in his answer: wrong on the day of the exam."""
    attempt = AttemptFactory(student=cast.carl, session=running)
    typed(attempt, "short_answer", {"text": TYPED})
    attempt.status, attempt.submission_method = "submitted", "manual"
    attempt.submitted_at = attempt.closed_at = minutes(10)
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(minutes(10), only=attempt.id)
    db.session.refresh(attempt)
    return attempt


def test_a_new_paper_compares_as_a_reader(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    typed(attempt, "short_answer", {"text": TYPED})
    assert answers_of(attempt.id)[questions(attempt.test)["short_answer"]].is_correct


def test_an_old_paper_stays_as_it_was_and_is_listed(app: Flask, carl: Any) -> None:
    assert latest_result(carl.id).score == 0
    assert consistency.differences([carl.id]) == []
    (one,) = typed_answers.changed()
    assert (one.answer, one.points_before, one.points_after) == (TYPED, 0, 4)
    assert (latest_result(carl.id).score, latest_result(carl.id).number) == (0, 1)
    shown = app.test_cli_runner().invoke(args=["typed-answers"])
    assert shown.exit_code == 0, shown.output
    assert "0 → 4 (1 answer)" in shown.output and "Nothing was changed." in shown.output
    as_json = app.test_cli_runner().invoke(args=["typed-answers", "--json", "--test", str(carl.test_id)])
    assert json.loads(as_json.output)["points_after"] == "4.00"
    assert "earns the same" in app.test_cli_runner().invoke(args=["typed-answers", "--test", "0"]).output


def test_the_correction_that_brings_it_is_previewed_and_then_done(carl: Any, cast: SimpleNamespace) -> None:
    question_id = questions(carl.test)["short_answer"]
    assert corrections.keyed_question(carl.test, question_id).definition["exact"] is True
    plain = EVERY_DEFINITION["short_answer"]
    corrections.correct_key(cast.ines, carl.test, question_id, plain, "Typography", minutes(60))
    assert "exact" not in db.session.get(Question, question_id).definition
    shown = regrade_previews.preview(cast.ines, carl.test)
    assert shown["changing"] == 1
    assert "(exact characters)" in shown["questions"][0]["keyBefore"]
    assert "exact" not in shown["questions"][0]["keyAfter"]
    assert latest_result(carl.id).score == 0
    regrades.start(cast.ines, carl.test, "Typography", minutes(61))
    while regrades.take_step(minutes(62)):
        pass
    db.session.expire_all()
    assert latest_result(carl.id).score == 4
    assert consistency.differences([carl.id]) == []
    assert list(typed_answers.changed()) == []


def test_a_correction_of_another_key_does_not_bring_it(carl: Any, cast: SimpleNamespace) -> None:
    question_id = questions(carl.test)["true_false"]
    corrections.correct_key(cast.ines, carl.test, question_id, {"correct": False}, "Typo", minutes(60))
    assert regrade_previews.preview(cast.ines, carl.test)["changing"] == 0


def test_a_number_that_could_not_be_read_waits_for_a_marker(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running)
    typed(attempt, "numerical", {"number": "4"})
    typed(attempt, "numerical", {"text": "46 or so"})
    answer = answers_of(attempt.id)[questions(attempt.test)["numerical"]]
    assert (answer.response, answer.points, answer.is_answered) == ({"text": "46 or so"}, None, True)


def test_a_marker_gives_its_points(cast: SimpleNamespace, running: Any, exam: Any) -> None:
    attempt = graded("numerical", student=cast.carl, session=running)
    assert latest_result(attempt.id).score == 4
    other = AttemptFactory(student=cast.cora, session=running)
    typed(other, "numerical", {"text": "1,250"})  # both numbers are wrong
    assert answers_of(other.id)[questions(exam)["numerical"]].points == 0
    typed(other, "numerical", {"text": "46 cells"})
    other.status, other.submission_method, other.grading_needed = "submitted", "manual", True
    other.submitted_at = other.closed_at = minutes(10)
    db.session.commit()
    bulk_grading.grade_closed(minutes(10), only=other.id)
    db.session.refresh(other)
    assert (other.marking_due, latest_result(other.id)) == (1, None)
    answer = answers_of(other.id)[questions(exam)["numerical"]]
    giving_marks.grade_answer(cast.ines, other, answer.id, Decimal(4), "Fine", minutes(20))
    assert latest_result(other.id).score == 4
    assert consistency.differences([other.id]) == []
    assert list(typed_answers.changed()) == []
