"""The consistency check of stored data against the log: no false alarm, and every kind of damage is found."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from exam_app.cli.fsck import fsck
from exam_app.extensions import db
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.marking import giving_marks
from exam_app.services.operations import consistency
from tests.factories import EVERY_RIGHT, BatchFactory, ChangeFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.queries import counted
from tests.helpers.times import later, minutes


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def worked(attempt: Any, cast: Any) -> Any:
    """Answered on two devices with a conflict and a late change, closed, marked and graded."""
    ids = questions(attempt.test)
    first = [ChangeFactory(question_id=ids[kind], response=right) for kind, right in EVERY_RIGHT.items()]
    saving.save(BatchFactory(attempt=attempt, changes=first, device="laptop"))
    older = ChangeFactory(question_id=ids["short_answer"], response={"text": "old"}, base_version=0)
    saving.save(BatchFactory(attempt=attempt, changes=[older], device="phone", arrived_at=later(5)))
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))
    essay = answers_of(attempt.id)[ids["essay"]].id
    giving_marks.grade_answer(cast.ines, attempt, essay, Decimal("2.5"), "", minutes(60))
    db.session.refresh(attempt)
    return attempt


def test_a_consistent_database_has_no_differences(worked: Any) -> None:
    report = consistency.Report()
    assert consistency.differences([worked.id], report) == []
    assert (report.attempts, report.changes, report.answers) == (1, len(EVERY_RIGHT) + 1, len(EVERY_RIGHT))


DAMAGE = {
    "response": 'UPDATE answers SET response = \'{"text": "x"}\' WHERE question_id = :short',
    "points": "UPDATE answers SET points = points + 1 WHERE question_id = :short",
    "is_correct": "UPDATE answers SET is_correct = NOT is_correct WHERE question_id = :short",
    "is_answered": "UPDATE answers SET is_answered = false WHERE question_id = :short",
    "flagged": "UPDATE answers SET flagged = NOT flagged WHERE question_id = :short",
    "time_spent": "UPDATE answers SET time_spent = time_spent + 1 WHERE question_id = :short",
    "typed_at": "UPDATE answers SET typed_at = typed_at - interval '1 us' WHERE question_id = :short",
    "saved_at": "UPDATE answers SET saved_at = saved_at + interval '1 us' WHERE question_id = :short",
    "device": "UPDATE answers SET device = 'other' WHERE question_id = :short",
    "version": "UPDATE answers SET version = version - 1 WHERE question_id = :short",
    "an answer is missing": "DELETE FROM answers WHERE question_id = :short",
    "an answer nobody sent": "DELETE FROM answer_changes WHERE question_id = :short",
    "change 6 is missing in the log": "DELETE FROM answer_changes WHERE seq = 6",
    "change 6 is beyond the attempt's version": "UPDATE attempts SET version = 5",
    "answered_count": "UPDATE attempts SET answered_count = answered_count - 1",
    "receipt": "UPDATE attempts SET receipt = 'AAAA-AAAA-AAAA'",
    "score": "UPDATE results SET score = score + 1",
    "a graded attempt without a result": "DELETE FROM results",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found(worked: Any, what: str) -> None:
    db.session.execute(text(DAMAGE[what]), {"short": questions(worked.test)["short_answer"]})
    assert what in {found.what for found in consistency.differences([worked.id])}


def test_a_wrong_verdict_is_found(worked: Any) -> None:
    db.session.execute(text("UPDATE answer_changes SET outcome = 'superseded' WHERE seq = 1"))
    found = [f for f in consistency.differences([worked.id]) if f.what.startswith("verdict on change")]
    assert [(f.stored, f.question_id) for f in found] == [
        ("superseded", questions(worked.test)["multiple_choice"])
    ]


def test_a_manual_score_is_no_difference(worked: Any) -> None:
    db.session.execute(
        text("UPDATE results SET score = score - 1, graded_by = :by"), {"by": worked.student_id}
    )
    assert consistency.differences([worked.id]) == []


def test_the_number_of_queries_does_not_grow(worked: Any) -> None:
    with counted() as few:
        consistency.differences([worked.id])
    assert len(few) == 8


class TestCommand:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """The command reads from a snapshot of its own."""

    def test_the_command_reports_what_it_checked(self, app: Flask, worked: Any) -> None:
        db.session.rollback()
        done = app.test_cli_runner().invoke(fsck)
        assert done.exit_code == 0
        assert (
            done.output
            == f"1 attempts, {len(EVERY_RIGHT)} answers, {len(EVERY_RIGHT) + 1} changes: no difference.\n"
        )

    def test_the_command_fails_on_a_difference(self, app: Flask, worked: Any) -> None:
        db.session.execute(text("UPDATE attempts SET answered_count = 0"))
        db.session.commit()
        session_id = str(worked.session_id)
        db.session.rollback()
        done = app.test_cli_runner().invoke(fsck, ["--session", session_id, "--json"])
        found, counts = [json.loads(line) for line in done.output.splitlines()]
        assert done.exit_code == 1
        assert (found["what"], found["stored"], found["replayed"]) == ("answered_count", 0, len(EVERY_RIGHT))
        assert counts == {
            "attempts": 1,
            "changes": len(EVERY_RIGHT) + 1,
            "answers": len(EVERY_RIGHT),
            "differences": 1,
        }
