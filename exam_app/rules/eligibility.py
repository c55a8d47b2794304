"""Whether a student may start a test now, with every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

REASONS = {
    "test_inactive": "This test is not active.",
    "test_not_published": "This test has not been published yet.",
    "not_self_paced": "This test is taken in an exam session. Open the session from your list of exams.",
    "not_yet_available": "This test is not open yet.",
    "no_longer_available": "This test has closed.",
    "open_attempt": "You have already started this test. Continue where you left off.",
    "no_attempts_left": "You have used all your attempts.",
}
"""Stable codes and the message for the student."""


@dataclass(frozen=True)
class TestTerms:
    """The conditions of a test for starting it, and the student's earlier attempts."""

    __test__ = False

    is_active: bool
    is_published: bool
    is_self_paced: bool
    available_from: datetime | None
    available_until: datetime | None
    max_attempts: int
    attempts_used: int
    has_open_attempt: bool


def reasons_against(terms: TestTerms, now: datetime) -> list[str]:
    """Codes of `REASONS`, empty if the student may start."""
    checks = {
        "test_inactive": not terms.is_active,
        "test_not_published": not terms.is_published,
        "not_self_paced": not terms.is_self_paced,
        "not_yet_available": terms.available_from is not None and now < terms.available_from,
        "no_longer_available": terms.available_until is not None and now >= terms.available_until,
        "open_attempt": terms.has_open_attempt,
        "no_attempts_left": not terms.has_open_attempt and terms.attempts_used >= terms.max_attempts,
    }
    return [reason for reason, applies in checks.items() if applies]
