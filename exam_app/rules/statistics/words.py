"""What single figures mean, in a word."""

from __future__ import annotations

from exam_app.rules.statistics.remarks import UNRELIABLE

SATISFACTORY = 0.75
"""Alpha from which on a test is reliable enough (Moodle, "Quiz report statistics")."""


def reliability_words(alpha: float) -> str:
    if alpha >= SATISFACTORY:
        return "satisfactory"
    return "not satisfactory" if alpha < UNRELIABLE else "moderate"


def discrimination_words(correlation: float) -> str:
    """Moodle's five steps of its discrimination index."""
    steps = ((0.5, "very good"), (0.3, "adequate"), (0.2, "weak"), (0.0, "very weak"))
    return next((word for least, word in steps if correlation >= least), "against the test")
