"""Who may start a test: each reason for refusal alone, and combined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from exam_app.rules.eligibility import REASONS, TestTerms, reasons_against
from tests.helpers.times import NOW, later

OPEN = TestTerms(
    is_active=True,
    is_published=True,
    is_self_paced=True,
    available_from=None,
    available_until=None,
    max_attempts=1,
    attempts_used=0,
    has_open_attempt=False,
)


def test_eligible() -> None:
    assert reasons_against(OPEN, NOW) == []


@pytest.mark.parametrize(
    ("difference", "reasons"),
    [
        ({"is_active": False}, ["test_inactive"]),
        ({"is_published": False}, ["test_not_published"]),
        ({"is_self_paced": False}, ["not_self_paced"]),
        ({"available_from": later(1)}, ["not_yet_available"]),
        ({"available_from": NOW}, []),
        ({"available_until": NOW}, ["no_longer_available"]),
        ({"available_until": later(1)}, []),
        ({"attempts_used": 1}, ["no_attempts_left"]),
        ({"attempts_used": 2, "max_attempts": 3}, []),
        # An open attempt is to be continued, even if it is the last one allowed.
        ({"attempts_used": 1, "has_open_attempt": True}, ["open_attempt"]),
        ({"is_active": False, "attempts_used": 1}, ["test_inactive", "no_attempts_left"]),
    ],
)
def test_reasons(difference: dict[str, Any], reasons: list[str]) -> None:
    assert reasons_against(replace(OPEN, **difference), NOW) == reasons
    assert all(REASONS[reason].endswith(".") for reason in reasons)
