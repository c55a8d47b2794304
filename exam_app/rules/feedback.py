"""When a student may see a result and the correct answers."""

from __future__ import annotations

from datetime import datetime


def result_is_visible(feedback: str, is_graded: bool, released_at: datetime | None) -> bool:
    """`immediate` and `after_submission`: as soon as it is graded; `after_release`: once it is
    released; `never`: not at all."""
    if not is_graded or feedback == "never":
        return False
    return feedback != "after_release" or released_at is not None
