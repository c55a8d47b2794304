"""Saving an answer: the write path, and every point where it can end early."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AttemptExpired, AttemptNotInProgress, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, ChangeOutcome
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.sessions import lifecycle
from exam_app.services.timing import deadlines
from tests.factories import (
    EVERY_DEFINITION,
    EVERY_RIGHT,
    EVERY_WRONG,
    RIGHT,
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    TestFactory,
)
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.clients import wait_for_deltas
from tests.helpers.times import GRACE, NOW, later, minutes


@pytest.fixture
def ids(exam: Any) -> dict[str, int]:
    return questions(exam)


def save(attempt: Any, *changes: Any, **batch: Any) -> dict[str, Any]:
    return saving.save(BatchFactory(attempt=attempt, changes=list(changes), **batch))


def true_false(ids: dict[str, int], right: bool = True, **extra: Any) -> Any:
    response = (RIGHT if right else WRONG)["true_false"]
    return ChangeFactory(question_id=ids["true_false"], response=response, **extra)


@pytest.mark.parametrize("kind", EVERY_DEFINITION)
@pytest.mark.parametrize(("responses", "points"), [(EVERY_RIGHT, 4), (EVERY_WRONG, 0)])
def test_an_answer_of_each_type_is_saved_and_scored(
    cast: Any, every_type: Any, kind: str, responses: dict[str, Any], points: int
) -> None:
    attempt, question_id = AttemptFactory(student=cast.carl, test=every_type), questions(every_type)[kind]
    by_person = kind == "essay" and points == 4
    expected = (None, None) if by_person else (Decimal(points), points == 4)
    reply = save(attempt, ChangeFactory(question_id=question_id, response=responses[kind]))
    saved = answers_of(attempt.id)[question_id]
    assert (saved.response, saved.points, saved.is_correct) == (responses[kind], *expected)
    assert reply["saved"][0]["response"] == responses[kind]
    assert_log_explains_answers(attempt)


def test_the_reply_has_the_shape_of_the_contract(attempt: Any, ids: dict[str, int]) -> None:
    change = true_false(ids, time_spent=12, flagged=True)
    reply = save(attempt, change)
    assert set(reply) == {
        "saved",
        "conflicts",
        "rejected",
        "progress",
        "version",
        "serverTime",
        "expiresAt",
    }
    (saved,) = reply["saved"]
    assert saved["changeId"] == str(change.change_id)
    assert (saved["version"], saved["flagged"], saved["timeSpent"]) == (1, True, 12)
    assert saved["savedAt"] == reply["serverTime"] == "2026-05-04T09:00:00.000Z"
    assert reply["expiresAt"] == "2026-05-04T09:30:00.000Z"
    assert reply["progress"] == {
        "questionsAnswered": 1,
        "totalQuestions": 5,
        "completionPercentage": 20.0,
        "currentQuestionIndex": 0,
        "currentScore": None,
        "maxPossibleScore": 20,
    }


def test_a_batch_counts_its_changes_one_by_one(attempt: Any, ids: dict[str, int]) -> None:
    changes = [ChangeFactory(question_id=ids[kind], response=RIGHT[kind]) for kind in ids]
    reply = save(attempt, *changes)
    assert [saved["version"] for saved in reply["saved"]] == [1, 2, 3, 4, 5]
    assert reply["version"] == 5
    assert reply["progress"]["questionsAnswered"] == 5
    assert_log_explains_answers(attempt)


def test_a_cleared_answer_counts_as_unanswered(attempt: Any, ids: dict[str, int]) -> None:
    save(attempt, true_false(ids))
    reply = save(attempt, ChangeFactory(question_id=ids["true_false"], response={"selectedOptionIds": []}))
    assert reply["progress"]["questionsAnswered"] == 0
    assert answers_of(attempt.id)[ids["true_false"]].points == 0
    assert_log_explains_answers(attempt)


def test_a_flag_alone_leaves_the_question_unanswered(attempt: Any, ids: dict[str, int]) -> None:
    change = ChangeFactory(question_id=ids["short_answer"], response={"text": ""}, flagged=True)
    assert save(attempt, change)["progress"]["questionsAnswered"] == 0
    assert answers_of(attempt.id)[ids["short_answer"]].flagged


# --- replays ------------------------------------------------------------------------------------


def test_a_replay_changes_nothing_and_gets_the_same_reply(attempt: Any, ids: dict[str, int]) -> None:
    change = true_false(ids)
    first = save(attempt, change)
    again = save(attempt, change, arrived_at=later(5))
    assert again["saved"] == [{**first["saved"][0], "replayed": True}]
    assert again["version"] == first["version"] == 1
    assert len(log_of(attempt.id)) == 1


def test_a_replay_after_a_newer_change_reports_the_current_answer(attempt: Any, ids: dict[str, int]) -> None:
    old, new = true_false(ids), true_false(ids, right=False)
    save(attempt, old)
    save(attempt, new)
    (saved,) = save(attempt, old)["saved"]
    assert (saved["response"], saved["version"]) == (WRONG["true_false"], 2)
    assert_log_explains_answers(attempt)


def test_a_duplicate_change_in_one_batch_counts_once(attempt: Any, ids: dict[str, int]) -> None:
    change = true_false(ids)
    assert save(attempt, change, change)["version"] == 1
    assert_log_explains_answers(attempt)


def test_a_replay_and_something_new_in_one_batch(attempt: Any, ids: dict[str, int]) -> None:
    old = true_false(ids)
    save(attempt, old)
    reply = save(attempt, old, ChangeFactory(question_id=ids["numerical"], response={"number": "46"}))
    assert [saved.get("replayed", False) for saved in reply["saved"]] == [True, False]
    assert reply["version"] == 2
    assert_log_explains_answers(attempt)


def test_change_ids_are_counted_for_each_attempt(
    attempt: Any, running: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    """Reusing another student's change id does not discard that student's change."""
    other = AttemptFactory(student=cast.cora, session=running)
    change = true_false(ids)
    save(other, change)
    assert "replayed" not in save(attempt, change)["saved"][0]
    assert_log_explains_answers(attempt)


def test_a_change_id_that_was_used_for_another_question_is_rejected(
    attempt: Any, ids: dict[str, int]
) -> None:
    """A known change id with another question is rejected, not acknowledged as a replay."""
    change = true_false(ids)
    save(attempt, change)
    other = ChangeFactory(
        change_id=change.change_id, question_id=ids["numerical"], response=RIGHT["numerical"]
    )
    reply = save(attempt, other)
    assert ([r["code"] for r in reply["rejected"]], reply["saved"]) == (["invalid_input"], [])
    assert set(answers_of(attempt.id)) == {ids["true_false"]}
    assert_log_explains_answers(attempt)


# --- conflicts ----------------------------------------------------------------------------------


def conflict_of(
    attempt: Any, ids: dict[str, int], typed: datetime, device: str | None = "phone"
) -> dict[str, Any]:
    """The laptop's answer is current; the other device sends one that was made without having seen it."""
    save(attempt, true_false(ids, client_time=NOW), device="laptop", sent_at=NOW)
    change = true_false(ids, right=False, base_version=0, client_time=typed)
    return save(attempt, change, device=device, sent_at=later(60), arrived_at=later(60))


def test_merge_keeps_the_answer_typed_last(attempt: Any, ids: dict[str, int]) -> None:
    reply = conflict_of(attempt, ids, later(30))
    (conflict,) = reply["conflicts"]
    assert conflict | {"changeId": None} == {
        "changeId": None,
        "questionId": ids["true_false"],
        "localValue": WRONG["true_false"],
        "serverValue": RIGHT["true_false"],
        "resolution": "local",
        "version": 2,
    }
    assert reply["saved"][0]["response"] == WRONG["true_false"]
    assert_log_explains_answers(attempt)


def test_merge_does_not_let_an_old_device_overwrite_a_newer_answer(attempt: Any, ids: dict[str, int]) -> None:
    reply = conflict_of(attempt, ids, later(-30))
    (conflict,) = reply["conflicts"]
    assert (conflict["resolution"], conflict["version"]) == ("server", 1)
    assert reply["saved"][0]["response"] == RIGHT["true_false"]
    assert [entry.outcome for entry in log_of(attempt.id)] == [
        ChangeOutcome.APPLIED,
        ChangeOutcome.SUPERSEDED,
    ]
    assert_log_explains_answers(attempt)


def test_a_conflict_is_in_the_activity_log_with_both_values(attempt: Any, ids: dict[str, int]) -> None:
    conflict_of(attempt, ids, later(30))
    (logged,) = db.session.query(Activity).filter_by(type="answer_conflict")
    assert logged.details["localValue"] == WRONG["true_false"]
    assert logged.details["serverValue"] == RIGHT["true_false"]
    assert logged.attempt_id == attempt.id


def test_the_same_device_is_never_in_conflict_with_itself(attempt: Any, ids: dict[str, int]) -> None:
    reply = conflict_of(attempt, ids, later(30), device="laptop")
    assert reply["conflicts"] == []
    assert reply["saved"][0]["response"] == WRONG["true_false"]


def test_of_two_changes_to_one_answer_in_one_batch_the_last_counts(attempt: Any, ids: dict[str, int]) -> None:
    first = true_false(ids, base_version=0, client_time=later(-20))
    second = true_false(ids, right=False, base_version=0, client_time=later(-10))
    reply = save(attempt, first, second, device="laptop", sent_at=NOW)
    assert reply["conflicts"] == []
    assert reply["saved"][-1]["response"] == WRONG["true_false"]
    assert_log_explains_answers(attempt)


@pytest.mark.parametrize(("strategy", "kept"), [("local", WRONG), ("server", RIGHT)])
def test_the_conflict_strategy_of_the_test_applies(
    cast: SimpleNamespace, strategy: str, kept: dict[str, Any]
) -> None:
    test = TestFactory(author=cast.ines, published=True, conflict_strategy=strategy)
    attempt, ids = AttemptFactory(student=cast.carl, test=test), questions(test)
    save(attempt, true_false(ids), device="laptop")
    reply = save(attempt, true_false(ids, right=False, base_version=0), device="phone", arrived_at=later(9))
    assert reply["saved"][0]["response"] == kept["true_false"]
    assert len(reply["conflicts"]) == 1


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "response",
    [
        {"selectedOptionIds": [9]},
        {"selectedOptionIds": [1, 2]},
        {"selectedOptionIds": "1"},
        {"text": "yes"},
        {},
        {"selectedOptionIds": [1], "points": 4},
    ],
)
def test_an_invalid_change_is_rejected_alone(
    attempt: Any, ids: dict[str, int], response: dict[str, Any]
) -> None:
    bad = true_false(ids)
    bad = ChangeFactory(question_id=ids["true_false"], response=response, change_id=bad.change_id)
    good = ChangeFactory(question_id=ids["numerical"], response={"number": "46"})
    reply = save(attempt, bad, good)
    (rejected,) = reply["rejected"]
    assert (rejected["changeId"], rejected["code"]) == (str(bad.change_id), "invalid_input")
    assert rejected["message"]
    assert [saved["questionId"] for saved in reply["saved"]] == [ids["numerical"]]
    assert_log_explains_answers(attempt)


def test_a_question_of_another_test_is_rejected(attempt: Any) -> None:
    foreign = questions(TestFactory(published=True))
    reply = save(attempt, ChangeFactory(question_id=foreign["true_false"]))
    assert len(reply["rejected"]) == 1
    assert answers_of(attempt.id) == {}


def test_an_over_long_text_is_rejected(attempt: Any, ids: dict[str, int]) -> None:
    reply = save(attempt, ChangeFactory(question_id=ids["short_answer"], response={"text": "x" * 20_001}))
    assert len(reply["rejected"]) == 1
    reply = save(attempt, ChangeFactory(question_id=ids["short_answer"], response={"text": "x" * 20_000}))
    assert len(reply["saved"]) == 1


def test_the_attempt_of_another_student_is_not_found(
    attempt: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    with pytest.raises(NotFound):
        save(attempt, true_false(ids), student_id=cast.cora.id)
    with pytest.raises(NotFound):
        save(attempt, true_false(ids), attempt_id=uuid.uuid4())
    assert log_of(attempt.id) == []


@pytest.mark.parametrize("trait", ["paused", "submitted", "cancelled"])
def test_an_attempt_that_is_not_running_accepts_no_answer(
    running: Any, cast: SimpleNamespace, ids: dict[str, int], trait: str
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **{trait: True})
    with pytest.raises(AttemptNotInProgress) as refusal:
        save(attempt, true_false(ids))
    assert refusal.value.details == {"status": trait}
    assert log_of(attempt.id) == []


# --- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds_after", [-1, 0, GRACE])
def test_a_change_that_arrives_in_time_is_saved(
    attempt: Any, ids: dict[str, int], seconds_after: int
) -> None:
    save(attempt, true_false(ids), arrived_at=later(1800 + seconds_after))
    assert_log_explains_answers(attempt)
    assert len(answers_of(attempt.id)) == 1


@pytest.mark.parametrize("seconds_after", [GRACE + 0.001, GRACE + 1, 3600])
def test_a_late_change_is_stored_apart_and_changes_nothing(
    attempt: Any, ids: dict[str, int], seconds_after: float
) -> None:
    save(attempt, true_false(ids))
    change = true_false(ids, right=False, client_time=minutes(29))
    arrived = later(1800 + seconds_after)
    with pytest.raises(AttemptExpired) as refusal:
        save(attempt, change, arrived_at=arrived, sent_at=arrived, device="laptop")
    late = [str(change.change_id)]
    assert refusal.value.details == {"expiresAt": "2026-05-04T09:30:00.000Z", "late": late}
    kept = log_of(attempt.id)[-1]
    assert (kept.outcome, kept.response) == (ChangeOutcome.LATE, WRONG["true_false"])
    assert (kept.arrived_at, kept.client_time, kept.device) == (arrived, minutes(29), "laptop")
    assert answers_of(attempt.id)[ids["true_false"]].response == RIGHT["true_false"]
    assert_log_explains_answers(attempt)


def test_a_replayed_saved_change_is_not_late(attempt: Any, ids: dict[str, int]) -> None:
    """A change saved in time is not reported as late when the page resends it after the deadline."""
    saved, late = true_false(ids), true_false(ids, right=False)
    save(attempt, saved)
    for _ in range(2):
        with pytest.raises(AttemptExpired) as refusal:
            save(attempt, saved, late, arrived_at=later(1803))
        assert refusal.value.details["late"] == [str(late.change_id)]


def test_a_change_after_a_forced_end_is_stored_apart(
    attempt: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    lifecycle.complete_session(cast.ines, attempt.session, minutes(10))
    with pytest.raises(AttemptExpired) as refusal:
        save(attempt, true_false(ids), arrived_at=minutes(11))
    assert refusal.value.details["expiresAt"] == "2026-05-04T09:10:00.000Z"
    assert [entry.outcome for entry in log_of(attempt.id)] == [ChangeOutcome.LATE]
    assert answers_of(attempt.id) == {}
    assert_log_explains_answers(attempt)


def test_a_replayed_late_change_is_stored_once(attempt: Any, ids: dict[str, int]) -> None:
    change = true_false(ids)
    for seconds in (1803, 1804):
        with pytest.raises(AttemptExpired):
            save(attempt, change, change, arrived_at=later(seconds))
    assert len(log_of(attempt.id)) == 1
    assert_log_explains_answers(attempt)


def test_late_changes_of_one_batch_are_stored_in_typing_order(attempt: Any, ids: dict[str, int]) -> None:
    second = true_false(ids, client_time=minutes(31))
    first = true_false(ids, right=False, client_time=minutes(30))
    with pytest.raises(AttemptExpired):
        save(attempt, second, first, arrived_at=minutes(32), sent_at=minutes(32))
    assert [entry.change_id for entry in log_of(attempt.id)] == [first.change_id, second.change_id]


def test_a_late_change_after_closing_is_stored(attempt: Any, ids: dict[str, int]) -> None:
    closing.close_due(later(1802))
    with pytest.raises(AttemptExpired):
        save(attempt, true_false(ids), arrived_at=later(1803))
    db.session.refresh(attempt)
    assert (attempt.status, attempt.grading_needed) == (AttemptStatus.EXPIRED, True)
    assert [entry.outcome for entry in log_of(attempt.id)] == [ChangeOutcome.LATE]


def test_a_timely_change_to_a_closed_attempt_is_saved_and_regraded(attempt: Any, ids: dict[str, int]) -> None:
    save(attempt, true_false(ids))
    closing.close_due(later(1802))
    bulk_grading.grade_closed(later(1802.1))
    assert latest_result(attempt.id).score == 4

    in_flight = ChangeFactory(question_id=ids["numerical"], response={"number": "46"})
    reply = save(attempt, in_flight, arrived_at=later(1802))
    assert len(reply["saved"]) == 1
    db.session.refresh(attempt)
    assert (attempt.status, attempt.grading_needed) == (AttemptStatus.GRADED, True)
    assert attempt.submission_method == SubmissionMethod.AUTOMATIC

    assert bulk_grading.grade_closed(later(1803)) == 1
    result = latest_result(attempt.id)
    assert (result.number, result.score) == (2, 8)
    assert_log_explains_answers(attempt)


def test_a_clock_that_is_an_hour_ahead_does_not_win_a_conflict(attempt: Any, ids: dict[str, int]) -> None:
    save(attempt, true_false(ids), device="laptop", arrived_at=later(10))
    ahead = true_false(ids, right=False, base_version=0, client_time=later(3600))
    reply = save(attempt, ahead, device="phone", sent_at=later(3620), arrived_at=later(20))
    assert reply["conflicts"][0]["resolution"] == "server"
    assert log_of(attempt.id)[-1].typed_at == NOW


# --- many attempts in one call ------------------------------------------------------------------


def test_one_call_saves_many_attempts_and_each_gets_its_own_answer(
    attempt: Any, running: Any, cast: SimpleNamespace, ids: dict[str, int]
) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    batches = [
        BatchFactory(attempt=attempt, changes=[true_false(ids)]),
        BatchFactory(attempt=other, changes=[true_false(ids, right=False)], arrived_at=minutes(40)),
        BatchFactory(attempt=other, attempt_id=uuid.uuid4(), changes=[true_false(ids)]),
    ]
    saved, late, missing = saving.save_answers(batches)
    assert saved.reply["version"] == 1
    assert isinstance(late, AttemptExpired)
    assert isinstance(missing, NotFound)
    assert [entry.outcome for entry in log_of(other.id)] == [ChangeOutcome.LATE]
    assert_log_explains_answers(attempt)
    assert_log_explains_answers(other)


# --- events -------------------------------------------------------------------------------------


def test_a_save_is_published_to_other_devices_and_proctors(
    attempt: Any, running: Any, ids: dict[str, int], sent: list[SimpleNamespace]
) -> None:
    save(attempt, true_false(ids))
    (changed,) = [event for event in sent if event.name == "answers_changed"]
    assert changed.to == f"attempt:{attempt.id}"
    assert (changed.data["version"], changed.data["attemptId"]) == (1, str(attempt.id))
    assert changed.data["answers"][0]["questionId"] == ids["true_false"]


def test_a_replay_is_not_published(attempt: Any, ids: dict[str, int], sent: list[SimpleNamespace]) -> None:
    change = true_false(ids)
    save(attempt, change)
    wait_for_deltas()
    sent.clear()
    save(attempt, change)
    assert sent == []


def test_feedback_is_immediate_only_if_the_test_says_so(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, practice=True, published=True)
    attempt, ids = AttemptFactory(student=cast.carl, test=test), questions(test)
    reply = save(attempt, true_false(ids))
    assert (reply["saved"][0]["isCorrect"], reply["saved"][0]["points"]) == (True, 4)
    assert reply["progress"]["currentScore"] == 4


def test_a_late_change_replayed_after_an_extension_stays_late(
    attempt: Any, running: Any, cast: SimpleNamespace
) -> None:
    change = ChangeFactory(question_id=questions(attempt.test)["true_false"], response=RIGHT["true_false"])
    batch = BatchFactory(attempt=attempt, changes=[change], arrived_at=minutes(31))
    with pytest.raises(AttemptExpired):
        saving.save(batch)
    deadlines.extend_time(running, cast.priya, [attempt.id], 10, "Projector", minutes(31))
    reply = saving.save(batch)
    assert ([row["code"] for row in reply["rejected"]], reply["saved"]) == (["attempt_expired"], [])
    assert_log_explains_answers(attempt)
