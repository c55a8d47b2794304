"""Corrections and regrades concurrent with each other, with saves, grading and score overrides."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AppError, Conflict
from exam_app.extensions import db
from exam_app.models import Attempt, Paper, Regrade, Result, Test, User
from exam_app.services.answers import saving
from exam_app.services.attempts import closing
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading, corrections, regrades, score_overrides
from tests.factories import (
    RIGHT,
    WRONG,
    AttemptFactory,
    BatchFactory,
    ChangeFactory,
    ExamSessionFactory,
    UserFactory,
)
from tests.helpers.answers import assert_log_explains_answers, questions
from tests.helpers.results import graded
from tests.helpers.threads import at_once
from tests.helpers.times import later, minutes

ROUNDS = 6


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


def correct(actor_id: Any, test_id: int, question_id: int, right: bool) -> dict[str, Any]:
    actor, test = db.session.get_one(User, actor_id), db.session.get_one(Test, test_id)
    definition = {"correct": right}
    return corrections.correct_key(actor, test, question_id, definition, "Typo", minutes(60))


def start(actor_id: Any, test_id: int) -> Any:
    actor, test = db.session.get_one(User, actor_id), db.session.get_one(Test, test_id)
    return regrades.start(actor, test, "Typo", minutes(60)).id


def run() -> int:
    steps = 0
    while regrades.take_step(minutes(61)):
        steps += 1
    return steps


def everybody(exam: Any, cast: SimpleNamespace, count: int, *kinds: str) -> list[Any]:
    session = ExamSessionFactory(released=True, school_class=cast.biology, test=exam)
    return [
        graded(*kinds, student=UserFactory(organization=cast.school), session=session) for _ in range(count)
    ]


def numbers(attempt: Any) -> list[tuple[int, Decimal]]:
    rows = db.session.query(Result).filter_by(attempt_id=attempt.id).order_by(Result.number)
    return [(row.number, row.score) for row in rows]


def test_two_corrections_at_once(app: Flask, exam: Any, cast: SimpleNamespace) -> None:
    ids, actor, test = questions(exam), cast.ines.id, exam.id
    outcomes = at_once(
        app,
        lambda: correct(actor, test, ids["true_false"], False),
        lambda: correct(actor, test, ids["true_false"], False),
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, AppError)]
    assert len(refused) == 1  # the key is the same already
    assert db.session.query(Paper).count() == 2


def test_a_correction_and_a_publication_at_once(app: Flask, exam: Any, cast: SimpleNamespace) -> None:
    ids, actor, test = questions(exam), cast.ines.id, exam.id
    for right in (False, True, False, True):
        at_once(
            app,
            lambda right=right: correct(actor, test, ids["true_false"], right),
            lambda: papers.publish(db.session.get_one(Test, test), actor),
        )
        db.session.refresh(exam)
        assert papers.compiled(exam.current_paper_id).questions[ids["true_false"]].definition == {
            "correct": right
        }
    found = [paper.number for paper in db.session.query(Paper).order_by(Paper.number)]
    assert found == list(range(1, len(found) + 1))


def test_two_requests_start_one_regrade(app: Flask, exam: Any, cast: SimpleNamespace) -> None:
    everybody(exam, cast, 1, "true_false")
    actor, test = cast.ines.id, exam.id
    correct(actor, test, questions(exam)["true_false"], False)
    first, second = at_once(app, lambda: start(actor, test), lambda: start(actor, test))
    assert first == second
    assert db.session.query(Regrade).count() == 1


def test_a_correction_and_a_regrade_at_once(app: Flask, exam: Any, cast: SimpleNamespace) -> None:
    (attempt,) = everybody(exam, cast, 1, "true_false")
    actor, test, ids = cast.ines.id, exam.id, questions(exam)
    correct(actor, test, ids["true_false"], False)
    outcomes = at_once(app, lambda: start(actor, test), lambda: correct(actor, test, ids["true_false"], True))
    assert not isinstance(outcomes[0], Exception)
    assert isinstance(outcomes[1], Conflict | dict)
    run()
    db.session.expire_all()
    assert attempt.paper_id == exam.current_paper_id
    assert numbers(attempt)[-1][1] == (0 if isinstance(outcomes[1], Conflict) else 4)
    assert_log_explains_answers(attempt)


def test_two_workers_give_each_attempt_one_version(
    app: Flask, exam: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrades, "CHUNK", 2)
    attempts = everybody(exam, cast, 9, "true_false")
    correct(cast.ines.id, exam.id, questions(exam)["true_false"], False)
    regrade = db.session.get_one(Regrade, start(cast.ines.id, exam.id))
    assert not [outcome for outcome in at_once(app, run, run, run) if isinstance(outcome, Exception)]
    assert (regrade.done, regrade.total, regrade.changed) == (9, 9, 9)
    assert [numbers(attempt) for attempt in attempts] == [[(1, 4), (2, 0)]] * 9
    for attempt in attempts:
        assert_log_explains_answers(attempt)


def test_a_regrade_and_a_manual_score(app: Flask, exam: Any, cast: SimpleNamespace) -> None:
    """In either order, the score override is effective."""
    for round_ in range(ROUNDS):
        (attempt,) = everybody(exam, cast, 1, "true_false")
        right, actor, test, attempt_id = bool(round_ % 2), cast.ines.id, exam.id, attempt.id
        correct(actor, test, questions(exam)["true_false"], right)
        start(actor, test)

        def score(attempt_id: Any = attempt_id, actor: Any = actor) -> Any:
            return score_overrides.set_score(
                db.session.get_one(User, actor),
                db.session.get_one(Attempt, attempt_id),
                Decimal(15),
                Decimal(0),
                "Spoken exam",
                minutes(61),
            )

        outcomes = at_once(app, run, score)
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        run()
        assert numbers(attempt)[-1][1] == 15
        assert_log_explains_answers(attempt)


def test_a_regrade_and_the_last_save_and_grading(
    app: Flask, exam: Any, running: Any, cast: SimpleNamespace
) -> None:
    """An answer saved in time is graded with exactly one paper, and the log explains its points."""
    ids, actor, test = questions(exam), cast.ines.id, exam.id
    for round_ in range(ROUNDS):
        student = UserFactory(organization=cast.school)
        attempt = AttemptFactory(student=student, session=running, expired=True)
        first = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
        saving.save(BatchFactory(attempt=attempt, changes=[first], arrived_at=minutes(29)))
        bulk_grading.grade_closed(minutes(31))
        right = bool(round_ % 2)
        correct(actor, test, ids["true_false"], right)
        start(actor, test)
        last = ChangeFactory(question_id=ids["true_false"], response=WRONG["true_false"], base_version=1)
        batch = BatchFactory(attempt=attempt, changes=[last], arrived_at=later(1800))
        outcomes = at_once(
            app, run, lambda b=batch: saving.save(b), lambda: bulk_grading.grade_closed(minutes(61))
        )
        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
        bulk_grading.grade_closed(minutes(62))
        run()
        db.session.expire_all()
        assert attempt.paper_id == exam.current_paper_id
        assert numbers(attempt)[-1][1] == (0 if right else 4)
        assert_log_explains_answers(attempt)


def test_a_correction_and_closing_at_the_deadline(
    app: Flask, exam: Any, running: Any, cast: SimpleNamespace
) -> None:
    ids, actor, test = questions(exam), cast.ines.id, exam.id
    made = []
    for _ in range(8):
        attempt = AttemptFactory(student=UserFactory(organization=cast.school), session=running)
        change = ChangeFactory(question_id=ids["true_false"], response=RIGHT["true_false"])
        saving.save(BatchFactory(attempt=attempt, changes=[change]))
        made.append(attempt)

    def close_and_grade() -> None:
        closing.close_due(minutes(31))
        bulk_grading.grade_closed(minutes(31))

    outcomes = at_once(app, close_and_grade, lambda: correct(actor, test, ids["true_false"], False))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    for attempt in made:
        assert_log_explains_answers(attempt)
    if db.session.query(Attempt).filter(corrections.waiting(exam)).count():
        start(actor, test)
        run()
    assert {numbers(attempt)[-1][1] for attempt in made} == {0}
