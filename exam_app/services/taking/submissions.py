"""Submitting an attempt: what is still on the device first, then the submission, then the result."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from exam_app.errors import AttemptExpired, AttemptNotInProgress
from exam_app.extensions import db
from exam_app.models import Answer, Attempt, User
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.rules.deadlines import accepts
from exam_app.services.answers import saving
from exam_app.services.answers.judging import Batch
from exam_app.services.attempts import closing
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading
from exam_app.services.organizations.visibility import own_attempt
from exam_app.services.results import views as result_views

log = logging.getLogger(__name__)


def submit(
    student: User, attempt_id: uuid.UUID, batch: Batch | None, is_confirmed: bool, now: datetime
) -> dict[str, Any]:
    """Submit an attempt. Repeating it gives the same result.

    `batch` holds what is still on the device; it is saved first, also without confirmation, and also if the
    deadline has closed the attempt: what arrived in time is effective, the rest is stored as late. Without
    confirmation nothing is submitted.

    :returns: the result as `results.result_view` gives it, or `{confirmationNeeded, unanswered, flagged,
        questionsAnswered, totalQuestions}`.
    :raises AttemptNotInProgress: it is paused or cancelled.
    """
    attempt = own_attempt(student, attempt_id)
    is_in_time = accepts(now, attempt.deadline_at, current_app.config["GRACE_SECONDS"])
    if attempt.status not in SUBMITTED_STATES and not is_in_time:
        closing.close_due(now)
    if batch is not None and batch.changes:
        _save_rest(batch)
    is_open = attempt.status not in SUBMITTED_STATES
    if is_open:
        if not is_confirmed:
            return _outstanding(attempt)
        handed_in = closing.submit(attempt_id, now)
        db.session.commit()
        if not handed_in and attempt.status not in SUBMITTED_STATES:
            raise AttemptNotInProgress(
                "This attempt cannot be submitted now. Ask the proctor.",
                {"status": attempt.status.value},
            )
    if is_open or attempt.grading_needed:
        bulk_grading.grade_closed(now, only=attempt_id)
    return result_views.result_view(student, attempt, as_its_student=True)


def _save_rest(batch: Batch) -> None:
    try:
        saving.save(batch)
    except AttemptExpired:
        # Stored as late by `save`; the attempt is closed by now, and the student gets its result.
        log.info(
            "attempt %s: %d changes arrived with a submission after the end",
            batch.attempt_id,
            len(batch.changes),
        )
    except AttemptNotInProgress as refusal:
        # Another device has submitted meanwhile: its result is returned.
        if refusal.details["status"] not in SUBMITTED_STATES:
            raise


def _outstanding(attempt: Attempt) -> dict[str, Any]:
    rows = db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id)).all()
    answered = {row.question_id for row in rows if row.is_answered}
    order = [question.id for question in papers.compiled(attempt.paper_id).order(attempt.seed)]
    flagged = {row.question_id for row in rows if row.flagged}
    return {
        "confirmationNeeded": True,
        "unanswered": [question_id for question_id in order if question_id not in answered],
        "flagged": [question_id for question_id in order if question_id in flagged],
        "questionsAnswered": len(answered),
        "totalQuestions": len(order),
    }
