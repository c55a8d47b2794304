"""Synchronizing a client that has an older version, and conflicts that the student resolves."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import AttemptExpired, AttemptNotInProgress, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, ChangeOutcome
from exam_app.services.answers import conflicts, saving, synchronization
from exam_app.services.answers.synchronization import Resolution
from exam_app.services.taking import state as attempt_state
from tests.factories import RIGHT, WRONG, AttemptFactory, BatchFactory, ChangeFactory, TestFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.clients import wait_for_deltas
from tests.helpers.times import GRACE, NOW, later

CHOICE, TEXT = "true_false", "short_answer"


@pytest.fixture
def ids(exam: Any) -> dict[str, int]:
    return questions(exam)


@pytest.fixture
def sync(attempt: Any, cast: SimpleNamespace) -> Any:
    def synchronize(version: int, *changes: Any, **batch: Any) -> dict[str, Any]:
        sent = BatchFactory(attempt=attempt, changes=list(changes), **batch)
        return synchronization.synchronize(cast.carl, sent, version, sent.arrived_at)

    return synchronize


def text(ids: dict[str, int], words: str, **extra: Any) -> Any:
    return ChangeFactory(question_id=ids[TEXT], response={"text": words}, **extra)


def shown(reply: dict[str, Any]) -> dict[int, Any]:
    return {answer["questionId"]: answer["response"] for answer in reply["answers"]}


def versions(entries: list[dict[str, Any]]) -> list[int]:
    return [entry["version"] for entry in entries]


# --- one round trip -----------------------------------------------------------------------------


def test_a_sync_saves_changes_and_returns_newer_answers(sync: Any, attempt: Any, ids: dict[str, int]) -> None:
    first = sync(0, text(ids, "leaf"), device="laptop")
    assert (first["version"], versions(first["answers"]), versions(first["saved"])) == (1, [1], [1])
    saving.save(
        BatchFactory(attempt=attempt, changes=[ChangeFactory(question_id=ids[CHOICE])], device="phone")
    )
    number = ChangeFactory(question_id=ids["numerical"], response=RIGHT["numerical"])
    second = sync(first["version"], number, device="laptop")
    assert shown(second) == {ids[CHOICE]: {"selectedOptionIds": [1]}, ids["numerical"]: RIGHT["numerical"]}
    assert second["version"] == 3 and second["progress"]["questionsAnswered"] == 3
    assert sync(second["version"])["answers"] == []
    assert_log_explains_answers(attempt)


def test_a_sync_without_changes_only_returns_newer_answers(sync: Any, attempt: Any) -> None:
    reply = sync(0)
    assert (reply["saved"], reply["answers"], reply["version"]) == ([], [], 0)
    assert (reply["status"], reply["timeRemaining"], reply["submittedAt"]) == ("in_progress", 1800, None)
    assert log_of(attempt.id) == []


def test_an_unknown_version_counts_as_zero(sync: Any, ids: dict[str, int]) -> None:
    sync(0, text(ids, "leaf"))
    assert versions(sync(99)["answers"]) == [1]


def test_a_repetition_changes_nothing(sync: Any, attempt: Any, ids: dict[str, int]) -> None:
    change = text(ids, "leaf")
    first, again = sync(0, change), sync(0, change)
    assert again["saved"] == [{**first["saved"][0], "replayed": True}]
    assert again["answers"] == first["answers"]
    assert len(log_of(attempt.id)) == 1


def test_a_rejected_change_does_not_block_the_others(sync: Any, ids: dict[str, int]) -> None:
    bad = ChangeFactory(question_id=ids[CHOICE], response={"text": "yes"})
    reply = sync(0, bad, text(ids, "leaf"))
    assert [entry["changeId"] for entry in reply["rejected"]] == [str(bad.change_id)]
    assert shown(reply) == {ids[TEXT]: {"text": "leaf"}}


def test_a_sync_after_the_deadline_is_refused_and_stored_as_late(
    sync: Any, attempt: Any, ids: dict[str, int]
) -> None:
    with pytest.raises(AttemptExpired):
        sync(0, text(ids, "leaf"), arrived_at=later(1800 + GRACE + 1))
    assert [entry.outcome for entry in log_of(attempt.id)] == [ChangeOutcome.LATE]
    assert sync(0, arrived_at=later(1800 + GRACE + 1))["timeRemaining"] == 0


@pytest.mark.parametrize("trait", ["paused", "submitted", "cancelled"])
def test_an_attempt_that_is_not_running_still_returns_its_state(
    running: Any, cast: SimpleNamespace, ids: dict[str, int], trait: str
) -> None:
    attempt = AttemptFactory(student=cast.carl, session=running, **{trait: True})
    nothing = BatchFactory(attempt=attempt)
    assert synchronization.synchronize(cast.carl, nothing, 0, NOW)["status"] == trait
    with pytest.raises(AttemptNotInProgress):
        synchronization.synchronize(
            cast.carl, BatchFactory(attempt=attempt, changes=[text(ids, "x")]), 0, NOW
        )
    assert log_of(attempt.id) == []


def test_the_attempt_of_another_student_is_not_found(attempt: Any, cast: SimpleNamespace) -> None:
    forged = BatchFactory(attempt=attempt, student_id=cast.cora.id)
    with pytest.raises(NotFound):
        synchronization.synchronize(cast.cora, forged, 0, NOW)
    with pytest.raises(NotFound):
        synchronization.resolve_conflicts(forged, [], cast.cora)


# --- conflicts ----------------------------------------------------------------------------------


@pytest.fixture
def conflict(sync: Any, ids: dict[str, int]) -> dict[str, Any]:
    """The laptop's `leaf` was typed and received first; the phone's `root` is current."""
    sync(0, text(ids, "leaf", base_version=0), device="laptop")
    reply = sync(0, text(ids, "root", base_version=0), device="phone", arrived_at=later(60))
    (found,) = reply["conflicts"]
    assert (found["localValue"], found["serverValue"]) == ({"text": "root"}, {"text": "leaf"})
    assert (found["resolution"], found["version"]) == ("local", 2)
    return dict(found)


@pytest.fixture
def resolve(attempt: Any, cast: SimpleNamespace) -> Any:
    def resolve_one(
        conflict: dict[str, Any], side: str | None = None, seconds: int = 120, **more: Any
    ) -> Any:
        one = Resolution(uuid.UUID(conflict["changeId"]), conflict["questionId"], side, **more)
        batch = BatchFactory(attempt=attempt, arrived_at=later(seconds), device="laptop")
        return synchronization.resolve_conflicts(batch, [one], cast.carl)

    return resolve_one


def test_an_open_conflict_is_in_every_reply(
    conflict: dict[str, Any], sync: Any, attempt: Any, cast: SimpleNamespace
) -> None:
    assert sync(2)["openConflicts"] == [conflict]
    assert attempt_state.attempt_state(attempt, NOW)["conflicts"] == [conflict]


def test_a_conflict_can_be_resolved_with_the_rejected_value(
    conflict: dict[str, Any], resolve: Any, attempt: Any, ids: dict[str, int]
) -> None:
    reply = resolve(conflict, "server")
    assert reply["saved"][0]["response"] == {"text": "leaf"}
    assert (reply["settled"], reply["openConflicts"], reply["conflicts"]) == ([conflict["changeId"]], [], [])
    assert conflicts.open_conflicts(attempt.id) == []
    assert_log_explains_answers(attempt)


def test_a_conflict_can_be_resolved_with_a_new_value(
    conflict: dict[str, Any], resolve: Any, ids: dict[str, int]
) -> None:
    reply = resolve(conflict, value={"text": "leaf and root"})
    assert reply["saved"][0]["response"] == {"text": "leaf and root"}
    assert reply["openConflicts"] == []


def test_resolving_preserves_the_flag_and_the_time_spent(
    sync: Any, ids: dict[str, int], resolve: Any
) -> None:
    sync(0, text(ids, "leaf", base_version=0), device="laptop")
    marked = text(ids, "root", base_version=0, flagged=True, time_spent=40)
    (conflict,) = sync(0, marked, device="phone", arrived_at=later(60))["conflicts"]
    (saved,) = resolve(conflict, "server")["saved"]
    assert (saved["flagged"], saved["timeSpent"]) == (True, 40)


def test_resolving_with_the_current_value_changes_no_answer(
    conflict: dict[str, Any], resolve: Any, sync: Any, attempt: Any, ids: dict[str, int]
) -> None:
    """Keeping the current answer saves nothing, even if it was changed since."""
    sync(2, text(ids, "root hair", base_version=2), device="phone", arrived_at=later(90))
    reply = resolve(conflict, "local")
    assert (reply["saved"], reply["settled"]) == ([], [conflict["changeId"]])
    assert answers_of(attempt.id)[ids[TEXT]].response == {"text": "root hair"}


def test_resolving_a_conflict_twice_has_one_effect(
    conflict: dict[str, Any], resolve: Any, attempt: Any
) -> None:
    resolve(conflict, "server")
    again = resolve(conflict, "local", seconds=130)
    assert (again["saved"], again["settled"], again["version"]) == ([], [], 3)
    assert db.session.query(Activity).filter_by(type="answer_conflict_settled").count() == 1


def test_an_interrupted_resolution_is_repeated(
    conflict: dict[str, Any], resolve: Any, attempt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the answer was saved but the resolution was not recorded, a retry records it."""
    with monkeypatch.context() as patch:
        patch.setattr(conflicts, "record_resolved", _power_cut)
        with pytest.raises(InterruptedError):
            resolve(conflict, "server")
    db.session.rollback()
    assert conflicts.open_conflicts(attempt.id) == [conflict]
    again = resolve(conflict, "server", seconds=150)
    assert again["saved"][0]["replayed"] and again["settled"] == [conflict["changeId"]]
    assert len(log_of(attempt.id)) == 3


def _power_cut(*_: Any) -> None:
    raise InterruptedError


def test_resolving_against_a_newer_answer_is_a_new_conflict(
    conflict: dict[str, Any], resolve: Any, sync: Any, ids: dict[str, int]
) -> None:
    """An answer sent meanwhile, unseen by the student who decides, is kept and offered as a new conflict."""
    sync(2, text(ids, "root hair", base_version=2), device="phone", arrived_at=later(90))
    reply = resolve(conflict, "server")
    assert reply["saved"][0]["response"] == {"text": "leaf"}
    (offered,) = reply["openConflicts"]
    assert (offered["serverValue"], offered["resolution"]) == ({"text": "root hair"}, "local")


def test_older_conflicts_of_the_question_are_resolved_too_and_newer_ones_are_not(
    conflict: dict[str, Any], sync: Any, resolve: Any, ids: dict[str, int]
) -> None:
    def again(words: str, seconds: int) -> dict[str, Any]:
        change = text(ids, words, base_version=0)
        return dict(sync(0, change, device=words, arrived_at=later(seconds))["conflicts"][0])

    second, third = again("stem", 70), again("bark", 80)
    reply = resolve(second, "local")
    assert reply["settled"] == [conflict["changeId"], second["changeId"]]
    assert reply["openConflicts"] == [third]


def test_an_invalid_value_is_rejected_and_resolves_nothing(conflict: dict[str, Any], resolve: Any) -> None:
    reply = resolve(conflict, value={"number": "4"})
    assert [(r["changeId"], r["code"]) for r in reply["rejected"]] == [
        (conflict["changeId"], "invalid_input")
    ]
    assert (reply["settled"], reply["openConflicts"]) == ([], [conflict])


def test_an_unknown_conflict_changes_nothing(
    conflict: dict[str, Any], resolve: Any, attempt: Any, ids: dict[str, int]
) -> None:
    other_question = {**conflict, "questionId": ids[CHOICE]}
    for unknown in (other_question, {**conflict, "changeId": str(uuid.uuid4())}):
        reply = resolve(unknown, value={"text": "forged"})
        assert (reply["saved"], reply["settled"], reply["rejected"]) == ([], [], [])
        assert reply["openConflicts"] == [conflict]
    assert len(log_of(attempt.id)) == 2


def test_the_conflict_of_another_student_is_neither_disclosed_nor_resolved(
    conflict: dict[str, Any], running: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    """Knowing the change id of another student's conflict gives no access to it."""
    theirs = AttemptFactory(student=cast.cora, session=running)
    one = Resolution(uuid.UUID(conflict["changeId"]), conflict["questionId"], "server")
    reply = synchronization.resolve_conflicts(BatchFactory(attempt=theirs), [one], cast.cora)
    assert (reply["saved"], reply["settled"], reply["openConflicts"]) == ([], [], [])
    assert conflicts.open_conflicts(attempt.id) == [conflict]


@pytest.mark.parametrize("side", ["local", "server"])
def test_after_the_deadline_no_conflict_is_resolved(
    conflict: dict[str, Any], resolve: Any, attempt: Any, side: str
) -> None:
    with pytest.raises(AttemptExpired):
        resolve(conflict, side, seconds=1800 + GRACE + 1)
    assert conflicts.open_conflicts(attempt.id) == [conflict]
    late = [entry.response for entry in log_of(attempt.id) if entry.outcome == ChangeOutcome.LATE]
    assert late == ([{"text": "leaf"}] if side == "server" else [])


def test_the_server_strategy_offers_the_rejected_value_again(cast: SimpleNamespace) -> None:
    test = TestFactory(author=cast.ines, published=True, conflict_strategy="server")
    attempt, ids = AttemptFactory(student=cast.carl, test=test), questions(test)
    for number, device in enumerate(("laptop", "phone")):
        change = ChangeFactory(
            question_id=ids[CHOICE], response=(RIGHT, WRONG)[number][CHOICE], base_version=0
        )
        saving.save(BatchFactory(attempt=attempt, changes=[change], device=device, arrived_at=later(number)))
    (conflict,) = conflicts.open_conflicts(attempt.id)
    assert conflict["resolution"] == "server"
    one = Resolution(uuid.UUID(conflict["changeId"]), ids[CHOICE], "local")
    batch = BatchFactory(attempt=attempt, arrived_at=later(9))
    reply = synchronization.resolve_conflicts(batch, [one], cast.carl)
    assert reply["saved"][0]["response"] == WRONG[CHOICE]
    assert reply["openConflicts"] == []


def test_conflict_changes_are_published_to_the_devices(
    attempt: Any, ids: dict[str, int], sync: Any, resolve: Any, sent: list[SimpleNamespace]
) -> None:
    sync(0, text(ids, "leaf", base_version=0), device="laptop")
    (conflict,) = sync(0, text(ids, "root", base_version=0), device="phone", arrived_at=later(60))[
        "conflicts"
    ]
    resolve(conflict, "server")
    wait_for_deltas()
    changed = [(e.data["opened"], e.data["settled"]) for e in sent if e.name == "conflicts_changed"]
    assert changed == [([conflict], []), ([], [conflict["changeId"]])]
    assert {e.to for e in sent if e.name == "conflicts_changed"} == {f"attempt:{attempt.id}"}
