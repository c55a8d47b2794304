from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from exam_app import errors
from exam_app.rules import question_types
from exam_app.rules.question_types.essay import words_in
from exam_app.rules.rubrics import rubric_for

ESSAY = question_types.get("essay")


def test_an_essay_needs_no_definition() -> None:
    assert ESSAY.validate_definition({}) == {"minWords": None, "maxWords": None, "lines": 15}


def test_a_written_essay_needs_a_marker_and_a_blank_one_does_not() -> None:
    definition = ESSAY.validate_definition({})
    assert ESSAY.score(definition, {"text": "Because."}, Decimal(5)) == question_types.Score(None, None)
    assert ESSAY.score(definition, {"text": " \n "}, Decimal(5)) == question_types.Score(Decimal(0), False)
    assert ESSAY.answer_key(definition) == {"response": None, "text": None}


def test_a_word_limit_refuses_nothing() -> None:
    definition = ESSAY.validate_definition({"minWords": 2, "maxWords": 3})
    for text in ("one", "one two three four"):
        assert ESSAY.check_response(definition, {"text": text}) == {"text": text}


def test_the_student_sees_the_limits_and_not_how_it_is_marked() -> None:
    definition = ESSAY.validate_definition(
        {
            "minWords": 150,
            "maxWords": 300,
            "lines": 20,
            "graderNotes": " Names two causes. ",
            "rubric": [
                {
                    "text": "Reasons",
                    "points": 3,
                    "levels": [{"text": "none", "points": 0}, {"text": "two", "points": "3"}],
                },
                {"text": "Language", "points": "1,5"},
            ],
        }
    )
    assert definition["graderNotes"] == "Names two causes."
    assert [criterion["points"] for criterion in definition["rubric"]] == ["3", "1.5"]
    assert ESSAY.student_view(definition) == {"minWords": 150, "maxWords": 300, "lines": 20}
    assert ESSAY.validate_definition(definition) == definition


@pytest.mark.parametrize(
    ("definition", "field"),
    [
        ({"minWords": 0}, "minWords"),
        ({"maxWords": "many"}, "maxWords"),
        ({"minWords": 10, "maxWords": 9}, "maxWords"),
        ({"lines": 1}, "lines"),
        ({"lines": True}, "lines"),
        ({"rubric": "strict"}, "rubric"),
        ({"rubric": [{"points": 1}]}, "rubric.0.text"),
        ({"rubric": [{"text": "a"}]}, "rubric.0.points"),
        ({"rubric": [{"text": "a", "points": 0}]}, "rubric.0.points"),
        ({"rubric": [{"text": "a", "points": "x"}]}, "rubric.0.points"),
        ({"rubric": [{"text": "a", "points": 1, "levels": [1, 2]}]}, "rubric.0.levels.0"),
        (
            {
                "rubric": [
                    {
                        "text": "a",
                        "points": 1,
                        "levels": [{"text": "b", "points": 0}, {"text": "c", "points": 2}],
                    }
                ]
            },
            "rubric.0.levels.1.points",
        ),
        ({"answers": []}, "answers"),
    ],
)
def test_a_contradictory_definition_is_refused(definition: dict[str, Any], field: str) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        ESSAY.validate_definition(definition)
    assert field in caught.value.details


@pytest.mark.parametrize("response", [{"text": "a" * 20_001}, {"text": "\0"}, {"text": 1}, {}, {"html": "x"}])
def test_a_response_that_is_no_text_is_refused(response: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidInput):
        ESSAY.check_response(ESSAY.validate_definition({}), response)


@pytest.mark.parametrize(("text", "count"), [("", 0), (" \n", 0), ("one", 1), (" one\ttwo\n\nthree ", 3)])
def test_words_are_separated_by_white_space(text: str, count: int) -> None:
    assert words_in(text) == count


def test_the_rubric_on_the_scale_of_the_question() -> None:
    levels = [{"text": "None", "points": "0"}, {"text": "Some", "points": "1"}]
    rubric = [{"text": "Reasons", "points": "2", "levels": levels}, {"text": "Language", "points": "1"}]
    reasons, language = rubric_for({"rubric": rubric}, Decimal(4))
    assert (reasons["points"], language["points"], language["levels"]) == (
        Decimal("2.67"),
        Decimal("1.33"),
        [],
    )
    assert [level["points"] for level in reasons["levels"]] == [0, Decimal("1.33")]
    assert rubric_for({}, Decimal(4)) == []
