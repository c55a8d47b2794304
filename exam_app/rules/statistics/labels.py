"""Labels that rate single statistics."""

from __future__ import annotations

from exam_app.rules.statistics.remarks import UNRELIABLE

SATISFACTORY = 0.75
"""Alpha from which a test is reliable enough (Moodle, "Quiz report statistics")."""


def reliability_label(alpha: float) -> str:
    if alpha >= SATISFACTORY:
        return "satisfactory"
    return "not satisfactory" if alpha < UNRELIABLE else "moderate"


def discrimination_label(correlation: float) -> str:
    """The five levels of Moodle's discrimination index."""
    levels = ((0.5, "very good"), (0.3, "adequate"), (0.2, "weak"), (0.0, "very weak"))
    return next((label for least, label in levels if correlation >= least), "negative")
