"""Properties of every type: bounds of the score, no key in the student's view, no crash."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exam_app import errors
from exam_app.rules import question_types

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20
).filter(str.strip)
points = st.decimals(min_value=0, max_value=1000, places=2)
UNITS = ([], ["m"], ["m", "dm", "cm"])
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
    units = [{"text": text, "multiplier": str(10**n)} for n, text in enumerate(draw(st.sampled_from(UNITS)))]
    value = draw(st.decimals(-1000, 1000, places=3))
    width = draw(st.decimals(0, 10, places=2))
    accepted = [{"value": str(value), "tolerance": str(width), "fraction": 1.0}]
    accepted.append({"min": str(value - 50), "max": str(value + 50), "fraction": draw(part)})
    return "numerical", {"accepted": accepted, "units": units, "unitRequired": draw(st.booleans())}


@st.composite
def arranging_definitions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    found = draw(st.lists(texts.map(str.strip), min_size=2, max_size=6, unique=True))
    if draw(st.booleans()):
        scoring = draw(st.sampled_from(["position", "next", "exact"]))
        return "ordering", {"items": [{"text": text} for text in found], "scoring": scoring}
    stems = draw(st.lists(st.tuples(texts, st.sampled_from(found)), min_size=2, max_size=6))
    return "matching", {
        "stems": [{"text": text, "choice": choice} for text, choice in stems],
        "choices": [{"text": text} for text in found],
    }


@st.composite
def cloze_definitions(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    single = choice_definitions().filter(lambda case: case[0] == "multiple_choice")
    kinds = draw(st.lists(typed_definitions() | single, min_size=1, max_size=4))
    weights = st.integers(1, 5)
    return "cloze", {
        "gaps": [
            {"id": number, "type": name, "weight": draw(weights), "definition": definition}
            for number, (name, definition) in enumerate(kinds, 1)
        ]
    }


definitions = (
    choice_definitions()
    | typed_definitions()
    | cloze_definitions()
    | arranging_definitions()
    | st.booleans().map(lambda right: ("true_false", {"correct": right}))
)


@st.composite
def answered(draw: st.DrawFn) -> tuple[question_types.QuestionType, dict[str, Any], dict[str, Any]]:
    """A type, a validated definition and a validated response to it."""
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
        units = st.sampled_from([unit["text"] for unit in definition.get("units", [])] or ["none"])
        return st.fixed_dictionaries(
            {"number": st.integers(-1100, 1100) | decimals},
            optional={"unit": units} if "units" in definition else {},
        )
    view = kind.student_view(definition)
    if kind.name == "ordering":
        return st.fixed_dictionaries(
            {"order": st.permutations([i["itemId"] for i in view["items"]]) | st.just([])}
        )
    if kind.name == "cloze":
        inner = {
            gap["id"]: responses(question_types.get(gap["type"]), gap["definition"])
            for gap in definition["gaps"]
        }
        filled = st.fixed_dictionaries({}, optional=inner)
        return filled.map(lambda gaps: {"gaps": [{"gapId": i, "response": r} for i, r in gaps.items()]})
    if kind.name == "matching":
        choices = st.sampled_from([choice["choiceId"] for choice in view["choices"]])
        chosen = st.fixed_dictionaries({}, optional={stem["stemId"]: choices for stem in view["stems"]})
        return chosen.map(lambda pairs: {"pairs": [_pair(*item) for item in pairs.items()]})
    ids = [option["optionId"] for option in kind.student_view(definition)["options"]]
    most = len(ids) if kind.name == "multiple_response" else 1
    return st.fixed_dictionaries(
        {"selectedOptionIds": st.lists(st.sampled_from(ids), unique=True, max_size=most)}
    )


def _pair(stem_id: int, choice_id: int) -> dict[str, int]:
    return {"stemId": stem_id, "choiceId": choice_id}


@given(answered(), points)
def test_a_score_lies_between_zero_and_the_maximum_with_two_decimals(case: Any, maximum: Decimal) -> None:
    kind, definition, response = case
    score = kind.score(definition, response, maximum)
    assert 0 <= score.points <= maximum
    assert score.points == score.points.quantize(Decimal("0.01"))
    assert not score.is_correct or score.points == maximum


@given(answered(), points, st.randoms())
def test_a_score_does_not_depend_on_the_order_of_choices(case: Any, maximum: Decimal, rng: Any) -> None:
    kind, definition, response = case
    assume(kind.name != "ordering")
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
def test_normalising_a_definition_is_idempotent_also_through_json(case: Any) -> None:
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
def test_the_students_view_has_only_ids_and_texts(case: Any) -> None:
    kind = question_types.get(case[0])
    view = kind.student_view(kind.validate_definition(case[1]))
    for gap in view.pop("gaps", []):
        assert {"gapId", "gapType"} <= set(gap) <= {"gapId", "gapType", "options", "units"}
        view.setdefault("options", []).extend(gap.get("options", []))
        assert "units" not in gap or all(isinstance(unit, str) for unit in gap["units"])
    assert all(isinstance(unit, str) for unit in view.pop("units", []))
    for name, entries in view.items():
        singular = name.removesuffix("s")
        assert all(set(entry) == {f"{singular}Id", f"{singular}Text"} for entry in entries)


@given(arranging_definitions(), st.randoms(), st.integers(0, 9))
def test_stems_and_items_do_not_disclose_their_match(case: Any, rng: Any, seed: int) -> None:
    """The student's view of the same texts does not depend on the key, of which ordering shows no order."""
    name, definition = case
    kind = question_types.get(name)
    other = copy.deepcopy(definition)
    if name == "ordering":
        rng.shuffle(other["items"])
    else:
        for stem in other["stems"]:
            stem["choice"] = rng.choice(definition["choices"])["text"]
    a, b = kind.validate_definition(definition), kind.validate_definition(other)
    assert kind.student_view(a) == kind.student_view(b)
    if name == "matching":
        shown = [kind.arranged(d, kind.student_view(d), True, Random(seed)) for d in (a, b)]
        assert shown[0] == shown[1]


@given(definitions, st.booleans(), st.integers(0, 9))
def test_the_arranged_items_are_a_permutation_of_the_view(case: Any, may_shuffle: bool, seed: int) -> None:
    assume(case[0] != "cloze")  # its gaps keep their positions, each arranged by its own type
    kind = question_types.get(case[0])
    definition = kind.validate_definition(case[1])
    view = kind.student_view(definition)
    shown = kind.arranged(definition, copy.deepcopy(view), may_shuffle, Random(seed))
    assert set(shown) == set(view)
    for name, entries in ((name, entries) for name, entries in shown.items() if name != "units"):
        assert [entry.pop("orderIndex") for entry in entries] == list(range(1, len(entries) + 1))
        assert all(entry in entries for entry in view[name]) and len(entries) == len(view[name])


@given(answered())
def test_every_answered_response_has_text(case: Any) -> None:
    kind, definition, response = case
    words = kind.response_text(definition, response)
    assert bool((words or "").strip()) == kind.is_answered(response)


def test_views_without_options_and_of_true_false_are_constant() -> None:
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
    anything
    | st.dictionaries(
        st.sampled_from(["selectedOptionIds", "text", "number", "unit", "pairs", "order", "gaps"]), anything
    ),
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


def test_the_wire_names_of_types() -> None:
    assert question_types.names() == (
        "multiple_choice",
        "multiple_response",
        "true_false",
        "short_answer",
        "numerical",
        "matching",
        "ordering",
        "cloze",
        "essay",
    )


@pytest.mark.parametrize("name", ["drawing", "", None, 3, []])
def test_an_unknown_type_is_invalid_input(name: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        question_types.get(name)
    assert "type" in caught.value.details
