"""Closing at the deadline: due or not, once or twice, early or late."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Activity
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.services.attempts import closing
from tests.factories import AttemptFactory, ExamSessionFactory, TestFactory
from tests.helpers.times import GRACE, NOW, later, minutes


@pytest.mark.parametrize(
    ("seconds_after", "closed"), [(-1, 0), (0, 0), (GRACE - 0.001, 0), (GRACE, 1), (GRACE + 1, 1)]
)
def test_an_attempt_closes_when_deadline_and_grace_have_passed(
    attempt: Any, seconds_after: float, closed: int
) -> None:
    assert closing.close_due(later(1800 + seconds_after)) == closed


def test_the_recorded_end_is_the_deadline_however_late_the_job_runs(attempt: Any) -> None:
    closing.close_due(minutes(600))
    assert attempt.status == AttemptStatus.EXPIRED
    assert attempt.submission_method == SubmissionMethod.AUTOMATIC
    assert attempt.submitted_at == minutes(30)
    assert attempt.closed_at == minutes(600)
    assert attempt.grading_needed


def test_a_second_run_finds_nothing(attempt: Any) -> None:
    assert closing.close_due(minutes(31)) == 1
    assert closing.close_due(minutes(32)) == 0
    assert attempt.closed_at == minutes(31)
    assert db.session.query(Activity).filter_by(type="attempt_expired").count() == 1


@pytest.mark.parametrize("trait", ["paused", "submitted", "cancelled"])
def test_only_running_attempts_expire(running: Any, cast: SimpleNamespace, trait: str) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **{trait: True})
    assert closing.close_due(minutes(60)) == 0
    assert attempt.status.value == trait


def test_each_attempt_has_its_own_deadline(running: Any, attempt: Any, cast: SimpleNamespace) -> None:
    longer = AttemptFactory(student=cast.cora, session=running, deadline_at=minutes(45))
    assert closing.close_due(minutes(31)) == 1
    assert longer.status == AttemptStatus.IN_PROGRESS
    assert running.status == SessionStatus.IN_PROGRESS
    assert closing.close_due(minutes(46)) == 1
    assert longer.submitted_at == minutes(45)
    assert running.status == SessionStatus.COMPLETED


def test_more_than_a_chunk_is_closed_in_one_call(
    running: Any, attempt: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "CHUNK", 1)
    AttemptFactory(student=cast.cora, session=running)
    assert closing.close_due(minutes(31)) == 2


@pytest.mark.parametrize(("seconds_after", "completed"), [(0, False), (GRACE, True)])
def test_a_session_without_attempts_ends_at_its_time(
    running: Any, seconds_after: int, completed: bool
) -> None:
    closing.close_due(later(1800 + seconds_after))
    assert (running.status == SessionStatus.COMPLETED) is completed


def test_a_session_with_a_paused_attempt_stays_open(running: Any, cast: SimpleNamespace) -> None:
    AttemptFactory(student=cast.carl, session=running, paused=True)
    closing.close_due(minutes(60))
    assert running.status == SessionStatus.IN_PROGRESS


def test_closing_is_published_to_student_and_proctors(
    attempt: Any, running: Any, sent: list[SimpleNamespace], cast: SimpleNamespace
) -> None:
    closing.close_due(minutes(31))
    by_name = {event.name: event for event in sent if event.namespace == "/student"}
    closed = by_name["attempt_closed"]
    assert closed.to == f"attempt:{attempt.id}"
    assert (closed.data["status"], closed.data["submissionMethod"]) == ("expired", "automatic")
    assert closed.data["submittedAt"] == "2026-05-04T09:30:00.000Z"
    assert by_name["session_completed"].to == f"session:{running.id}"
    assert any(event.name == "session_completed" and event.namespace == "/proctor" for event in sent)


def test_nothing_is_published_if_nothing_was_due(attempt: Any, sent: list[SimpleNamespace]) -> None:
    closing.close_due(minutes(29))
    assert sent == []


def test_the_clock_wakes_at_the_earliest_deadline(running: Any, cast: SimpleNamespace) -> None:
    assert closing.next_deadline() == minutes(30)  # the session's own end: there are no open attempts
    AttemptFactory(student=cast.carl, session=running, deadline_at=minutes(40))
    assert closing.next_deadline() == minutes(40)
    AttemptFactory(student=cast.cora, test=TestFactory(published=True), deadline_at=minutes(10))
    assert closing.next_deadline() == minutes(10)


def test_without_running_attempts_there_is_no_next_deadline(sitting: Any, cast: SimpleNamespace) -> None:
    assert closing.next_deadline() is None
    ExamSessionFactory(completed=True, school_class=cast.biology, test=sitting.test)
    AttemptFactory(student=cast.carl, session=sitting, expired=True, deadline_at=NOW)
    assert closing.next_deadline() is None
