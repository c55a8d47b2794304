"""Correcting an answer key: a new paper for attempts that start from now on, and no other change."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import Conflict, Forbidden, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, Paper, Question, Result
from exam_app.services.answers import saving
from exam_app.services.attempts import starting
from exam_app.services.authoring import catalog, papers
from exam_app.services.grading import bulk_grading, corrections, regrades
from tests.factories import (
    DEFINITIONS,
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    TestFactory,
    UserFactory,
)
from tests.helpers.answers import answers_of, assert_log_explains_answers, questions
from tests.helpers.corrections import FALSE, correct
from tests.helpers.results import graded
from tests.helpers.times import minutes


def definitions(test: Any) -> dict[int, Any]:
    """The definition of the true-false question in each paper, by paper number."""
    question_id = questions(test)["true_false"]
    found = db.session.query(Paper).filter_by(test_id=test.id).order_by(Paper.number)
    return {paper.number: papers.compiled(paper.id).questions[question_id].definition for paper in found}


def test_a_further_paper_with_another_key(exam: Any, running: Any, cast: SimpleNamespace) -> None:
    done = correct(cast.ines, exam)
    question_id = questions(exam)["true_false"]
    assert done == {"questionId": question_id, "papers": [2], "bankCorrected": True, "attempts": 0}
    assert definitions(exam) == {1: {"correct": True}, 2: FALSE}
    assert db.session.get(Question, question_id).definition == FALSE
    new = db.session.query(Paper).filter_by(number=2).one()
    db.session.refresh(running)
    assert exam.current_paper_id == running.paper_id == new.id
    (entry,) = db.session.query(Activity).filter_by(type="key_corrected")
    assert (entry.actor_id, entry.details["reason"]) == (cast.ines.id, "Typo")
    assert (entry.details["before"]["key"], entry.details["after"]["key"]) == ("True", "False")


def test_a_correction_of_a_correction(exam: Any, cast: SimpleNamespace) -> None:
    correct(cast.ines, exam)
    correct(cast.ines, exam, definition={"correct": True})
    first, *later = db.session.query(Paper).order_by(Paper.number)
    assert [paper.corrects_id for paper in later] == [first.id] * 2
    assert corrections.newest([first.id, later[0].id, later[1].id]) == {
        first.id: later[1].id,
        later[0].id: later[1].id,
    }


def test_every_version_that_has_the_wrong_key(exam: Any, cast: SimpleNamespace) -> None:
    papers.publish(exam, cast.ines.id)
    assert correct(cast.ines, exam)["papers"] == [3, 4]
    assert definitions(exam) == {1: {"correct": True}, 2: {"correct": True}, 3: FALSE, 4: FALSE}


def test_a_version_with_another_key_is_unchanged(exam: Any, cast: SimpleNamespace) -> None:
    db.session.get(Question, questions(exam)["true_false"]).definition = {"correct": True, "feedback": "Yes"}
    db.session.commit()
    papers.publish(exam, cast.ines.id)
    assert correct(cast.ines, exam)["papers"] == [3]
    assert definitions(exam)[1] == {"correct": True}


def test_a_question_removed_meanwhile(exam: Any, cast: SimpleNamespace) -> None:
    question_id = questions(exam)["true_false"]
    catalog.set_questions(exam, [id_ for id_ in questions(exam).values() if id_ != question_id])
    second = papers.publish(exam, cast.ines.id)
    done = corrections.correct_key(cast.ines, exam, question_id, FALSE, "Typo", minutes(60))
    assert done["papers"] == [3]
    assert exam.current_paper_id == second.id


def test_an_edited_bank_question_is_not_corrected(exam: Any, cast: SimpleNamespace) -> None:
    edited = {"correct": True, "feedback": "Because"}
    in_bank = db.session.get(Question, questions(exam)["true_false"])
    in_bank.definition = edited
    db.session.commit()
    assert correct(cast.ines, exam)["bankCorrected"] is False
    assert in_bank.definition == edited


@pytest.mark.parametrize(
    ("kind", "definition", "words"),
    [
        ("true_false", {"correct": "perhaps"}, "true or false"),
        (
            "multiple_choice",
            {"options": [{"id": 1, "text": "Another text", "fraction": 1}, {"id": 2, "text": "Ribosome"}]},
            "what the students saw",
        ),
        ("multiple_choice", {**DEFINITIONS["multiple_choice"], "shuffle": False}, "what the students saw"),
    ],
)
def test_only_the_key_can_be_corrected(
    exam: Any, cast: SimpleNamespace, kind: str, definition: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(cast.ines, exam, kind, definition)
    assert words in str(refused.value.details)
    db.session.rollback()
    assert db.session.query(Paper).count() == 1


def test_correcting_to_the_same_key_is_refused(exam: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(Conflict):
        correct(cast.ines, exam, definition={"correct": True})


def test_who_may_correct(exam: Any, cast: SimpleNamespace) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    with pytest.raises(Forbidden):
        correct(colleague, exam)
    assert correct(cast.ada, exam)["papers"] == [2]


def test_unknown_questions_are_not_found(exam: Any, cast: SimpleNamespace) -> None:
    draft = TestFactory(author=cast.ines)
    for test in (exam, draft):
        with pytest.raises(NotFound):
            corrections.correct_key(cast.ines, test, 999_999, FALSE, "Typo", minutes(60))
    with pytest.raises(InvalidInput):
        corrections.correct_key(cast.ines, exam, 1, FALSE, "  ", minutes(60))


def test_no_correction_during_a_regrade(exam: Any, running: Any, cast: SimpleNamespace) -> None:
    graded("true_false", student=cast.carl, session=running)
    correct(cast.ines, exam)
    regrades.start(cast.ines, exam, "Typo", minutes(61))
    with pytest.raises(Conflict):
        correct(cast.ines, exam, definition={"correct": True})


def test_results_stay_until_the_test_is_regraded(exam: Any, running: Any, cast: SimpleNamespace) -> None:
    attempt = graded("true_false", student=cast.carl, session=running)
    paper_id = attempt.paper_id
    assert correct(cast.ines, exam)["attempts"] == 1
    db.session.refresh(attempt)
    assert attempt.paper_id == paper_id
    assert [row.score for row in db.session.query(Result)] == [4]
    assert_log_explains_answers(attempt)


def test_later_attempts_take_the_new_paper(cast: SimpleNamespace) -> None:
    practice = TestFactory(author=cast.ines, practice=True, published=True)
    correct(cast.ines, practice)
    attempt = starting.start_attempt(cast.carl, practice.id, minutes(61))
    assert attempt.paper_id == practice.current_paper_id
    wrong_before = ChangeFactory(question_id=questions(practice)["true_false"], response=WRONG["true_false"])
    saving.save(BatchFactory(attempt=attempt, changes=[wrong_before], arrived_at=minutes(61)))
    (answer,) = answers_of(attempt.id).values()
    assert answer.points == 4


def test_a_running_attempt_gets_the_new_key_when_it_is_graded(
    attempt: Any, exam: Any, cast: SimpleNamespace
) -> None:
    ids = questions(exam)
    wrong = [ChangeFactory(question_id=ids["true_false"], response=WRONG["true_false"])]
    saving.save(BatchFactory(attempt=attempt, changes=wrong))
    correct(cast.ines, exam)
    db.session.refresh(attempt)
    right = [ChangeFactory(question_id=ids["numerical"], response={"number": "46"})]
    saving.save(BatchFactory(attempt=attempt, changes=right))
    assert {a.question_id: a.points for a in answers_of(attempt.id).values()} == {
        ids["true_false"]: 0,
        ids["numerical"]: 4,
    }
    assert_log_explains_answers(attempt)
    attempt.status, attempt.submitted_at, attempt.closed_at = "submitted", minutes(20), minutes(20)
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(minutes(61))
    db.session.refresh(attempt)
    assert attempt.paper_id == exam.current_paper_id
    assert [row.score for row in db.session.query(Result)] == [8]
    assert_log_explains_answers(attempt)


def test_other_open_attempts_keep_their_paper(running: Any, exam: Any, cast: SimpleNamespace) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    before = other.paper_id
    correct(cast.ines, exam)
    db.session.refresh(other)
    assert other.paper_id == before
