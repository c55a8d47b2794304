"""Self-paced tests, and the student's attempts at each."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Attempt, Result, Test, User
from exam_app.rules.eligibility import REASONS, reasons_against
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.names import text_key
from exam_app.rules.paper import number
from exam_app.services.attempts.starting import attempts_by_test, begin_attempt, find_open, terms_of
from exam_app.services.attempts.views import describe_started
from exam_app.services.authoring import catalog, papers


def start(
    student: User, test_id: int, now: datetime, client_ip: str | None, user_agent: str
) -> dict[str, Any]:
    """Begin a test from this IP address and browser. Commits.

    :returns: as `describe_started`.
    :raises NotFound: no such test.
    :raises NotEligible: see `begin_attempt`.
    """
    test = catalog.test_for(test_id)
    started = describe_started(begin_attempt(student, test, now, client_ip, user_agent), now)
    db.session.commit()  # last: a commit expires what was read, and all of it would be read again
    return started


def self_paced_tests(user: User, now: datetime) -> list[dict[str, Any]]:
    """The published self-paced tests of the student's organization, with the student's attempts."""
    published = (Test.is_self_paced, Test.is_active, Test.current_paper_id.is_not(None))
    found = db.session.scalars(select(Test).where(*published).order_by(Test.id))
    tests = sorted(found, key=lambda test: text_key(test.title))
    attempts = attempts_by_test(user, [test.id for test in tests])
    percentages = _percentages([attempt.id for some in attempts.values() for attempt in some])
    return [_self_paced(test, attempts.get(test.id, []), percentages, now) for test in tests]


def _percentages(attempt_ids: list[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """The latest result of each attempt that has one."""
    latest = (
        select(Result.attempt_id, Result.percentage)
        .ext(distinct_on(Result.attempt_id))
        .where(Result.attempt_id.in_(attempt_ids))
        .order_by(Result.attempt_id, Result.number.desc())
    )
    return dict(db.session.execute(latest).all())


def _self_paced(
    test: Test, attempts: list[Attempt], percentages: dict[uuid.UUID, Decimal], now: datetime
) -> dict[str, Any]:
    assert test.current_paper_id is not None
    paper = papers.compiled(test.current_paper_id)
    reasons = reasons_against(terms_of(test, attempts), now)
    open_attempt = find_open(attempts)
    return {
        "testId": test.id,
        "title": test.title,
        "description": test.description,
        "durationMinutes": test.duration_minutes,
        "questionCount": len(paper.questions),
        "totalPoints": number(paper.total_points),
        "attemptsUsed": len(attempts),
        "maxAttempts": test.max_attempts,
        "canStart": not reasons,
        "openAttemptId": str(open_attempt.id) if open_attempt else None,
        "reasons": [REASONS[reason] for reason in reasons],
        "attempts": [
            {
                "attemptId": str(attempt.id),
                "status": attempt.status.value,
                "submittedAt": clock.iso(attempt.submitted_at),
                "percentage": number(percentages[attempt.id])
                if attempt.id in percentages and _is_visible(attempt)
                else None,
            }
            for attempt in attempts
        ],
    }


def _is_visible(attempt: Attempt) -> bool:
    """By the paper of the attempt: later changes of the test's settings do not affect it."""
    return result_is_visible(
        papers.compiled(attempt.paper_id).settings["feedback"], True, attempt.released_at
    )
