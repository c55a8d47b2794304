"""Submitting: pending changes are saved first, it happens once, and a repetition has the same result."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AttemptNotInProgress, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, ChangeOutcome, Notification, Result
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.services.answers import saving
from exam_app.services.taking import submissions
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.times import GRACE, later, minutes


@pytest.fixture
def ids(exam: Any) -> dict[str, int]:
    return questions(exam)


def change(ids: dict[str, int], kind: str = "true_false", **extra: Any) -> Any:
    return ChangeFactory(question_id=ids[kind], response=RIGHT[kind], **extra)


def submit(
    attempt: Any, *changes: Any, confirmed: bool = True, at: Any = None, student: Any = None
) -> dict[str, Any]:
    at = at or minutes(10)
    batch = BatchFactory(attempt=attempt, changes=list(changes), arrived_at=at)
    return submissions.submit(student or attempt.student, attempt.id, batch, confirmed, at)


def test_pending_changes_are_saved_and_the_attempt_is_submitted_and_graded(
    attempt: Any, ids: dict[str, int]
) -> None:
    reply = submit(attempt, change(ids), change(ids, "numerical"))
    assert (attempt.status, attempt.submission_method) == (AttemptStatus.GRADED, SubmissionMethod.MANUAL)
    assert attempt.submitted_at == minutes(10)
    assert reply["attempt"]["isCompleted"] and reply["attempt"]["timeSpent"] == 600
    assert reply["receipt"] == attempt.receipt is not None
    assert db.session.query(Result).one().score == 8
    assert_log_explains_answers(attempt)


def test_the_result_stays_hidden_until_it_is_released(attempt: Any, ids: dict[str, int]) -> None:
    reply = submit(attempt, change(ids))
    assert (reply["released"], reply["results"], reply["breakdown"], reply["questions"]) == (
        False,
        None,
        None,
        None,
    )
    assert reply["attempt"]["score"] is None


def test_without_confirmation_open_questions_are_listed_and_nothing_is_submitted(
    attempt: Any, ids: dict[str, int]
) -> None:
    reply = submit(attempt, change(ids, flagged=True), confirmed=False)
    assert reply == {
        "confirmationNeeded": True,
        "unanswered": [q for q in ids.values() if q != ids["true_false"]],
        "flagged": [ids["true_false"]],
        "questionsAnswered": 1,
        "totalQuestions": 5,
    }
    assert attempt.status == AttemptStatus.IN_PROGRESS
    assert len(answers_of(attempt.id)) == 1


def test_a_second_submit_gives_the_same_result(attempt: Any, ids: dict[str, int]) -> None:
    first = submit(attempt, change(ids))
    again = submit(attempt, change(ids, "numerical"), at=minutes(11))
    assert again == first
    assert len(answers_of(attempt.id)) == 1
    assert db.session.query(Result).count() == db.session.query(Notification).count() == 1


def test_an_invalid_change_does_not_block_the_submission(attempt: Any, ids: dict[str, int]) -> None:
    bad = ChangeFactory(question_id=ids["numerical"], response={"number": "many"})
    submit(attempt, bad, change(ids))
    assert attempt.status == AttemptStatus.GRADED
    assert len(answers_of(attempt.id)) == 1


@pytest.mark.parametrize(
    ("seconds_after", "method"),
    [(-1, "manual"), (0, "manual"), (GRACE, "manual"), (GRACE + 1, "automatic")],
)
def test_the_recorded_end_is_never_later_than_the_deadline(
    attempt: Any, seconds_after: int, method: str
) -> None:
    submit(attempt, at=later(1800 + seconds_after))
    assert attempt.submitted_at == later(1800 + min(0, seconds_after))
    assert attempt.submission_method.value == method
    assert attempt.status == AttemptStatus.GRADED


def test_after_the_end_changes_are_stored_as_late_and_the_result_is_unchanged(
    attempt: Any, ids: dict[str, int]
) -> None:
    saving.save(BatchFactory(attempt=attempt, changes=[change(ids)]))
    submit(attempt, change(ids, "numerical"), at=minutes(31))
    assert attempt.status == AttemptStatus.GRADED
    assert db.session.query(Result).one().score == 4
    assert [entry.outcome for entry in log_of(attempt.id)] == [ChangeOutcome.APPLIED, ChangeOutcome.LATE]


def test_an_unconfirmed_submission_after_the_end_gives_the_result(attempt: Any) -> None:
    reply = submit(attempt, confirmed=False, at=minutes(31))
    assert "confirmationNeeded" not in reply
    assert reply["attempt"]["isCompleted"]


@pytest.mark.parametrize("trait", ["paused", "cancelled"])
def test_a_paused_or_cancelled_attempt_cannot_be_submitted(
    running: Any, cast: SimpleNamespace, trait: str
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **{trait: True})
    with pytest.raises(AttemptNotInProgress):
        submit(attempt)
    db.session.refresh(attempt)
    assert attempt.status.value == trait


def test_only_the_own_attempt_can_be_submitted(attempt: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(NotFound):
        submit(attempt, student=cast.cora)


def test_a_submission_is_published_to_the_proctors(attempt: Any) -> None:
    submit(attempt)
    (logged,) = db.session.query(Activity).filter_by(type="attempt_submitted")
    assert (logged.student_id, logged.actor_id) == (attempt.student_id, attempt.student_id)
