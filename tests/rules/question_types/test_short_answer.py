from __future__ import annotations

import time
from decimal import Decimal
from fnmatch import translate
from re import compile as pattern_of
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app import errors
from exam_app.rules import question_types
from exam_app.rules.question_types import wildcards

SHORT = question_types.get("short_answer")


def points(accepted: list[tuple[str, float]], text: str, case_sensitive: bool = False) -> Decimal:
    items = [{"text": pattern, "fraction": fraction} for pattern, fraction in accepted]
    definition = SHORT.validate_definition({"accepted": items, "caseSensitive": case_sensitive})
    return SHORT.score(definition, SHORT.check_response(definition, {"text": text}), Decimal(10)).points


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("Paris", "  paris\n", True),
        ("New York", "new \t york", True),
        ("Paris", "Paris, France", False),
        ("*Paris*", "It is Paris, France", True),
        ("gr*y", "gray", True),
        ("gr*y", "gry", True),
        ("aa*aa", "aaa", False),
        ("a*b*c", "a-c-b", False),
        (r"2 \* 3", "2 * 3", True),
        (r"2 \* 3", "2 x 3", False),
        ("caf\u00e9", "cafe\u0301", True),
        ("Straße", "STRASSE", True),
        ("İ", "i̇", True),
        ("*", "anything", True),
        ("*", " ", False),
        ("a.c", "abc", False),
        ("[abc]", "a", False),
        ("C:\\temp", "c:\\temp", True),
    ],
)
def test_which_text_matches(pattern: str, text: str, fits: bool) -> None:
    assert points([(pattern, 1)], text) == (10 if fits else 0)


def test_case_counts_when_asked_for() -> None:
    assert points([("NaCl", 1)], "nacl", case_sensitive=True) == 0
    assert points([("NaCl", 1)], "NaCl", case_sensitive=True) == 10


def test_the_first_matching_text_decides() -> None:
    accepted = [("colour", 1.0), ("col*r", 0.5), ("*", 0.1)]
    assert [points(accepted, text) for text in ("colour", "color", "hue")] == [10, 5, 1]


@given(st.text("ab*", max_size=12), st.text("ab", max_size=12))
def test_wildcards_agree_with_fnmatch(pattern: str, text: str) -> None:
    expected = pattern_of(translate(pattern)).match(text) is not None
    assert wildcards.matches(pattern, text, case_sensitive=True) == expected


def test_a_hostile_pattern_and_text_are_matched_quickly() -> None:
    started = time.thread_time()  # CPU time, without waiting for a core
    assert not wildcards.matches("*a" * 5000 + "*b", "a" * 20_000, case_sensitive=False)
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    "definition",
    [
        {"accepted": []},
        {"accepted": [{"text": "x", "fraction": 0.5}]},
        {"accepted": [{"text": "x", "fraction": -1}]},
        {"accepted": [{"text": "*", "fraction": 0.5}, {"text": "x", "fraction": 1}]},
        {"accepted": [{"text": "  ", "fraction": 1}]},
        {"accepted": ["x"]},
        {"accepted": [{"text": "x"}], "caseSensitive": 1},
    ],
)
def test_a_wrong_definition_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(errors.InvalidInput):
        SHORT.validate_definition(definition)


@pytest.mark.parametrize("text", ["a\0b", "x" * 20_001, "\ud800", None, 3, ["x"]])
def test_a_text_that_cannot_be_stored_is_refused(text: Any) -> None:
    with pytest.raises(errors.InvalidInput) as caught:
        SHORT.check_response({}, {"text": text})
    assert "text" in caught.value.details


def test_a_response_stays_as_typed_and_blank_is_not_answered() -> None:
    assert SHORT.check_response({}, {"text": " a  b "}) == {"text": " a  b "}
    assert SHORT.check_response({}, {"answerText": "x"}) == {"text": "x"}
    assert not SHORT.is_answered({"text": " \n"})


def test_the_key_shows_the_accepted_texts() -> None:
    definition = SHORT.validate_definition({"accepted": [{"text": r"2\*3"}, {"text": "six"}]})
    assert SHORT.answer_key(definition) == {"response": {"text": "2*3"}, "text": "2*3 or six"}
