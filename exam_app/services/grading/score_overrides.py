"""Scores set by staff: a new version of the result, with actor and reason. Earlier versions stay."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from exam_app.errors import InvalidInput, InvalidTransition
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, Result, User
from exam_app.realtime import emit
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.paper import number
from exam_app.rules.reasons import stated
from exam_app.services.activity import audit
from exam_app.services.authoring import papers
from exam_app.services.grading.bulk_grading import grade_closed
from exam_app.services.grading.versions import describe_result, latest_result


def set_score(
    actor: User, attempt: Attempt, score: Decimal | None, penalty: Decimal, reason: str, now: datetime
) -> dict[str, Any]:
    """Set the score of a graded attempt, less the penalty. Commits. Concurrent calls create two versions.

    :param score: points before the penalty; None keeps the current score, before its penalty.
    :param penalty: points taken off, replacing an earlier penalty; at most the score, so that the result
        never falls below 0.
    :returns: the version, as `describe_result` shows it.
    :raises InvalidInput: no reason, or a score or a penalty outside 0 to the maximum.
    :raises InvalidTransition: the attempt has not been submitted and graded.
    """
    reason = stated(reason)
    if attempt.status in SUBMITTED_STATES and attempt.grading_needed:
        grade_closed(now, only=attempt.id)
    _lock(attempt)
    latest = latest_result(attempt.id)
    if attempt.status != AttemptStatus.GRADED or latest is None:
        status = attempt.status.value
        db.session.rollback()
        raise InvalidTransition(
            "Only a graded attempt can get another score. Wait until it is graded.", {"status": status}
        )
    maximum = papers.compiled(attempt.paper_id).total_points
    for name, points in (("score", score), ("penalty", penalty)):
        if points is not None and not 0 <= points <= maximum:
            db.session.rollback()
            raise InvalidInput(details={name: [f"Give 0 to {number(maximum)} points."]})
    gross = latest.score + latest.penalty if score is None else score
    version = _version(attempt, latest, gross, min(penalty, gross))
    version.reason, version.graded_by, version.created_at = reason, actor.id, now
    db.session.add(version)
    changes = [(_state(latest), _state(version))]
    asked = {"penaltyAsked": number(penalty)} if penalty > gross else {}
    audit.record_changes([attempt], "score_changed", now, actor.id, changes, reason=reason, **asked)
    feedback = papers.compiled(attempt.paper_id).settings["feedback"]
    if result_is_visible(feedback, True, attempt.released_at):
        after_commit.run(emit.result_released, attempt.id)
    db.session.commit()
    return {"attemptId": str(attempt.id), **describe_result(version, actor)}


def _lock(attempt: Attempt) -> None:
    db.session.execute(select(Attempt.id).where(Attempt.id == attempt.id).with_for_update())
    db.session.refresh(attempt)


def _version(attempt: Attempt, latest: Result, gross: Decimal, penalty: Decimal) -> Result:
    return Result(
        attempt_id=attempt.id,
        number=latest.number + 1,
        **asdict(papers.compiled(attempt.paper_id).outcome(gross - penalty)),
        penalty=penalty,
        correct_count=latest.correct_count,
    )


def _state(result: Result) -> dict[str, Any]:
    """A result as in the audit log."""
    return {
        "score": number(result.score),
        "penalty": number(result.penalty),
        "percentage": number(result.percentage),
        "grade": result.grade,
        "passed": result.passed,
    }
