"""Completed attempts: answered, submitted, graded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exam_app.extensions import db
from exam_app.rules.attempt_states import SubmissionMethod
from exam_app.services.answers import saving
from exam_app.services.grading import bulk_grading
from tests.factories import EVERY_RIGHT, AttemptFactory, BatchFactory, ChangeFactory
from tests.helpers.answers import questions
from tests.helpers.times import NOW, minutes


def answer(attempt: Any, *kinds: str, at: datetime = NOW, **fields: Any) -> None:
    """Save correct answers to the questions of these types."""
    ids = questions(attempt.test)
    changes = [ChangeFactory(question_id=ids[kind], response=EVERY_RIGHT[kind], **fields) for kind in kinds]
    saving.save(BatchFactory(attempt=attempt, changes=changes, arrived_at=at))


def graded(*kinds: str, after: float = 10, time_spent: int = 30, **fields: Any) -> Any:
    """An attempt with correct answers to these types, submitted after so many minutes and graded."""
    attempt = AttemptFactory(**fields)
    if kinds:
        answer(attempt, *kinds, at=attempt.started_at, time_spent=time_spent)
    ended_at = attempt.started_at + (minutes(after) - NOW)
    attempt.status, attempt.submission_method = "submitted", SubmissionMethod.MANUAL
    attempt.submitted_at = attempt.closed_at = ended_at
    attempt.grading_needed = True
    db.session.commit()
    bulk_grading.grade_closed(ended_at, only=attempt.id)
    db.session.refresh(attempt)
    return attempt
