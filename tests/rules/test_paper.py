"""The frozen paper: compiled once, arranged by a seed, and shown without its keys."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from exam_app.errors import InvalidInput
from exam_app.rules.paper import CompiledPaper, compile_paper, number, student_question
from tests.factories import EVERY_DEFINITION, SECRET_WORDS, TEXTS

SETTINGS = {"shuffleQuestions": True, "shuffleOptions": True, "feedback": "after_release"}


def stored(question_id: int, kind: str = "multiple_choice", **extra: Any) -> dict[str, Any]:
    return {
        "questionId": question_id,
        "type": kind,
        "name": "n",
        "text": TEXTS.get(kind, "Which?"),
        "points": "4.00",
        "category": None,
        "difficulty": None,
        "passageId": None,
        "definition": EVERY_DEFINITION[kind],
        **extra,
    }


def paper(questions: list[dict[str, Any]], **settings: Any) -> CompiledPaper:
    head = {"testId": 1, "title": "T", "durationMinutes": 30, "settings": {**SETTINGS, **settings}}
    content = compile_paper(head, [], questions)
    return CompiledPaper(id=1, content=json.loads(json.dumps(content)))


def test_points_add_up() -> None:
    compiled = paper([stored(1), stored(2, points="0.50")])
    assert compiled.total_points == Decimal("4.50") == Decimal(compiled.content["totalPoints"])


def test_a_broken_definition_never_becomes_a_paper() -> None:
    with pytest.raises(InvalidInput):
        paper([stored(1, definition={"options": []})])


def test_the_order_follows_from_the_seed_alone() -> None:
    compiled = paper([stored(i) for i in range(1, 21)])
    orders = {seed: [q.id for q in compiled.order(seed)] for seed in range(5)}
    assert orders == {seed: [q.id for q in compiled.order(seed)] for seed in range(5)}
    assert len({tuple(order) for order in orders.values()}) == 5
    assert all(sorted(order) == list(range(1, 21)) for order in orders.values())


def test_without_shuffling_every_student_sees_the_order_of_the_test() -> None:
    compiled = paper([stored(i) for i in (3, 1, 2)], shuffleQuestions=False)
    assert [q.id for q in compiled.order(99)] == [3, 1, 2]


def test_options_are_shuffled_by_seed_where_test_and_question_allow_it() -> None:
    options = [{"id": i, "text": f"Option {i}", "fraction": float(i == 1)} for i in range(1, 9)]
    free = paper([stored(1, definition={"options": options})]).questions[1]
    fixed = paper([stored(1, definition={"options": options, "shuffle": False})]).questions[1]

    def ids(question: Any, seed: int, shuffle: bool) -> list[int]:
        shown = student_question(question, 1, seed, shuffle)["options"]
        assert [option["orderIndex"] for option in shown] == list(range(1, 9))
        return [option["optionId"] for option in shown]

    assert ids(free, 5, True) == ids(free, 5, True) != list(range(1, 9))
    assert len({tuple(ids(free, seed, True)) for seed in range(5)}) == 5
    assert ids(free, 5, False) == ids(fixed, 5, True) == list(range(1, 9))


@pytest.mark.parametrize("kind", EVERY_DEFINITION)
def test_a_student_sees_no_key(kind: str) -> None:
    shown = student_question(paper([stored(1, kind)]).questions[1], 1, 7, True)
    assert shown["questionType"] == kind
    assert not [word for word in SECRET_WORDS if word in json.dumps(shown)]
    assert ("options" in shown) is (kind in ("multiple_choice", "multiple_response", "true_false"))


@pytest.mark.parametrize(("value", "expected"), [("4.00", 4), ("85.50", 85.5), ("0", 0)])
def test_decimals_are_serialised_as_json_numbers(value: str, expected: float) -> None:
    assert json.dumps(number(Decimal(value))) == json.dumps(expected)
