from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types

SINGLE = question_types.get("multiple_choice")
MANY = question_types.get("multiple_response")
TRUTH = question_types.get("true_false")


def options(*fractions: float) -> list[dict[str, Any]]:
    return [{"id": n, "text": f"option {n}", "fraction": f} for n, f in enumerate(fractions, 1)]


def points(
    kind: question_types.QuestionType, definition: dict[str, Any], ids: list[int], most: str = "4"
) -> str:
    response = kind.check_response(definition, {"selectedOptionIds": ids})
    return str(kind.score(definition, response, Decimal(most)).points)


@pytest.mark.parametrize(
    ("chosen", "earned"), [([1], "4.00"), ([2], "2.00"), ([3], "0.00"), ([4], "0.00"), ([], "0.00")]
)
def test_a_chosen_option_earns_its_fraction_and_never_less_than_nothing(
    chosen: list[int], earned: str
) -> None:
    definition = SINGLE.validate_definition({"options": options(1, 0.5, 0, -1)})
    assert points(SINGLE, definition, chosen) == earned


@pytest.mark.parametrize(
    ("chosen", "earned"),
    [
        ([1, 2, 3], "1.00"),
        ([1, 2], "0.67"),
        ([1], "0.33"),
        ([1, 4], "0.00"),
        ([1, 2, 4], "0.17"),
        ([], "0.00"),
    ],
)
def test_partial_credit_adds_fractions_and_three_thirds_are_full_marks(
    chosen: list[int], earned: str
) -> None:
    definition = MANY.validate_definition({"options": options(0.33333, 0.33333, 0.33333, -0.5)})
    assert points(MANY, definition, chosen, "1") == earned


@pytest.mark.parametrize(
    ("chosen", "earned"), [([1, 2], "4.00"), ([1], "0.00"), ([1, 2, 3], "0.00"), ([3], "0.00")]
)
def test_without_partial_credit_only_the_exact_set_counts(chosen: list[int], earned: str) -> None:
    definition = MANY.validate_definition({"options": options(0.5, 0.5, 0), "partialCredit": False})
    assert points(MANY, definition, chosen) == earned


def test_points_are_rounded_half_up() -> None:
    definition = SINGLE.validate_definition({"options": options(1, 0.125)})
    assert points(SINGLE, definition, [2], "1") == "0.13"


@pytest.mark.parametrize(("correct", "right", "wrong"), [(True, 1, 2), (False, 2, 1)])
def test_true_false(correct: bool, right: int, wrong: int) -> None:
    definition = TRUTH.validate_definition({"correct": correct, "feedbackTrue": " so "})
    assert definition["feedbackTrue"] == "so"
    assert points(TRUTH, definition, [right]) == "4.00"
    assert points(TRUTH, definition, [wrong]) == "0.00"
    assert points(TRUTH, definition, []) == "0.00"
    assert TRUTH.student_view(definition)["options"] == [
        {"optionId": 1, "optionText": "True"},
        {"optionId": 2, "optionText": "False"},
    ]


def test_options_without_ids_are_numbered() -> None:
    definition = SINGLE.validate_definition({"options": [{"text": "a", "fraction": 1}, {"text": "b"}]})
    assert [option["id"] for option in definition["options"]] == [1, 2]
    assert definition["options"][1]["fraction"] == 0
    assert definition["shuffle"] is True


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"options": options(0.5, 0)}, "options"),
        ({"options": options(1)}, "options"),
        ({"options": options(1, 1.5)}, "options.1.fraction"),
        ({"options": options(1, float("nan"))}, "options.1.fraction"),
        ({"options": [*options(1), *options(0)]}, "options"),
        ({"options": [{"id": 1, "text": " ", "fraction": 1}, *options(0, 0)[1:]]}, "options.0.text"),
        ({"options": [{"id": 1, "text": "a\0b", "fraction": 1}, *options(0, 0)[1:]]}, "options.0.text"),
        ({"options": [{"id": True, "text": "a", "fraction": 1}, *options(0, 0)[1:]]}, "options.0.id"),
        ({"options": options(1, 0), "shuffle": "yes"}, "shuffle"),
        ({"options": options(1, 0), "fractions": 1}, "fractions"),
        ({"options": "a, b"}, "options"),
        ([], "definition"),
    ],
)
def test_a_wrong_definition_names_its_field(definition: Any, field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        SINGLE.validate_definition(definition)
    assert field in caught.value.details


@pytest.mark.parametrize("fractions", [(0.5, 0.3), (0.6, 0.6), (0, 0), (-1, -1)])
def test_the_positive_fractions_of_a_multiple_response_must_add_up(fractions: tuple[float, float]) -> None:
    with pytest.raises(errors.InvalidInput):
        MANY.validate_definition({"options": options(*fractions)})


@pytest.mark.parametrize(
    "response",
    [
        {"selectedOptionIds": [1, 2]},
        {"selectedOptionIds": [9]},
        {"selectedOptionIds": ["1"]},
        {"selectedOptionIds": [True]},
        {"selectedOptionIds": [1.0]},
        {"selectedOptionIds": [[1]]},
        {"selectedOptionIds": None},
        {"selectedOptionIds": [1], "text": "x"},
        {"selectedOptionIds": [1] * 1000},
        {"text": "x"},
        {},
        None,
        [1],
    ],
)
def test_a_single_choice_refuses_any_other_response(response: Any) -> None:
    definition = SINGLE.validate_definition({"options": options(1, 0)})
    with pytest.raises(errors.InvalidInput):
        SINGLE.check_response(definition, response)


def test_responses_are_sorted_and_the_older_field_is_accepted() -> None:
    many = MANY.validate_definition({"options": options(0.5, 0.5, 0)})
    assert MANY.check_response(many, {"selectedOptionIds": [3, 1, 3]}) == {"selectedOptionIds": [1, 3]}
    assert MANY.check_response(many, {"selectedOptionId": 2}) == {"selectedOptionIds": [2]}
    assert MANY.check_response(many, {"selectedOptionId": None}) == {"selectedOptionIds": []}
    assert not MANY.is_answered({"selectedOptionIds": []})


def test_the_key_as_text() -> None:
    single = SINGLE.validate_definition({"options": options(1, 0, 1)})
    many = MANY.validate_definition({"options": options(0.5, 0, 0.5)})
    assert SINGLE.answer_key(single) == {
        "response": {"selectedOptionIds": [1]},
        "text": "option 1 or option 3",
    }
    assert MANY.answer_key(many) == {"response": {"selectedOptionIds": [1, 3]}, "text": "option 1; option 3"}
    assert TRUTH.answer_key({"correct": False}) == {"response": {"selectedOptionIds": [2]}, "text": "False"}


@pytest.mark.parametrize("kind", [SINGLE, MANY])
def test_a_fixed_option_keeps_its_place_when_the_others_are_shuffled(
    kind: question_types.QuestionType,
) -> None:
    given = [*options(1, 0, 0, 0, 0), {"id": 6, "text": "None of the above", "fixed": True}]
    definition = kind.validate_definition({"options": given})
    assert kind.validate_definition(definition) == definition
    view = kind.student_view(definition)
    orders = {
        tuple(option["optionId"] for option in kind.arranged(definition, view, True, Random(seed))["options"])
        for seed in range(20)
    }
    assert len(orders) > 5 and {order[-1] for order in orders} == {6}
