"""Two devices synchronize, resolve conflicts and submit concurrently, over real connections."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AppError, AttemptNotInProgress
from exam_app.extensions import db
from exam_app.models import Attempt, User
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.answers import conflicts, saving, synchronization
from exam_app.services.answers.synchronization import Resolution
from exam_app.services.taking import submissions
from tests.factories import RIGHT, WRONG, AttemptFactory, BatchFactory, ChangeFactory, UserFactory
from tests.helpers.answers import answers_of, assert_log_explains_answers, log_of, questions
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later

ROUNDS = 6


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


def batch(attempt: Any, device: str, kinds: list[str], responses: Any, seconds: int = 0) -> Any:
    ids = questions(attempt.test)
    changes = [
        ChangeFactory(question_id=ids[kind], response=responses[kind], base_version=0) for kind in kinds
    ]
    return BatchFactory(attempt=attempt, changes=changes, device=device, arrived_at=later(seconds))


def synchronize(student_id: Any, sent: Any) -> Any:
    student = db.session.get(User, student_id)
    assert student is not None
    return synchronization.synchronize(student, sent, 0, sent.arrived_at)


def test_two_devices_lose_nothing(app: Flask, running: Any, cast: SimpleNamespace) -> None:
    """Each question gets two answers: one becomes current, the other is offered as a conflict."""
    kinds = sorted(RIGHT)
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        attempt = AttemptFactory(student=student, session=running)
        sent = [batch(attempt, "laptop", kinds, RIGHT), batch(attempt, "phone", kinds, WRONG)]
        outcomes = at_once(app, *(lambda b=b, s=student.id: synchronize(s, b) for b in sent))
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        assert len(log_of(attempt.id)) == 2 * len(kinds)
        assert {c["questionId"] for c in conflicts.open_conflicts(attempt.id)} == set(answers_of(attempt.id))
        assert max(outcome["version"] for outcome in outcomes) == 2 * len(kinds)
        assert_log_explains_answers(attempt)


def test_a_sync_during_submission_is_saved_or_refused(
    app: Flask, running: Any, cast: SimpleNamespace
) -> None:
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        attempt = AttemptFactory(student=student, session=running)
        sent = [
            batch(attempt, "laptop", ["true_false"], RIGHT),
            batch(attempt, "phone", ["numerical"], RIGHT),
        ]
        outcomes = at_once(
            app,
            *(lambda b=b, s=student.id: synchronize(s, b) for b in sent),
            lambda s=student.id, a=attempt.id: submissions.submit(
                db.session.get(User, s), a, None, True, NOW
            ),
        )
        *synced, submitted = outcomes
        assert not isinstance(submitted, Exception), submitted
        refused = [outcome for outcome in synced if isinstance(outcome, AppError)]
        assert all(isinstance(outcome, dict | AttemptNotInProgress) for outcome in synced), synced
        assert len(answers_of(attempt.id)) == 2 - len(refused)
        status = db.session.get(Attempt, attempt.id, populate_existing=True).status  # type: ignore[union-attr]
        assert status in (AttemptStatus.SUBMITTED, AttemptStatus.GRADED)
        assert_log_explains_answers(attempt)


def test_two_devices_resolve_a_conflict_differently(app: Flask, running: Any, cast: SimpleNamespace) -> None:
    """At most one change is saved, and the conflict is resolved; the current answer is one of the two."""
    for _ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        attempt = AttemptFactory(student=student, session=running)
        saving.save(batch(attempt, "laptop", ["true_false"], RIGHT))
        saving.save(batch(attempt, "phone", ["true_false"], WRONG, seconds=5))
        (conflict,) = conflicts.open_conflicts(attempt.id)

        def resolve(device: str, side: str, s: Any = student.id, a: Any = attempt, c: Any = conflict) -> Any:
            decided = Resolution(uuid.UUID(c["changeId"]), c["questionId"], side)
            here = BatchFactory(attempt_id=a.id, student_id=s, device=device, arrived_at=later(9))
            return synchronization.resolve_conflicts(here, [decided], db.session.get(User, s))  # type: ignore[arg-type]

        ids = attempt.id, attempt.student_id
        frozen = SimpleNamespace(id=ids[0])
        outcomes = at_once(
            app,
            lambda a=frozen, f=resolve: f("laptop", "server", a=a),
            lambda a=frozen, f=resolve: f("phone", "local", a=a),
            lambda a=frozen, f=resolve: f("tablet", "server", a=a),
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        assert conflicts.open_conflicts(attempt.id) == []
        assert len(log_of(attempt.id)) in (2, 3)
        assert_log_explains_answers(attempt)
