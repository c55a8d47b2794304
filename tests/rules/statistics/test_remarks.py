"""Which remarks a test gets, and which it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from exam_app.rules.statistics.analysis import analyse
from exam_app.rules.statistics.remarks import remarks
from tests.rules.statistics.examples import choices, responses

N = 40
ABLE = np.arange(N) / (N - 1)


def others(n: int = N) -> np.ndarray:
    """Six sound items: the stronger half of the class answers the harder ones correctly, too."""
    return (np.linspace(0, 1, n)[:, None] > np.linspace(0.25, 0.75, 6)).astype(float)


def remarks_of(built: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for remark in remarks(analyse(built)):
        found.setdefault(remark.kind, []).append(remark.text)
    return found


def test_a_sound_test_gets_no_remarks() -> None:
    built = responses(others())
    assert remarks_of(built) == {}


def test_a_key_that_stronger_students_avoid() -> None:
    """The stronger half selects C, the others spread over the remaining options, including the key."""
    chosen = ["ABD"[n % 3] if n < N / 2 else "C" for n in range(N)]
    found = remarks_of(choices(others(), chosen))
    assert found["key_may_be_wrong"] == ["The answer key of Q1 may be wrong: stronger students choose “C”."]
    assert "negative_discrimination" not in found, "it repeats another remark"


def test_a_right_key_gets_no_remark() -> None:
    chosen = ["BCD"[n % 3] if n < N / 2 else "A" for n in range(N)]
    assert remarks_of(choices(others(), chosen)) == {}


def test_chance_is_not_taken_for_a_wrong_key() -> None:
    """Sixty questions on which all students guessed: a wrong key is rarely suspected."""
    rng = np.random.default_rng(1)
    doubted = 0
    for _ in range(60):
        chosen = ["ABCD"[n] for n in rng.integers(0, 4, N)]
        doubted += "key_may_be_wrong" in remarks_of(choices(others(), chosen))
    assert doubted <= 5


def test_an_item_that_works_against_the_test() -> None:
    marks = np.column_stack([others(), (ABLE < 0.5).astype(float)])
    assert remarks_of(responses(marks))["negative_discrimination"] == [
        "Q7 has negative discrimination: students who do better in the rest score lower here."
    ]


@pytest.mark.parametrize(("right", "kind"), [(39, "too_easy"), (7, "too_hard"), (38, None), (8, None)])
def test_too_easy_and_too_hard(right: int, kind: str | None) -> None:
    """Exactly 95 % and 20 % are neither too easy nor too hard."""
    marks = np.column_stack([others(), (np.arange(N) >= N - right).astype(float)])
    assert set(remarks_of(responses(marks))) == ({kind} if kind else set())


def test_an_item_that_does_not_discriminate() -> None:
    marks = np.column_stack([others(), np.arange(N) % 2])
    assert remarks_of(responses(marks))["weak_discrimination"] == [
        "Q7 hardly discriminates between stronger and weaker students."
    ]


def test_unused_options() -> None:
    chosen = ["B" if n < N / 2 else "A" for n in range(N)]
    assert remarks_of(choices(others(), chosen)) == {"unused_options": ["Nobody chose “C” or “D” in Q1."]}


def test_a_question_that_many_omitted() -> None:
    chosen = ["" if n < 10 else "BCD"[n % 3] if n < 20 else "A" for n in range(N)]
    assert remarks_of(choices(others(), chosen)) == {"often_left_out": ["25 % did not answer Q1."]}


def test_a_test_that_measures_different_things() -> None:
    marks = np.random.default_rng(3).integers(0, 2, (N, 6)).astype(float)
    assert "unreliable" in remarks_of(responses(marks))


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (1, "One attempt is too few to judge single questions: at least 10 are needed."),
        (9, "9 attempts are too few to judge single questions: at least 10 are needed."),
        (29, "With 29 attempts, the figures may be due to chance. They are stable from about 30."),
    ],
)
def test_too_few_attempts_for_a_remark(n: int, words: str) -> None:
    assert remarks_of(responses(others(n)))["few_attempts"] == [words]


def test_below_ten_attempts_no_item_is_judged() -> None:
    assert set(remarks_of(responses(np.zeros((9, 4))))) == {"few_attempts"}
    assert "too_hard" in remarks_of(responses(np.zeros((10, 4))))


def test_without_attempts_there_are_no_remarks() -> None:
    assert remarks(analyse(responses(np.zeros((0, 3))))) == ()


def test_long_texts_are_cut() -> None:
    letters: Any = ["A", "B", "x" * 100]
    built = choices(others(), ["B" if n < N / 2 else "A" for n in range(N)], letters=letters)
    (text,) = remarks_of(built)["unused_options"]
    assert text == f"Nobody chose “{'x' * 59}…” in Q1."
