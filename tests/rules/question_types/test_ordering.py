from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types

ORDERING = question_types.get("ordering")


def defined(words: str, scoring: str = "position") -> dict[str, Any]:
    items = [{"text": word} for word in words.split()]
    return ORDERING.validate_definition({"items": items, "scoring": scoring})


def ordered(definition: dict[str, Any], words: str) -> dict[str, Any]:
    ids = {item["text"]: item["id"] for item in definition["items"]}
    return ORDERING.check_response(definition, {"order": [ids[word] for word in words.split()]})


@pytest.mark.parametrize(
    ("scoring", "words", "earned"),
    [
        ("position", "one two three four", "4.00"),
        ("position", "two one three four", "2.00"),
        ("position", "four one two three", "0.00"),
        ("next", "one two three four", "4.00"),
        ("next", "four one two three", "2.67"),
        ("next", "four three two one", "0.00"),
        ("next", "two one three four", "1.33"),
        ("exact", "one two three four", "4.00"),
        ("exact", "two one three four", "0.00"),
    ],
)
def test_an_order_is_scored_by_its_scoring_mode(scoring: str, words: str, earned: str) -> None:
    definition = defined("one two three four", scoring)
    assert str(ORDERING.score(definition, ordered(definition, words), Decimal(4)).points) == earned


def test_moodles_own_example_of_the_relative_scoring() -> None:
    """Moodle's own test: Modular Object Oriented Dynamic Learning Environment, first item last: 4 of 5."""
    definition = defined("Modular Object Oriented Dynamic Learning Environment", "next")
    response = ordered(definition, "Object Oriented Dynamic Learning Environment Modular")
    assert ORDERING.score(definition, response, Decimal(5)).points == 4


def test_the_view_is_shuffled_by_seed_and_never_in_the_right_order() -> None:
    definition = defined("three one two")
    right = [item["id"] for item in definition["items"]]
    view = ORDERING.student_view(definition)
    shown = [
        [item["itemId"] for item in ORDERING.arranged(definition, view, False, Random(seed))["items"]]
        for seed in range(60)
    ]
    assert right not in shown
    assert len({tuple(order) for order in shown}) == 5
    again = ORDERING.arranged(definition, view, True, Random(3))["items"]
    assert [item["itemId"] for item in again] == shown[3]


def test_the_order_of_two_items_is_random_and_discloses_nothing() -> None:
    definition = defined("second first")
    view = ORDERING.student_view(definition)
    shown = [ORDERING.arranged(definition, view, False, Random(seed))["items"] for seed in range(30)]
    assert {item[0]["itemText"] for item in shown} == {"first", "second"}


def test_ids_and_the_view_do_not_disclose_the_order() -> None:
    assert ORDERING.student_view(defined("b a c")) == ORDERING.student_view(defined("c b a"))


def test_response_as_text_and_clearing() -> None:
    definition = defined("ebb flow")
    assert ORDERING.response_text(definition, ordered(definition, "flow ebb")) == "1. flow; 2. ebb"
    cleared = ORDERING.check_response(definition, {"order": []})
    assert not ORDERING.is_answered(cleared)
    assert ORDERING.response_text(definition, cleared) is None
    assert ORDERING.score(definition, cleared, Decimal(1)).points == 0


@pytest.mark.parametrize("order", [None, "1", [1], [1, 1, 2], [1, 2, 4], [1, 2, "3"], [1, 2, True], [[]]])
def test_a_response_that_is_no_permutation_is_refused(order: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        ORDERING.check_response(defined("a b c"), {"order": order})
    assert "order" in caught.value.details


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"items": [{"text": "a"}]}, "items"),
        ({"items": [{"text": "a"}, {"text": "a "}]}, "items"),
        ({"items": [{"text": "a"}, {"text": ""}]}, "items.1.text"),
        ({"items": [{"text": "a"}, {"text": "b"}], "scoring": "nearly"}, "scoring"),
        ({"items": [{"text": "a"}, {"text": "b"}], "scoring": []}, "scoring"),
        ({"items": [{"text": "a"}, {"text": "b"}], "shuffle": False}, "shuffle"),
    ],
)
def test_an_invalid_definition_is_refused(definition: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        ORDERING.validate_definition(definition)
    assert field in caught.value.details
