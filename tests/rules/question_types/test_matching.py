from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types

MATCHING = question_types.get("matching")
CAPITALS = {
    "stems": [
        {"text": "Peru", "choice": "Lima"},
        {"text": "Chile", "choice": "Santiago"},
        {"text": "Cuba", "choice": "Havana"},
    ],
    "choices": [{"text": "Quito"}],
}


def chosen(definition: dict[str, Any], **capitals: str) -> dict[str, Any]:
    stems = {stem["text"]: stem["id"] for stem in definition["stems"]}
    choices = {choice["text"]: choice["id"] for choice in definition["choices"]}
    return {"pairs": [{"stemId": stems[s], "choiceId": choices[c]} for s, c in capitals.items()]}


@pytest.mark.parametrize(
    ("capitals", "earned"),
    [
        ({"Peru": "Lima", "Chile": "Santiago", "Cuba": "Havana"}, "2.00"),
        ({"Peru": "Lima", "Chile": "Havana", "Cuba": "Santiago"}, "0.67"),
        ({"Peru": "Lima", "Chile": "Santiago"}, "1.33"),
        ({"Peru": "Quito", "Chile": "Quito", "Cuba": "Quito"}, "0.00"),
        ({}, "0.00"),
    ],
)
def test_every_stem_is_worth_the_same(capitals: dict[str, str], earned: str) -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    response = MATCHING.check_response(definition, chosen(definition, **capitals))
    assert MATCHING.score(definition, response, Decimal(2)).points == Decimal(earned)
    assert MATCHING.is_answered(response) == bool(capitals)


def test_a_choice_may_belong_to_several_stems() -> None:
    stems = [{"text": "Whale", "choice": "Mammal"}, {"text": "Bat", "choice": "Mammal"}]
    definition = MATCHING.validate_definition({"stems": stems, "choices": [{"text": "Fish"}]})
    response = chosen(definition, Whale="Mammal", Bat="Mammal")
    assert MATCHING.score(definition, response, Decimal(1)).is_correct


def test_generated_ids_do_not_disclose_the_answer() -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    choices = sorted((choice["id"], choice["text"]) for choice in definition["choices"])
    assert choices == [(1, "Havana"), (2, "Lima"), (3, "Quito"), (4, "Santiago")]
    turned = [
        {"text": stem, "choice": choice}
        for stem, choice in (("Peru", "Havana"), ("Chile", "Lima"), ("Cuba", "Santiago"))
    ]
    other = MATCHING.validate_definition({**CAPITALS, "stems": turned})
    assert MATCHING.student_view(other) == MATCHING.student_view(definition)


def test_ids_are_stable_when_a_choice_is_added() -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    more = MATCHING.validate_definition(
        {**definition, "choices": [*definition["choices"], {"text": "Bogota"}]}
    )
    assert {c["text"]: c["id"] for c in more["choices"]} == {
        **{c["text"]: c["id"] for c in definition["choices"]},
        "Bogota": 5,
    }


def test_choices_are_always_shuffled_and_stems_on_request() -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    view = MATCHING.student_view(definition)
    shown = [MATCHING.arranged(definition, view, False, Random(seed)) for seed in range(20)]
    assert {tuple(s["stemText"] for s in one["stems"]) for one in shown} == {("Peru", "Chile", "Cuba")}
    assert len({tuple(c["choiceText"] for c in one["choices"]) for one in shown}) > 3
    mixed = [MATCHING.arranged(definition, view, True, Random(seed)) for seed in range(20)]
    assert len({tuple(s["stemText"] for s in one["stems"]) for one in mixed}) > 3
    assert [s["orderIndex"] for s in shown[0]["stems"]] == [1, 2, 3]


def test_a_response_as_text_follows_the_order_of_the_question() -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    response = MATCHING.check_response(definition, chosen(definition, Cuba="Quito", Peru="Lima"))
    assert MATCHING.response_text(definition, response) == "Peru → Lima; Cuba → Quito"
    assert MATCHING.response_text(definition, {"pairs": []}) is None


@pytest.mark.parametrize(
    "pairs",
    [
        None,
        "1",
        {},
        [1],
        [{}],
        [{"stemId": 1}],
        [{"stemId": 1, "choiceId": 2, "x": 3}],
        [{"stemId": 9, "choiceId": 1}],
        [{"stemId": 1, "choiceId": 9}],
        [{"stemId": True, "choiceId": 1}],
        [{"stemId": [], "choiceId": 1}],
        [{"stemId": 1, "choiceId": 1}, {"stemId": 1, "choiceId": 2}],
    ],
)
def test_a_response_with_unknown_ids_is_refused(pairs: Any) -> None:
    definition = MATCHING.validate_definition(CAPITALS)
    with pytest.raises(errors.InvalidInput) as caught:
        MATCHING.check_response(definition, {"pairs": pairs})
    assert "pairs" in caught.value.details


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"stems": [{"text": "Peru", "choice": "Lima"}]}, "stems"),
        ({"stems": [{"text": "Peru", "choice": " "}, {"text": "Chile", "choice": "x"}]}, "stems.0.choice"),
        ({"stems": [{"text": "Peru"}, {"text": "Chile", "choice": "x"}]}, "stems.0.choice"),
        ({"stems": [{"id": 1, "text": "a", "choice": "b"}, {"id": 1, "text": "c", "choice": "d"}]}, "stems"),
        ({"stems": [{"id": 0, "text": "a", "choice": "b"}, {"text": "c", "choice": "d"}]}, "stems.0.id"),
        ({"choices": [{"text": "Quito"}, {"text": " Quito"}]}, "choices"),
        ({"choices": [{"text": "Quito", "right": True}]}, "choices.0.right"),
        ({"choices": "Quito"}, "choices"),
        ({"stems": [{"text": "a", "choice": "x"}, {"text": "b", "choice": "x"}], "choices": []}, "choices"),
        ({"stems": [{"text": "a\0", "choice": "x"}, {"text": "b", "choice": "y"}]}, "stems.0.text"),
    ],
)
def test_an_invalid_definition_is_refused_field_by_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        MATCHING.validate_definition({**CAPITALS, **change})
    assert field in caught.value.details
