"""Forward-only tests: no way back to earlier questions, and no change to their answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import InvalidInput, QuestionLocked
from exam_app.extensions import db
from exam_app.services.answers import saving
from exam_app.services.authoring import papers
from exam_app.services.taking import progress
from tests.factories import RIGHT, WRONG, AttemptFactory, BatchFactory, ChangeFactory, TestFactory
from tests.helpers.answers import assert_log_explains_answers
from tests.helpers.times import NOW, later


@pytest.fixture
def forward(cast: SimpleNamespace) -> Any:
    """Carl's attempt at a forward-only test."""
    test = TestFactory(author=cast.ines, practice=True, allow_back=False, published=True)
    return AttemptFactory(student=cast.carl, test=test)


def save(attempt: Any, position: int, responses: dict[str, Any], at: Any = NOW) -> dict[str, Any]:
    question = papers.compiled(attempt.paper_id).order(attempt.seed)[position]
    change = ChangeFactory(question_id=question.id, response=responses[question.type.name])
    return saving.save(BatchFactory(attempt=attempt, changes=[change], arrived_at=at))


def test_moving_back_is_refused(forward: Any, cast: SimpleNamespace) -> None:
    progress.move_to(cast.carl, forward.id, 2, NOW)
    progress.move_to(cast.carl, forward.id, 2, later(1))
    with pytest.raises(QuestionLocked) as refused:
        progress.move_to(cast.carl, forward.id, 1, later(2))
    assert refused.value.details == {"furthestQuestionIndex": 2}
    db.session.refresh(forward)
    assert (forward.current_question, forward.furthest_question) == (2, 2)
    assert [visit["questionIndex"] for visit in progress.visits_of(forward)] == [2, 2]


def test_an_answer_to_a_locked_question_is_rejected_alone(forward: Any, cast: SimpleNamespace) -> None:
    assert save(forward, 0, RIGHT)["saved"]
    progress.move_to(cast.carl, forward.id, 1, later(1))
    reply = save(forward, 0, WRONG, later(2))
    assert [row["code"] for row in reply["rejected"]] == ["question_locked"]
    assert save(forward, 1, RIGHT, later(3))["saved"]
    assert_log_explains_answers(forward)
    assert forward.answered_count == 2


def test_a_replay_of_a_saved_change_is_reported_as_saved(forward: Any, cast: SimpleNamespace) -> None:
    question = papers.compiled(forward.paper_id).order(forward.seed)[0]
    change = ChangeFactory(question_id=question.id, response=RIGHT[question.type.name])
    saving.save(BatchFactory(attempt=forward, changes=[change], arrived_at=NOW))
    progress.move_to(cast.carl, forward.id, 3, later(1))
    reply = saving.save(BatchFactory(attempt=forward, changes=[change], arrived_at=later(2)))
    assert (len(reply["saved"]), reply["rejected"]) == (1, [])


def test_without_forward_only_every_question_stays_open(attempt: Any, cast: SimpleNamespace) -> None:
    progress.move_to(cast.carl, attempt.id, 4, NOW)
    progress.move_to(cast.carl, attempt.id, 0, later(1))
    assert save(attempt, 0, RIGHT)["saved"]
    assert [visit["questionIndex"] for visit in progress.visits_of(attempt)] == [4, 0]


@pytest.mark.parametrize("index", [-1, 5, 10**9])
def test_an_unknown_question_is_refused(forward: Any, cast: SimpleNamespace, index: int) -> None:
    with pytest.raises(InvalidInput):
        progress.move_to(cast.carl, forward.id, index, NOW)
