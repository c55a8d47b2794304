"""Concurrent actions on one attempt, over real connections: one outcome, and a consistent ledger.

`EXAM_RACE_ROUNDS=1000` runs thousands of interleavings; the default is a small sample.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AppError
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, TimeAdjustment, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.answers import saving
from exam_app.services.attempts import closing, control
from exam_app.services.taking import submissions
from exam_app.services.timing import deadlines
from tests.factories import RIGHT, AttemptFactory, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import assert_log_explains_answers, questions
from tests.helpers.threads import at_once
from tests.helpers.times import GRACE, minutes

ROUNDS = int(os.environ.get("EXAM_RACE_ROUNDS", "25"))
LIMIT = timedelta(minutes=30)
ENDS = {"attempt_submitted", "attempt_expired", "attempt_cancelled"}


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.mark.timeout(900 + 10 * ROUNDS)
def test_concurrent_actions_have_one_outcome(app: Flask, running: Any, cast: SimpleNamespace) -> None:
    dice = random.Random(7)
    proctor = cast.priya.id
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        attempt = AttemptFactory(student=student, session=running)
        student_id, attempt_id, ids = student.id, attempt.id, questions(attempt.test)
        at = minutes(30) + timedelta(seconds=dice.choice([-1, 0, GRACE, GRACE + 1]))
        change = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
        batch = BatchFactory(attempt=attempt, changes=[change], arrived_at=at)

        actions = [
            lambda b=batch: saving.save(b),
            lambda s=student_id, a=attempt_id, t=at: submissions.submit(
                db.session.get(User, s), a, None, True, t
            ),
            lambda t=at: closing.close_due(t),
            lambda a=attempt_id, t=at: _control(control.pause, proctor, a, t),
            lambda a=attempt_id, t=at: _control(control.cancel, proctor, a, t),
            lambda a=attempt_id, t=at: _control(control.force_submit, proctor, a, t),
            lambda a=attempt_id, t=at: _extend(proctor, a, t),
        ]
        dice.shuffle(actions)
        outcomes = at_once(app, *actions)
        broken = [o for o in outcomes if isinstance(o, Exception) and not isinstance(o, AppError)]
        assert not broken, broken
        _check(attempt_id)


def _control(verb: Any, actor_id: Any, attempt_id: Any, at: Any) -> Any:
    return verb(db.session.get(User, actor_id), [db.session.get(Attempt, attempt_id)], "Alarm", at)


def _extend(actor_id: Any, attempt_id: Any, at: Any) -> Any:
    attempt = db.session.get(Attempt, attempt_id)
    assert attempt is not None
    return deadlines.extend_time(
        attempt.session, db.session.get(User, actor_id), [attempt_id], 5, "Alarm", at
    )


def _check(attempt_id: Any) -> None:
    """The log has at most one end, the status matches it, and the ledger explains the deadline."""
    attempt = db.session.get(Attempt, attempt_id, populate_existing=True)
    assert attempt is not None
    kinds = [row.type for row in db.session.query(Activity).filter_by(attempt_id=attempt_id)]
    ends = [kind for kind in kinds if kind in ENDS]
    expected = {
        AttemptStatus.IN_PROGRESS: [],
        AttemptStatus.PAUSED: [],
        AttemptStatus.CANCELLED: ["attempt_cancelled"],
        AttemptStatus.EXPIRED: ["attempt_expired"],
        AttemptStatus.SUBMITTED: ["attempt_submitted"],
    }
    if attempt.status == AttemptStatus.GRADED:
        assert ends in (["attempt_submitted"], ["attempt_expired"])
    else:
        assert ends == expected[attempt.status]
    ledger = db.session.query(TimeAdjustment).filter_by(attempt_id=attempt_id)
    assert (
        attempt.started_at + LIMIT + timedelta(seconds=sum(r.seconds for r in ledger)) == attempt.deadline_at
    )
    assert_log_explains_answers(attempt)
