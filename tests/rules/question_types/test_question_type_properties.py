"""What holds for every type: bounds of the score, no key in the student's view, no crash."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app import errors
from exam_app.rules import question_types

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
).filter(str.strip)
points = st.decimals(min_value=0, max_value=1000, places=2)
part = st.integers(0, 99).map(lambda hundredth: hundredth / 100)
penalty = st.integers(-100, 0).map(lambda hundredth: hundredth / 100)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def choice_definitions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    right = draw(st.integers(1, 5))
    many = draw(st.booleans())
    fractions = (
        [1 / right] * right if many else [1.0, *draw(st.lists(part | penalty, min_size=1, max_size=4))]
    )
    fractions = draw(st.permutations(fractions + draw(st.lists(penalty, min_size=1, max_size=4))))
    options = [{"id": n, "text": draw(texts), "fraction": f} for n, f in enumerate(fractions, 1)]
    if not many:
        return "multiple_choice", {"options": options}
    return "multiple_response", {"options": options, "partialCredit": draw(st.booleans())}


@st.composite
def typed_definitions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    if draw(st.booleans()):
        accepted = [{"text": draw(texts), "fraction": 1.0}]
        accepted += [{"text": text, "fraction": draw(part)} for text in draw(st.lists(texts, max_size=3))]
        return "short_answer", {"accepted": accepted, "caseSensitive": draw(st.booleans())}
    value = draw(st.decimals(-1000, 1000, places=3))
    width = draw(st.decimals(0, 10, places=2))
    accepted = [{"value": str(value), "tolerance": str(width), "fraction": 1.0}]
    accepted.append({"min": str(value - 50), "max": str(value + 50), "fraction": draw(part)})
    return "numerical", {"accepted": accepted}


definitions = (
    choice_definitions()
    | typed_definitions()
    | st.booleans().map(lambda right: ("true_false", {"correct": right}))
)


@st.composite
def answered(draw: st.DrawFn) -> tuple[question_types.QuestionType, dict[str, Any], dict[str, Any]]:
    """A type, a checked definition and a checked response to it."""
    name, raw = draw(definitions)
    kind = question_types.get(name)
    definition = kind.validate_definition(raw)
    return kind, definition, kind.check_response(definition, draw(responses(kind, definition)))


def responses(
    kind: question_types.QuestionType, definition: dict[str, Any]
) -> st.SearchStrategy[dict[str, Any]]:
    if kind.name == "short_answer":
        accepted = st.sampled_from([item["text"] for item in definition["accepted"]])
        return st.fixed_dictionaries({"text": accepted | texts})
    if kind.name == "numerical":
        decimals = st.decimals(-1000, 1000, places=2).map(str)
        return st.fixed_dictionaries({"number": st.integers(-1100, 1100) | decimals})
    ids = [option["optionId"] for option in kind.student_view(definition)["options"]]
    most = len(ids) if kind.name == "multiple_response" else 1
    return st.fixed_dictionaries(
        {"selectedOptionIds": st.lists(st.sampled_from(ids), unique=True, max_size=most)}
    )


@given(answered(), points)
def test_a_score_lies_between_nothing_and_the_maximum_on_the_grid_of_cents(
    case: Any, maximum: Decimal
) -> None:
    kind, definition, response = case
    score = kind.score(definition, response, maximum)
    assert 0 <= score.points <= maximum
    assert score.points == score.points.quantize(Decimal("0.01"))
    assert not score.is_correct or score.points == maximum


@given(answered(), points, st.randoms())
def test_a_score_does_not_depend_on_the_order_of_the_chosen_options(
    case: Any, maximum: Decimal, rng: Any
) -> None:
    kind, definition, response = case
    shuffled = {
        key: rng.sample(ids, len(ids)) if isinstance(ids, list) else ids for key, ids in response.items()
    }
    assert kind.check_response(definition, shuffled) == response
    assert kind.score(definition, shuffled, maximum) == kind.score(definition, response, maximum)


@given(answered(), points)
def test_scoring_changes_neither_definition_nor_response(case: Any, maximum: Decimal) -> None:
    kind, definition, response = case
    before = copy.deepcopy((definition, response))
    kind.score(definition, response, maximum)
    kind.student_view(definition)
    kind.answer_key(definition)
    assert (definition, response) == before


@given(definitions)
def test_the_answer_key_earns_full_marks(case: Any) -> None:
    kind, definition = question_types.get(case[0]), question_types.get(case[0]).validate_definition(case[1])
    key = kind.answer_key(definition)
    response = kind.check_response(definition, key["response"])
    assert kind.is_answered(response)
    assert kind.score(definition, response, Decimal(3)) == question_types.Score(Decimal("3.00"), True)
    assert key["text"].strip()


@given(definitions)
def test_a_definition_in_normal_form_stays_as_it_is_also_through_json(case: Any) -> None:
    kind = question_types.get(case[0])
    definition = kind.validate_definition(case[1])
    assert kind.validate_definition(json.loads(json.dumps(definition))) == definition


@given(choice_definitions())
def test_the_students_view_is_the_same_whichever_option_is_right(case: Any) -> None:
    name, definition = case
    kind = question_types.get(name)
    with_keys = kind.validate_definition(definition)
    for option in with_keys["options"]:
        option["feedback"] = "a hint at the answer"
    turned = copy.deepcopy(with_keys)
    for option in turned["options"]:
        option["fraction"] = -option["fraction"]
        option["feedback"] = "something else"
    assert kind.student_view(with_keys) == kind.student_view(turned)


@given(definitions)
def test_the_students_view_holds_ids_and_texts_of_options_and_nothing_else(case: Any) -> None:
    kind = question_types.get(case[0])
    view = kind.student_view(kind.validate_definition(case[1]))
    assert set(view) <= {"options"}
    assert all(set(option) == {"optionId", "optionText"} for option in view.get("options", []))


def test_the_view_of_types_without_options_and_of_true_false_is_always_the_same() -> None:
    true_false = question_types.get("true_false")
    assert true_false.student_view({"correct": True}) == true_false.student_view({"correct": False})
    assert (
        question_types.get("short_answer").student_view({"accepted": [{"text": "x", "fraction": 1.0}]}) == {}
    )
    assert question_types.get("numerical").student_view({"accepted": [{"value": "1", "fraction": 1.0}]}) == {}


@given(st.sampled_from(question_types.names()), anything)
def test_any_json_as_a_definition_is_accepted_or_refused_with_details(name: str, value: Any) -> None:
    try:
        question_types.get(name).validate_definition(value)
    except errors.InvalidInput as problem:
        assert problem.details


@given(
    definitions,
    anything | st.dictionaries(st.sampled_from(["selectedOptionIds", "text", "number"]), anything),
)
def test_any_json_as_a_response_is_accepted_or_refused_with_details(case: Any, value: Any) -> None:
    kind = question_types.get(case[0])
    definition = kind.validate_definition(case[1])
    try:
        response = kind.check_response(definition, value)
    except errors.InvalidInput as problem:
        assert problem.details
    else:
        assert kind.check_response(definition, response) == response
        kind.score(definition, response, Decimal(1))


def test_the_names_on_the_wire() -> None:
    assert question_types.names() == (
        "multiple_choice",
        "multiple_response",
        "true_false",
        "short_answer",
        "numerical",
    )


@pytest.mark.parametrize("name", ["essay", "", None, 3, []])
def test_an_unknown_type_is_invalid_input(name: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        question_types.get(name)
    assert "type" in caught.value.details
