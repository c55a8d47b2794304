"""The attempt as a state machine: the ledger is consistent after any sequence of actions.

Hypothesis chooses the actions and their times; the model below computes the expected result.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from exam_app.errors import AttemptExpired, AttemptNotInProgress
from exam_app.extensions import db
from exam_app.models import Attempt, Result, TimeAdjustment
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control
from exam_app.services.grading import bulk_grading
from exam_app.services.grading.versions import latest_result
from exam_app.services.operations.consistency import differences
from exam_app.services.reopening.reopen import reopen
from exam_app.services.taking import submissions
from exam_app.services.timing import deadlines
from tests.factories import RIGHT, WRONG, AttemptFactory, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import assert_log_explains_answers, questions
from tests.helpers.times import GRACE, NOW

A = AttemptStatus
LIMIT = timedelta(minutes=30)


def machine_for(running: Any, cast: SimpleNamespace) -> type[RuleBasedStateMachine]:
    class AttemptMachine(RuleBasedStateMachine):
        """The model: the status, the time, and the expected deadline."""

        def __init__(self) -> None:
            super().__init__()
            self.student = UserFactory(organization=cast.school)
            self.attempt = AttemptFactory(student=self.student, session=running)
            self.now: datetime = NOW
            self.status = A.IN_PROGRESS
            self.deadline = NOW + LIMIT
            self.paused_at: datetime | None = None
            self.ids = questions(self.attempt.test)
            self.reopened = 0

        # --- actions ---

        @rule(seconds=st.integers(0, 900))
        def time_passes(self, seconds: int) -> None:
            self.now += timedelta(seconds=seconds)

        @rule(kind=st.sampled_from(sorted(RIGHT)), right=st.booleans())
        def save(self, kind: str, right: bool) -> None:
            response = (RIGHT if right else WRONG)[kind]
            change = ChangeFactory(question_id=self.ids[kind], response=response)
            batch = BatchFactory(attempt=self.attempt, changes=[change], arrived_at=self.now)
            in_time = self.now <= self.deadline + timedelta(seconds=GRACE)
            if self.status == A.IN_PROGRESS and in_time:
                assert len(saving.save(batch)["saved"]) == 1
            else:
                with pytest.raises((AttemptExpired, AttemptNotInProgress)):
                    saving.save(batch)

        @rule()
        def the_clock_looks(self) -> None:
            closing.close_due(self.now)
            if self.is_over():
                self.status = A.EXPIRED

        @rule()
        def submit(self) -> None:
            if self.is_over():
                self.status = A.EXPIRED
            try:
                submissions.submit(self.student, self.attempt.id, None, True, self.now)
            except AttemptNotInProgress:
                assert self.status in (A.PAUSED, A.CANCELLED)
            else:
                assert self.status not in (A.PAUSED, A.CANCELLED)
                self.status = A.GRADED

        @rule()
        def pause(self) -> None:
            outcome = control.pause(cast.priya, [self.attempt], "Alarm", self.now)
            can = self.status == A.IN_PROGRESS and self.now < self.deadline
            assert bool(outcome["done"]) == can
            if can:
                self.status, self.paused_at = A.PAUSED, self.now

        @rule()
        def resume(self) -> None:
            outcome = control.resume(cast.priya, [self.attempt], "All clear", self.now)
            assert bool(outcome["done"]) == (self.status == A.PAUSED)
            if self.paused_at is not None and self.status == A.PAUSED:
                self.deadline += self.now - self.paused_at
                self.status, self.paused_at = A.IN_PROGRESS, None

        @rule(minutes=st.integers(1, 20))
        def extend(self, minutes: int) -> None:
            reply = deadlines.extend_time(
                running, cast.priya, [self.attempt.id], minutes, "Projector", self.now
            )
            assert bool(reply["done"]) == (self.status in (A.IN_PROGRESS, A.PAUSED))
            if reply["done"]:
                self.deadline += timedelta(minutes=minutes)

        @precondition(lambda self: self.status in (A.IN_PROGRESS, A.PAUSED))
        @rule()
        def cancel(self) -> None:
            assert control.cancel(cast.priya, [self.attempt], "Mistake", self.now)["done"]
            self.status = A.CANCELLED

        @rule(minutes=st.integers(1, 40))
        def reopen(self, minutes: int) -> None:
            outcome = reopen(running, cast.priya, [self.attempt], minutes, "Mistake", self.now)
            assert bool(outcome["done"]) == (self.status in (A.EXPIRED, A.GRADED))
            if outcome["done"]:
                self.deadline = self.now + timedelta(minutes=minutes)
                self.status, self.paused_at = A.IN_PROGRESS, None
                self.reopened += 1

        @rule()
        def grade(self) -> None:
            bulk_grading.grade_closed(self.now)
            if self.status in (A.SUBMITTED, A.EXPIRED):
                self.status = A.GRADED

        def is_over(self) -> bool:
            return self.status == A.IN_PROGRESS and self.now >= self.deadline + timedelta(seconds=GRACE)

        # --- invariants ---

        @invariant()
        def the_books_balance(self) -> None:
            attempt = db.session.get(Attempt, self.attempt.id, populate_existing=True)
            assert attempt is not None
            assert attempt.status == self.status
            assert attempt.deadline_at == self.deadline
            ledger = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt.id)
            assert (
                attempt.started_at + LIMIT + timedelta(seconds=sum(r.seconds for r in ledger))
                == self.deadline
            )
            if attempt.submission_method == SubmissionMethod.AUTOMATIC:
                assert attempt.submitted_at == self.deadline
            results = db.session.query(Result).filter_by(attempt_id=attempt.id).count()
            assert results == self.reopened + (1 if self.status == A.GRADED else 0)
            assert (latest_result(attempt.id) is not None) == (self.status == A.GRADED)
            assert attempt.times_reopened == self.reopened
            assert differences([attempt.id]) == []
            assert_log_explains_answers(attempt)

    return AttemptMachine


def test_invariants_hold_after_any_sequence_of_actions(running: Any, cast: SimpleNamespace) -> None:
    run_state_machine_as_test(
        machine_for(running, cast),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
