"""Reopening: the attempt goes on with its answers, and what was handed in before stays as a version."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import Conflict, InvalidInput, SessionNotJoinable
from exam_app.extensions import db
from exam_app.models import (
    Activity,
    AdjustmentKind,
    Attempt,
    Notification,
    Reopening,
    Result,
    TimeAdjustment,
)
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.services.attempts import closing, control
from exam_app.services.attempts.reset import reset
from exam_app.services.grading import receipts, score_overrides
from exam_app.services.grading.versions import latest_result
from exam_app.services.operations.consistency import differences
from exam_app.services.reopening.reopen import reopen, reopen_named
from exam_app.services.results import attempt_details, releases
from exam_app.services.results import views as result_views
from exam_app.services.sessions import lifecycle, proctor_actions
from exam_app.services.taking import joining, submissions
from exam_app.services.taking import state as attempt_state
from exam_app.services.timing import working_time
from tests.factories import AttemptFactory, ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.answers import assert_log_explains_answers
from tests.helpers.clients import wait_for_deltas
from tests.helpers.results import answer, graded
from tests.helpers.times import NOW, minutes

A = AttemptStatus


def again(actor: Any, attempt: Any, more: int = 20, at: Any = None) -> dict[str, Any]:
    return reopen(attempt.session, actor, [attempt], more, " Handed in by mistake ", at or minutes(12))


def refusal(outcome: dict[str, Any]) -> str:
    assert not outcome["done"]
    (refused,) = outcome["refused"]
    return str(refused["reason"])


@pytest.fixture
def submitted(attempt: Any, cast: SimpleNamespace) -> Any:
    """Handed in after ten of thirty minutes."""
    answer(attempt, "true_false")
    submissions.submit(cast.carl, attempt.id, None, True, minutes(10))
    db.session.refresh(attempt)
    return attempt


def test_an_attempt_goes_on_with_its_answers(submitted: Any, cast: SimpleNamespace) -> None:
    before = submitted.receipt
    outcome = again(cast.priya, submitted)
    assert outcome["done"][0]["status"] == "in_progress" and not outcome["refused"]
    assert (submitted.status, submitted.deadline_at) == (A.IN_PROGRESS, minutes(32))
    assert submitted.submitted_at is submitted.closed_at is submitted.submission_method is None
    assert submitted.receipt is None and submitted.times_reopened == 1
    answer(submitted, "numerical", at=minutes(13))
    assert (submitted.answered_count, latest_result(submitted.id)) == (2, None)
    undone = db.session.query(Reopening).one()
    assert (undone.number, undone.receipt, undone.answered_count, undone.result_number) == (1, before, 1, 1)
    assert (undone.status, undone.submission_method) == (A.GRADED, SubmissionMethod.MANUAL)
    assert (undone.submitted_at, undone.reopened_at) == (minutes(10), minutes(12))
    assert (undone.reason, undone.reopened_by) == ("Handed in by mistake", cast.priya.id)


def test_it_is_handed_in_and_graded_again(submitted: Any, cast: SimpleNamespace) -> None:
    first = submitted.receipt
    again(cast.priya, submitted)
    answer(submitted, "numerical", at=minutes(13))
    view = submissions.submit(cast.carl, submitted.id, None, True, minutes(14))
    db.session.refresh(submitted)
    assert submitted.status == A.GRADED and view["receipt"] == submitted.receipt != first
    versions = db.session.query(Result).filter_by(attempt_id=submitted.id).order_by(Result.number).all()
    assert [version.number for version in versions] == [1, 2]
    assert versions[0].score < versions[1].score == latest_result(submitted.id).score
    assert_log_explains_answers(submitted)
    assert differences([submitted.id]) == []
    sent = db.session.query(Notification).filter_by(user_id=cast.carl.id, kind="attempt_handed_in")
    assert {submitted.receipt, first} == {one.body.split("receipt is ")[1][:14] for one in sent}


def test_both_receipts_verify(submitted: Any, cast: SimpleNamespace) -> None:
    first = submitted.receipt
    again(cast.priya, submitted)
    found = receipts.check(first)
    assert found and (found.is_intact, found.reopened_at, found.answered) == (True, minutes(12), 1)
    answer(submitted, "true_false", "numerical", at=minutes(13))
    submissions.submit(cast.carl, submitted.id, None, True, minutes(14))
    old, new = receipts.check(first), receipts.check(submitted.receipt)
    assert old and (old.is_intact, old.submitted_at, old.answered) == (True, minutes(10), 1)
    assert new and (new.is_intact, new.submitted_at, new.answered) == (True, minutes(14), 2)
    assert new.reopened_at is None


def test_a_submission_without_changes_has_a_receipt_of_its_own(submitted: Any, cast: SimpleNamespace) -> None:
    codes = {submitted.receipt}
    for at in (12, 16):
        again(cast.priya, submitted, at=minutes(at))
        submissions.submit(cast.carl, submitted.id, None, True, minutes(at + 2))
        db.session.refresh(submitted)
        codes.add(submitted.receipt)
    assert len(codes) == 3 and all(found and found.is_intact for found in map(receipts.check, codes))
    assert differences([submitted.id]) == []


def test_a_manipulated_history_is_a_difference(submitted: Any, cast: SimpleNamespace) -> None:
    again(cast.priya, submitted)
    undone = db.session.query(Reopening).one()
    undone.receipt = "AAAA-AAAA-AAAA"
    db.session.commit()
    assert [one.what for one in differences([submitted.id])] == ["receipt of submission 1"]
    found = receipts.check("AAAA-AAAA-AAAA")
    assert found and not found.is_intact


def test_time_until_the_reopening_is_a_pause(submitted: Any, cast: SimpleNamespace) -> None:
    again(cast.priya, submitted, 5)  # less than was left
    rows = db.session.query(TimeAdjustment).filter_by(attempt_id=submitted.id).order_by(TimeAdjustment.id)
    assert [(row.kind, row.seconds) for row in rows] == [
        (AdjustmentKind.PAUSE, 120),
        (AdjustmentKind.REOPENING, -15 * 60),
    ]
    assert submitted.deadline_at == minutes(17)
    assert submitted.warn_at == minutes(16)
    account = working_time.account_of(submitted)
    assert working_time.time_spent(submitted, account.paused_seconds, minutes(13)) == 11 * 60
    assert working_time.time_limit(submitted, account) == 15


def test_an_expired_attempt_goes_on(attempt: Any, cast: SimpleNamespace) -> None:
    closing.close_due(minutes(31))
    assert again(cast.priya, attempt, 10, at=minutes(33))["done"]  # it is graded on the way
    assert (attempt.status, attempt.deadline_at) == (A.IN_PROGRESS, minutes(43))
    assert db.session.query(Reopening).one().status == A.GRADED


def test_an_attempt_handed_in_while_paused_goes_on(attempt: Any, cast: SimpleNamespace) -> None:
    control.pause(cast.priya, [attempt], "Alarm", minutes(5))
    control.force_submit(cast.priya, [attempt], "Wrong student", minutes(8))
    again(cast.priya, attempt, 10, at=minutes(9))
    db.session.refresh(attempt)
    assert (attempt.status, attempt.paused_at, attempt.deadline_at) == (A.IN_PROGRESS, None, minutes(19))
    account = working_time.account_of(attempt)
    assert working_time.time_spent(attempt, account.paused_seconds, minutes(9)) == 5 * 60


def test_in_a_paused_session_it_is_paused(submitted: Any, running: Any, cast: SimpleNamespace) -> None:
    proctor_actions.pause(running, cast.priya, None, "Alarm", minutes(11))
    outcome = again(cast.priya, submitted, 20)
    assert outcome["done"][0]["status"] == "paused"
    proctor_actions.resume(running, cast.priya, None, "All clear", minutes(15))
    db.session.refresh(submitted)
    assert (submitted.status, submitted.deadline_at) == (A.IN_PROGRESS, minutes(35))


# --- what is told, and to whom --------------------------------------------------------------------


def test_it_is_logged_and_published(
    submitted: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    receipt = submitted.receipt
    wait_for_deltas()  # of the submission and its grading
    sent.clear()
    again(cast.priya, submitted)
    event = db.session.query(Activity).filter_by(type="attempt_reopened").one()
    assert (event.actor_id, event.attempt_id) == (cast.priya.id, submitted.id)
    assert (event.details["before"]["status"], event.details["before"]["receipt"]) == ("graded", receipt)
    assert event.details["reason"] == "Handed in by mistake"
    (student,) = [one for one in sent if one.name == "attempt_reopened"]
    assert student.data["attemptId"] == str(submitted.id) and student.data["status"] == "in_progress"
    (update,) = [one for one in sent if one.name == "student_status_update"]
    (row,) = update.data["students"]
    assert (row["status"], row["receipt"], row["submittedAt"]) == ("in_progress", None, None)
    notified = db.session.query(Notification).filter_by(kind="attempt_reopened").one()
    assert notified.user_id == cast.carl.id and notified.link == f"/attempts/{submitted.id}/exam"


def test_details_list_what_was_undone(submitted: Any, cast: SimpleNamespace) -> None:
    receipt = submitted.receipt
    again(cast.priya, submitted)
    (undone,) = attempt_details.details(cast.ines, submitted, minutes(13))["reopenings"]
    assert (undone["receipt"], undone["reopenedBy"]["userId"]) == (receipt, str(cast.priya.id))
    (seen,) = attempt_details.details(cast.carl, submitted, minutes(13))["reopenings"]
    assert seen == {key: value for key, value in undone.items() if key != "reopenedBy"}
    assert attempt_state.attempt_state(submitted, minutes(13))["timesReopened"] == 1


# --- results --------------------------------------------------------------------------------------


def test_a_result_that_was_undone_counts_nowhere(submitted: Any, running: Any, cast: SimpleNamespace) -> None:
    again(cast.priya, submitted)
    (row,) = [
        row
        for row in result_views.session_results(cast.ines, running.id)["students"]
        if row["studentId"] == str(cast.carl.id)
    ]
    assert (row["score"], row["grade"]) == (None, None)
    assert result_views.session_stats(running, minutes(13))["averageScore"] is None


def test_a_score_set_by_staff_ends_with_its_submission(submitted: Any, cast: SimpleNamespace) -> None:
    score_overrides.set_score(cast.ines, submitted, Decimal(1), Decimal(0), "Appeal", minutes(11))
    again(cast.priya, submitted)
    submissions.submit(cast.carl, submitted.id, None, True, minutes(14))
    latest = latest_result(submitted.id)
    assert latest is not None and (latest.number, latest.graded_by) == (3, None)
    assert differences([submitted.id]) == []


def test_after_the_release_it_is_refused(submitted: Any, running: Any, cast: SimpleNamespace) -> None:
    lifecycle.complete_session(cast.ines, running, minutes(11))
    releases.release_results(cast.ines, running, minutes(12))
    reason = refusal(again(cast.priya, submitted, at=minutes(13)))
    assert reason.startswith("The results have been released") and "another session" in reason
    assert submitted.status == A.GRADED and running.status == SessionStatus.COMPLETED


# --- sessions -------------------------------------------------------------------------------------


def test_a_session_that_is_over_continues_for_the_reopened_attempt(
    submitted: Any, running: Any, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    other = AttemptFactory(student=UserFactory(organization=cast.school), session=running)
    lifecycle.complete_session(cast.ines, running, minutes(11))
    sent.clear()
    again(cast.priya, submitted, 40)
    db.session.refresh(running)
    assert (running.status, running.completed_at) == (SessionStatus.IN_PROGRESS, None)
    assert running.ends_at == minutes(30)  # the common end is that of the others
    assert [one.data["status"] for one in sent if one.name == "session_reopened"] == ["in_progress"] * 2
    assert db.session.query(Activity).filter_by(type="session_reopened").one().actor_id == cast.priya.id
    db.session.refresh(other)
    assert other.status == A.SUBMITTED
    with pytest.raises(Conflict, match="still running"):
        releases.release_results(cast.ines, running, minutes(13))
    closing.close_due(minutes(35))
    db.session.refresh(running)
    assert running.status == SessionStatus.IN_PROGRESS
    assert closing.next_deadline() == minutes(52)
    closing.close_due(minutes(53))
    db.session.refresh(running)
    assert (running.status, running.completed_at) == (SessionStatus.COMPLETED, minutes(53))


def test_it_ends_with_the_last_reopened_attempt(submitted: Any, running: Any, cast: SimpleNamespace) -> None:
    lifecycle.complete_session(cast.ines, running, minutes(11))
    again(cast.priya, submitted)
    submissions.submit(cast.carl, submitted.id, None, True, minutes(13))
    due = closing.next_deadline()
    assert due is not None and due <= minutes(13)
    closing.close_due(minutes(13))
    db.session.refresh(running)
    assert running.status == SessionStatus.COMPLETED


def test_nobody_begins_in_a_session_that_was_over(
    submitted: Any, running: Any, cast: SimpleNamespace
) -> None:
    lifecycle.complete_session(cast.ines, running, minutes(11))
    again(cast.priya, submitted)
    with pytest.raises(SessionNotJoinable, match="continues only"):
        joining.join_session(cast.cora, running.id, minutes(13))
    _, rejoined = joining.join_session(cast.carl, running.id, minutes(13))
    assert rejoined is not None and rejoined.id == submitted.id


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [0, 1441])
def test_minutes_are_validated(submitted: Any, cast: SimpleNamespace, more: int) -> None:
    with pytest.raises(InvalidInput):
        again(cast.priya, submitted, more)
    with pytest.raises(InvalidInput):
        reopen(submitted.session, cast.priya, [submitted], 10, "  ", minutes(12))


def test_an_open_attempt_is_refused(attempt: Any, cast: SimpleNamespace) -> None:
    assert "still open" in refusal(again(cast.priya, attempt))


def test_a_cancelled_attempt_is_refused(attempt: Any, cast: SimpleNamespace) -> None:
    control.cancel(cast.priya, [attempt], "Wrong student", minutes(5))
    assert "cancelled" in refusal(again(cast.priya, attempt))


def test_a_replaced_attempt_is_refused(attempt: Any, cast: SimpleNamespace) -> None:
    reset(cast.priya, attempt, "Broken laptop", True, minutes(5))
    assert "Reopen that one" in refusal(again(cast.priya, attempt))


def test_attempts_of_another_session_are_refused(submitted: Any, cast: SimpleNamespace) -> None:
    other = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=submitted.test)
    outcome = reopen_named(other, cast.priya, [submitted.id], 10, "Mistake", minutes(12))
    assert "does not exist in this session" in refusal(outcome)


# --- self-paced -----------------------------------------------------------------------------------


@pytest.fixture
def practised(cast: SimpleNamespace) -> Any:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    return graded("true_false", student=cast.carl, test=test)


def test_a_self_paced_attempt_goes_on(practised: Any, cast: SimpleNamespace) -> None:
    assert again(cast.ines, practised)["done"]
    assert db.session.get_one(Attempt, practised.id).status == A.IN_PROGRESS


def test_beside_another_open_attempt_it_is_refused(practised: Any, cast: SimpleNamespace) -> None:
    AttemptFactory(student=cast.carl, test=practised.test, number=2)
    assert "Cancel that one first" in refusal(again(cast.ines, practised))


def test_a_released_self_paced_attempt_is_refused(practised: Any, cast: SimpleNamespace) -> None:
    practised.results_released_at = NOW + timedelta(minutes=11)
    db.session.commit()
    assert "released" in refusal(again(cast.ines, practised))
