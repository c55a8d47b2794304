"""Typed answers over REST: the reproductions of numbers, texts and lengths, and what is like them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.helpers.answers import answers_of, change, questions
from tests.helpers.clients import data


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def save(api: Any, cast: SimpleNamespace, attempt: Any) -> Any:
    """Save a response to the question of a type. Returns the stored answer."""

    def saved(kind: str, response: dict[str, Any]) -> Any:
        question_id = questions(attempt.test)[kind]
        body = {"changes": [change(question_id, response)]}
        reply = data(api(cast.carl).post(f"/api/attempts/{attempt.id}/answers", body))
        assert reply["rejected"] == []
        return answers_of(attempt.id)[question_id]

    return saved


@pytest.mark.parametrize("field", ["number", "text", "answerText"])
@pytest.mark.parametrize(
    "typed",
    [
        "46",
        "４６",
        "٤٦",
        "۴۶",
        "४६",
        "\u200e46\u200f",
        "46,0",
        "4,6·10^1",
        "4.6 × 10¹",
        "+46",
        "＋46",
        "46.\ufeff",
    ],
)
def test_a_number_is_right_in_every_notation(save: Any, field: str, typed: str) -> None:
    assert save("numerical", {field: typed}).is_correct


@pytest.mark.parametrize("typed", ["about 46", "46 cells", "1,046", "46-47", "fourty-six"])
def test_what_was_typed_last_replaces_the_half_before(save: Any, typed: str) -> None:
    save("numerical", {"number": "4"})
    answer = save("numerical", {"text": typed})
    assert answer.response == {"text": typed}
    assert answer.points in (None, 0)


@pytest.mark.parametrize(
    "typed",
    [
        "Photosynthesis",
        "photo\u00adsynthesis",
        "\ufeffphotosynthesis",
        "ＰＨＯＴＯsynthesis",
        "phоtosynthesis",
    ],
)
def test_a_text_is_right_however_it_was_typed(save: Any, typed: str) -> None:
    assert save("short_answer", {"text": typed}).is_correct


@pytest.mark.parametrize(
    "word", ["photosynthesis ", "Электростанция ", "प्रकाशसंश्लेषण ", "光合作用", "\U0001e900\U0001e901 "]
)
def test_ten_thousand_words_of_an_essay_are_stored(save: Any, word: str) -> None:
    text = (word * 10_000)[:199_000]
    assert save("essay", {"text": text}).response == {"text": text}
