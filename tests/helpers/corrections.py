"""Answer keys that are corrected after an exam."""

from __future__ import annotations

from typing import Any

from exam_app.services.grading import corrections
from tests.helpers.answers import questions
from tests.helpers.times import minutes

FALSE = {"correct": False}


def correct(actor: Any, test: Any, kind: str = "true_false", definition: Any = None) -> dict[str, Any]:
    """Give the question of this type a new key: by default, that the true statement is false."""
    question_id = questions(test)[kind]
    return corrections.correct_key(actor, test, question_id, definition or FALSE, " Typo ", minutes(60))
