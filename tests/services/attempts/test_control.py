"""Control of attempts by staff: the full table of states, and the effects of each action."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, AdjustmentKind, TimeAdjustment
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.services.attempts import control
from tests.helpers.times import NOW, later, minutes

A = AttemptStatus
VERBS = {
    "pause": (control.pause, {A.IN_PROGRESS: A.PAUSED}),
    "resume": (control.resume, {A.PAUSED: A.IN_PROGRESS}),
    "cancel": (control.cancel, dict.fromkeys((A.NOT_STARTED, A.IN_PROGRESS, A.PAUSED), A.CANCELLED)),
    "force_submit": (control.force_submit, dict.fromkeys((A.IN_PROGRESS, A.PAUSED), A.SUBMITTED)),
}


@pytest.mark.parametrize("status", list(A))
@pytest.mark.parametrize("verb", VERBS)
def test_every_action_in_every_state(
    attempt: Any, cast: SimpleNamespace, verb: str, status: AttemptStatus
) -> None:
    act, moves = VERBS[verb]
    attempt.status = status
    attempt.paused_at = NOW if status == A.PAUSED else None
    db.session.commit()

    outcome = act(cast.priya, [attempt], "Fire alarm", later(10))
    db.session.refresh(attempt)
    assert attempt.status == moves.get(status, status)
    assert [row["attemptId"] for row in outcome["done" if status in moves else "refused"]] == [
        str(attempt.id)
    ]
    logged = db.session.query(Activity).filter_by(attempt_id=attempt.id, actor_id=cast.priya.id).count()
    assert logged == (1 if status in moves else 0)


@pytest.mark.parametrize("verb", VERBS)
def test_a_missing_reason_is_refused_and_changes_nothing(
    attempt: Any, cast: SimpleNamespace, verb: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        VERBS[verb][0](cast.priya, [attempt], "   ", later(10))
    assert "reason" in refused.value.details
    db.session.refresh(attempt)
    assert attempt.status == A.IN_PROGRESS


def test_a_pause_stops_the_clock_exactly(attempt: Any, cast: SimpleNamespace) -> None:
    control.pause(cast.priya, [attempt], "Fire alarm", minutes(10))
    control.resume(cast.priya, [attempt], "All clear", minutes(17))
    db.session.refresh(attempt)
    assert (attempt.deadline_at, attempt.paused_at, attempt.paused_by) == (minutes(37), None, None)
    (row,) = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id)
    assert (row.kind, row.seconds, row.reason) == (AdjustmentKind.PAUSE, 420, "All clear")


def test_an_attempt_past_its_deadline_cannot_be_paused(attempt: Any, cast: SimpleNamespace) -> None:
    outcome = control.pause(cast.priya, [attempt], "Too late", minutes(30))
    assert outcome["done"] == []
    with pytest.raises(InvalidTransition):
        control.raise_refusal(outcome)


def test_a_forced_submission_ends_at_the_deadline_at_the_latest(attempt: Any, cast: SimpleNamespace) -> None:
    control.force_submit(cast.priya, [attempt], "Left the room", minutes(31))
    db.session.refresh(attempt)
    assert (attempt.submitted_at, attempt.submission_method) == (minutes(30), SubmissionMethod.FORCED)
    assert attempt.grading_needed


def test_a_cancelled_attempt_has_a_reason_and_no_score(attempt: Any, cast: SimpleNamespace) -> None:
    control.cancel(cast.priya, [attempt], "Wrong class", later(5))
    db.session.refresh(attempt)
    assert (attempt.cancel_reason, attempt.grading_needed) == ("Wrong class", False)
