"""The receipt of a submission."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules.receipts import as_typed, receipt_code

ATTEMPT, DIGEST = "0b9d8e0e-8c1c-4b3a-9a53-0a2f6f7e7c11", "ab" * 32


def test_a_receipt_is_deterministic() -> None:
    assert receipt_code("key", ATTEMPT, 7, DIGEST) == "KCBT-T2QF-NNIA"


@given(version=st.integers(0, 10**6))
def test_a_receipt_uses_unambiguous_characters(version: int) -> None:
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", receipt_code("key", ATTEMPT, version, DIGEST))


def test_every_part_changes_the_receipt() -> None:
    codes = {
        receipt_code("key", ATTEMPT, 7, DIGEST),
        receipt_code("another key", ATTEMPT, 7, DIGEST),
        receipt_code("key", ATTEMPT[::-1], 7, DIGEST),
        receipt_code("key", ATTEMPT, 8, DIGEST),
        receipt_code("key", ATTEMPT, 7, "cd" * 32),
    }
    assert len(codes) == 5


@given(st.binary(min_size=20, max_size=20))
def test_a_receipt_is_recognised_in_any_notation(noise: bytes) -> None:
    code = receipt_code("key", ATTEMPT, 1, noise.hex())
    assert as_typed(code) == code
    sloppy = code.replace("-", " ").replace("O", "0").replace("I", "1").lower()
    assert as_typed(f"  {sloppy} ") == code


@pytest.mark.parametrize(
    "text", ["", "7F3K-Q2MD-4XT", "7F3K-Q2MD-4XTAA", "7F3K-Q2MD-4XT8", "💥" * 12, "%" * 12]
)
def test_invalid_receipts(text: str) -> None:
    assert as_typed(text) is None
