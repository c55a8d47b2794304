"""Resetting: the attempt is cancelled, a new one begins, and no answers or time are lost or gained."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from exam_app.errors import AttemptNotInProgress, Conflict, InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, AdjustmentKind, AnswerChange, Attempt, TimeAdjustment
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.rules.deadlines import deadline
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control
from exam_app.services.attempts.reset import reset
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.sessions import dashboard
from exam_app.services.taking import state as attempt_state
from exam_app.services.timing import deadlines
from tests.factories import (
    RIGHT,
    AccommodationFactory,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    TestFactory,
)
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.results import answer
from tests.helpers.times import NOW, minutes


def again(actor: Any, attempt: Any, preserve: bool = False, at: Any = None) -> Any:
    return reset(actor, attempt, " The laptop broke ", preserve, at or minutes(10))


@pytest.fixture
def practice(cast: SimpleNamespace) -> Any:
    return TestFactory(author=cast.ines, practice=True, published=True)


def test_a_reset_cancels_the_old_attempt_and_starts_a_new_one(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    answer(attempt, "true_false")
    new = again(cast.priya, attempt)
    assert (attempt.status, attempt.cancel_reason) == (AttemptStatus.CANCELLED, "The laptop broke")
    assert attempt.closed_at == minutes(10) and attempt.submitted_at is None
    assert (new.status, new.reset_of, new.number) == (AttemptStatus.IN_PROGRESS, attempt.id, 2)
    assert (new.paper_id, new.session_id, new.student_id) == (
        attempt.paper_id,
        running.id,
        cast.carl.id,
    )
    assert (new.version, new.answered_count, answers_of(new.id)) == (0, 0, {})
    assert len(answers_of(attempt.id)) == 1  # kept at their positions


def test_answers_are_copied_through_the_log(attempt: Any, cast: SimpleNamespace) -> None:
    ids = questions(attempt.test)
    answer(attempt, "numerical", "true_false", at=minutes(1), flagged=True, time_spent=7)
    answer(attempt, "multiple_response", at=minutes(2))
    answer(attempt, "numerical", at=minutes(3), base_version=1, time_spent=9)
    cleared = ChangeFactory(question_id=ids["true_false"], response={"selectedOptionIds": []})
    saving.save(BatchFactory(attempt=attempt, changes=[cleared], arrived_at=minutes(4), device="phone"))
    before = answers_of(attempt.id)
    new = again(cast.priya, attempt, preserve=True)
    assert_log_explains_answers(new)
    after = answers_of(new.id)
    assert (new.version, new.answered_count) == (3, 2)
    same = ("response", "flagged", "time_spent", "typed_at", "device", "points", "is_correct", "is_answered")
    for question_id, old in before.items():
        assert [getattr(after[question_id], name) for name in same] == [getattr(old, name) for name in same]
        assert after[question_id].id != old.id
    assert [entry.question_id for entry in log_of(new.id)] == sorted(
        before, key=lambda question_id: before[question_id].version
    )
    change_ids = db.session.scalars(select(AnswerChange.change_id)).all()
    assert len(set(change_ids)) == len(change_ids)


def test_a_reset_preserves_the_position(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(
        student=cast.carl, session=running, current_question=3, furthest_question=4, seed=11
    )
    new = again(cast.priya, attempt, preserve=True)
    assert (new.seed, new.current_question, new.furthest_question) == (11, 3, 4)
    answer(new, *RIGHT, at=minutes(11))
    assert_log_explains_answers(new)
    closing.close_due(minutes(40))
    bulk_grading.grade_closed(minutes(40))
    assert latest_result(new.id).score == 20
    assert latest_result(attempt.id) is None


def test_an_empty_attempt_can_be_preserved(attempt: Any, cast: SimpleNamespace) -> None:
    new = again(cast.priya, attempt, preserve=True)
    assert (new.version, new.answered_count) == (0, 0)
    assert_log_explains_answers(new)


# --- time ---------------------------------------------------------------------------------------


def test_the_global_timer_continues(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    assert again(cast.priya, attempt).deadline_at == minutes(30)


def test_extensions_are_carried_over(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    deadlines.extend_time(running, cast.priya, [attempt.id], 5, "Fire alarm", NOW)
    new = again(cast.priya, attempt)
    assert new.deadline_at == minutes(35)
    assert new.warn_at == minutes(30)
    (row,) = db.session.query(TimeAdjustment).filter_by(attempt_id=new.id)
    assert (row.kind, row.seconds, row.reason, row.granted_by) == (
        AdjustmentKind.EXTENSION,
        300,
        "Fire alarm",
        cast.priya.id,
    )


def test_the_ledger_explains_the_new_deadline(attempt: Any, running: Any, cast: SimpleNamespace) -> None:
    AccommodationFactory(student=cast.carl, extra_minutes=3)
    deadlines.extend_time(running, cast.priya, [attempt.id], 5, "Fire alarm", NOW)
    control.pause(cast.priya, [attempt], "A break", minutes(1))
    control.resume(cast.priya, [attempt], "It goes on", minutes(3))
    control.pause(cast.priya, [attempt], "Another break", minutes(6))
    new = again(cast.priya, attempt, at=minutes(10))
    ledger = {
        row.kind: row.seconds
        for row in db.session.query(TimeAdjustment)
        .filter_by(attempt_id=new.id)
        .filter(TimeAdjustment.kind != AdjustmentKind.PAUSE)
    }
    pauses = [
        row.seconds
        for row in db.session.query(TimeAdjustment).filter_by(attempt_id=new.id, kind=AdjustmentKind.PAUSE)
    ]
    assert ledger == {AdjustmentKind.ACCOMMODATION: 18 * 60, AdjustmentKind.EXTENSION: 300}
    assert sorted(pauses) == [120, 240]
    total = sum(ledger.values()) + sum(pauses)
    assert new.deadline_at == deadline(running.started_at, 30, total) == minutes(30 + 18 + 5 + 6)


def test_with_individual_timers_the_timer_restarts(cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(
        in_progress=True, school_class=cast.biology, test=exam, global_timer=False, proctors=[cast.priya]
    )
    attempt = AttemptFactory(student=cast.carl, session=session)
    deadlines.extend_time(session, cast.priya, [attempt.id], 5, "Fire alarm", NOW)
    control.pause(cast.priya, [attempt], "A break", minutes(1))
    assert again(cast.priya, attempt).deadline_at == minutes(10 + 30 + 5)


def test_a_self_paced_attempt_restarts(cast: SimpleNamespace, practice: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, test=practice)
    deadlines.extend_attempt(attempt, cast.ines, 5, "Slow line", NOW)
    new = again(cast.ines, attempt, preserve=True)
    assert new.deadline_at == minutes(40)
    assert db.session.query(TimeAdjustment).filter_by(attempt_id=new.id).count() == 0


@pytest.mark.parametrize("available_until", [minutes(10), minutes(5)])
def test_without_time_left_nothing_changes(
    cast: SimpleNamespace, practice: Any, available_until: Any
) -> None:
    attempt = AttemptFactory(student=cast.carl, test=practice)
    practice.available_until = available_until
    db.session.commit()
    with pytest.raises(Conflict, match="no time left"):
        again(cast.ines, attempt)
    db.session.expire_all()
    assert attempt.status == AttemptStatus.IN_PROGRESS
    assert db.session.query(Attempt).count() == 1


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "expired", "cancelled"])
def test_an_ended_attempt_is_not_reset(cast: SimpleNamespace, running: Any, state: str) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **{state: True})
    with pytest.raises(InvalidTransition) as refused:
        again(cast.priya, attempt)
    assert refused.value.details == {"status": state}
    assert db.session.query(Attempt).count() == 1


def test_a_paused_attempt_can_be_reset(cast: SimpleNamespace, running: Any) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, paused=True)
    assert again(cast.priya, attempt).deadline_at == minutes(35)


def test_no_attempt_begins_in_a_session_that_is_over(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    running.status = SessionStatus.COMPLETED
    db.session.commit()
    with pytest.raises(InvalidTransition):
        again(cast.priya, attempt)
    assert attempt.status == AttemptStatus.IN_PROGRESS


def test_a_reason_is_needed(attempt: Any, cast: SimpleNamespace) -> None:
    with pytest.raises(InvalidInput):
        reset(cast.priya, attempt, "  ", False, NOW)
    assert attempt.status == AttemptStatus.IN_PROGRESS


def test_the_old_attempt_accepts_no_changes(attempt: Any, cast: SimpleNamespace) -> None:
    again(cast.priya, attempt)
    with pytest.raises(AttemptNotInProgress):
        answer(attempt, "true_false", at=minutes(11))


def test_a_reset_does_not_use_up_an_attempt(cast: SimpleNamespace) -> None:
    once = TestFactory(author=cast.ines, published=True, is_self_paced=True, max_attempts=1)
    attempt = AttemptFactory(student=cast.carl, test=once)
    again(cast.ines, again(cast.ines, attempt))
    assert db.session.scalar(select(func.count(Attempt.id)).where(Attempt.status == "in_progress")) == 1


# --- events -------------------------------------------------------------------------------------


def test_a_reset_is_published_and_logged(
    attempt: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    answer(attempt, "true_false")
    new = again(cast.priya, attempt, preserve=True)
    closed = next(event for event in sent if event.name == "attempt_closed")
    assert closed.to == f"attempt:{attempt.id}"
    assert closed.data["status"] == "cancelled"
    anew = {"newAttemptId": str(new.id), "reason": "The laptop broke", "answersKept": True}
    assert anew.items() <= closed.data.items()
    assert attempt_state.attempt_state(attempt, NOW)["begunAnew"] == anew  # for a page that missed the event
    assert attempt_state.attempt_state(new, NOW)["begunAnew"] is None
    (row,) = [r for r in dashboard.student_rows(running, NOW) if r["attemptId"]]
    assert (row["attemptId"], row["questionsAnswered"], row["status"]) == (str(new.id), 1, "in_progress")
    (logged,) = db.session.query(Activity).filter_by(type="attempt_reset")
    assert (logged.attempt_id, logged.actor_id) == (attempt.id, cast.priya.id)
    assert logged.details["newAttemptId"] == str(new.id)
    assert logged.details["before"]["status"] == "in_progress"
    assert logged.details["after"] == {"status": "cancelled", "attemptId": str(new.id)}
