"""The receipt of a hand-in."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.receipts import receipt_code

ATTEMPT, DIGEST = "0b9d8e0e-8c1c-4b3a-9a53-0a2f6f7e7c11", "ab" * 32


def test_it_is_the_same_for_ever() -> None:
    assert receipt_code("key", ATTEMPT, 7, DIGEST) == "KCBT-T2QF-NNIA"


@given(version=st.integers(0, 10**6))
def test_it_can_be_read_out_over_the_phone(version: int) -> None:
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", receipt_code("key", ATTEMPT, version, DIGEST))


def test_everything_in_it_counts() -> None:
    codes = {
        receipt_code("key", ATTEMPT, 7, DIGEST),
        receipt_code("another key", ATTEMPT, 7, DIGEST),
        receipt_code("key", ATTEMPT[::-1], 7, DIGEST),
        receipt_code("key", ATTEMPT, 8, DIGEST),
        receipt_code("key", ATTEMPT, 7, "cd" * 32),
    }
    assert len(codes) == 5
