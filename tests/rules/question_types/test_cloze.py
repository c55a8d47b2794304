from __future__ import annotations

import copy
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types
from tests.factories import EVERY_DEFINITION, EVERY_RIGHT, TEXTS

CLOZE = question_types.get("cloze")
LEAF = EVERY_DEFINITION["cloze"]
RIGHT = EVERY_RIGHT["cloze"]


def filled(*gaps: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    return {"gaps": [{"gapId": gap_id, "response": response} for gap_id, response in gaps]}


def weighted(*weights: int) -> dict[str, Any]:
    definition = copy.deepcopy(LEAF)
    for gap, weight in zip(definition["gaps"], weights, strict=True):
        gap["weight"] = weight
    return CLOZE.validate_definition(definition)


def points(definition: dict[str, Any], *gaps: tuple[int, dict[str, Any]], most: str = "6") -> str:
    response = CLOZE.check_response(definition, filled(*gaps))
    return str(CLOZE.score(definition, response, Decimal(most)).points)


def test_each_gap_is_worth_its_weight() -> None:
    definition = weighted(1, 2, 3)
    assert points(definition, (1, {"text": " STOMATA"})) == "1.00"
    assert points(definition, (2, {"selectedOptionIds": [2]})) == "2.00"
    assert points(definition, (3, {"number": "0,041", "unit": "%"})) == "3.00"
    assert points(definition, (1, {"text": "stomata"}), (2, {"selectedOptionIds": [1]})) == "1.00"
    assert points(definition) == "0.00"


def test_a_third_of_a_point_is_not_rounded_gap_by_gap() -> None:
    definition = weighted(1, 1, 1)
    two = ((1, {"text": "stomata"}), (2, {"selectedOptionIds": [2]}))
    assert points(definition, *two, most="1") == "0.67"
    assert points(definition, *two, (3, {"number": "410", "unit": "ppm"}), most="1") == "1.00"


def test_a_choice_that_costs_points_costs_them_in_its_gap_only() -> None:
    definition = copy.deepcopy(LEAF)
    definition["gaps"][1]["definition"]["options"][0]["fraction"] = -1.0
    definition = CLOZE.validate_definition(definition)
    assert points(definition, (1, {"text": "stomata"}), (2, {"selectedOptionIds": [1]})) == "2.00"


def test_an_entry_that_is_no_number_is_stored_and_scored_as_wrong() -> None:
    definition = CLOZE.validate_definition(LEAF)
    response = CLOZE.check_response(
        definition, filled((3, {"number": " 4 of 5", "unit": "%"}), (1, {"text": "stomata"}))
    )
    assert response == filled((1, {"text": "stomata"}), (3, {"unit": "%", "number": "4 of 5"}))
    assert CLOZE.check_response(definition, response) == response
    assert CLOZE.score(definition, response, Decimal(3)).points == 1
    assert CLOZE.response_text(definition, response) == "(1) stomata; (3) 4 of 5 %"


def test_an_empty_gap_is_left_out() -> None:
    definition = CLOZE.validate_definition(LEAF)
    empty = filled((1, {"text": "  "}), (2, {"selectedOptionIds": []}), (3, {"number": ""}))
    assert CLOZE.check_response(definition, empty) == {"gaps": []}
    assert not CLOZE.is_answered({"gaps": []})
    assert CLOZE.response_text(definition, {"gaps": []}) is None


def test_the_key_and_what_a_student_sees() -> None:
    definition = CLOZE.validate_definition(LEAF)
    key = CLOZE.answer_key(definition)
    assert key["text"] == "(1) stomata; (2) carbon dioxide; (3) 0.041 %"
    assert CLOZE.score(definition, CLOZE.check_response(definition, RIGHT), Decimal(1)).is_correct
    view = CLOZE.student_view(definition)
    assert view == {
        "gaps": [
            {"gapId": 1, "gapType": "short_answer"},
            {
                "gapId": 2,
                "gapType": "multiple_choice",
                "options": [
                    {"optionId": 1, "optionText": "oxygen"},
                    {"optionId": 2, "optionText": "carbon dioxide"},
                ],
            },
            {"gapId": 3, "gapType": "numerical", "units": ["%", "ppm"]},
        ]
    }
    shown = [CLOZE.arranged(definition, view, True, Random(seed))["gaps"][1] for seed in range(20)]
    assert {gap["options"][0]["optionText"] for gap in shown} == {"oxygen", "carbon dioxide"}


def test_the_text_has_one_placeholder_for_each_gap() -> None:
    question_types.checked_definition("cloze", LEAF, TEXTS["cloze"])


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("No mark.", "[[1]], [[2]], [[3]]"),
        ("[[1]] [[2]]", "[[3]]"),
        ("[[1]] [[2]] [[3]] [[3]]", "[[3]]"),
        ("[[1]] [[2]] [[3]] [[4]]", "[[4]]"),
    ],
)
def test_placeholders_that_do_not_match_the_gaps_are_reported(text: str, hint: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        question_types.checked_definition("cloze", LEAF, text)
    assert caught.value.details["questionText"][0].endswith(f"Check {hint}.")


@pytest.mark.parametrize(
    "gaps",
    [
        None,
        {},
        [1],
        [{"gapId": 1}],
        [{"gapId": 1, "response": {"text": "a"}, "x": 1}],
        [{"gapId": 9, "response": {"text": "a"}}],
        [{"gapId": True, "response": {"text": "a"}}],
        [{"gapId": [], "response": {"text": "a"}}],
        [{"gapId": 1, "response": "a"}],
        [{"gapId": 1, "response": {"number": "1"}}],
        [{"gapId": 1, "response": {"text": "a\0"}}],
        [{"gapId": 1, "response": {"text": "a" * 501}}],
        [{"gapId": 2, "response": {"selectedOptionIds": [1, 2]}}],
        [{"gapId": 3, "response": {"number": "4 of 5", "unit": "mm"}}],
        [{"gapId": 1, "response": {"text": "a"}}, {"gapId": 1, "response": {"text": "b"}}],
    ],
)
def test_a_response_that_does_not_fit_is_refused(gaps: Any) -> None:
    with pytest.raises(errors.InvalidInput):
        CLOZE.check_response(CLOZE.validate_definition(LEAF), {"gaps": gaps})


@pytest.mark.parametrize(
    ("gap", "field"),
    [
        (1, "gaps.0"),
        ({"type": "short_answer"}, "gaps.0.id"),
        ({"id": 0, "type": "short_answer"}, "gaps.0.id"),
        ({"id": 1}, "gaps.0.type"),
        ({"id": 1, "type": []}, "gaps.0.type"),
        ({"id": 1, "type": "cloze"}, "gaps.0.type"),
        ({"id": 1, "type": "numerical", "definition": {"accepted": []}}, "gaps.0.definition.accepted"),
        ({"id": 1, "type": "numerical", "weight": 0}, "gaps.0.weight"),
        ({"id": 1, "type": "numerical", "weight": 1.5}, "gaps.0.weight"),
        ({"id": 1, "type": "numerical", "hint": ""}, "gaps.0.hint"),
    ],
)
def test_an_invalid_definition_is_refused_field_by_field(gap: Any, field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        CLOZE.validate_definition({"gaps": [gap]})
    assert field in caught.value.details


def test_gaps_with_the_same_id_are_refused() -> None:
    gap = LEAF["gaps"][0]
    with pytest.raises(errors.InvalidInput) as caught:
        CLOZE.validate_definition({"gaps": [gap, gap]})
    assert "gaps" in caught.value.details
