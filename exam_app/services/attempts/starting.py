"""Starting attempts: eligibility, and creating the attempts of one student or of a whole session."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError

from exam_app.errors import NotEligible
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, ExamSession, Participant, Test, User
from exam_app.realtime import deltas, student_row
from exam_app.rules.attempt_states import OPEN, AttemptStatus
from exam_app.rules.eligibility import REASONS, TestTerms, reasons_against
from exam_app.services.activity import activities
from exam_app.services.authoring import catalog, papers
from exam_app.services.proctoring import integrity
from exam_app.services.timing import deadlines

_NUMBERS = (
    select(Attempt.student_id, func.max(Attempt.number))
    .where(
        Attempt.test_id == bindparam("test"), Attempt.student_id.in_(bindparam("students", expanding=True))
    )
    .group_by(Attempt.student_id)
)


def eligibility(user: User, test: Test, now: datetime) -> tuple[list[str], Attempt | None]:
    """Reason codes why `user` may not begin `test` now, and the open attempt if there is one."""
    attempts = attempts_by_test(user, [test.id]).get(test.id, [])
    return reasons_against(terms_of(test, attempts), now), find_open(attempts)


def attempts_by_test(user: User, test_ids: list[int]) -> dict[int, list[Attempt]]:
    """The student's attempts at these tests, in order; cancelled attempts are left out."""
    rows = db.session.scalars(
        select(Attempt)
        .where(
            Attempt.test_id.in_(test_ids),
            Attempt.student_id == user.id,
            Attempt.status != AttemptStatus.CANCELLED,
        )
        .order_by(Attempt.number)
    )
    by_test: dict[int, list[Attempt]] = {}
    for attempt in rows:
        by_test.setdefault(attempt.test_id, []).append(attempt)
    return by_test


def find_open(attempts: list[Attempt]) -> Attempt | None:
    return next((attempt for attempt in attempts if attempt.status in OPEN), None)


def terms_of(test: Test, attempts: list[Attempt]) -> TestTerms:
    return TestTerms(
        is_active=test.is_active,
        is_published=test.current_paper_id is not None,
        is_self_paced=test.is_self_paced,
        available_from=test.available_from,
        available_until=test.available_until,
        max_attempts=test.max_attempts,
        attempts_used=len(attempts),
        has_open_attempt=find_open(attempts) is not None,
    )


def start_attempt(user: User, test_id: int, now: datetime) -> Attempt:
    """Begin a self-paced test. Commits.

    :raises NotFound: no such test.
    :raises NotEligible: see `begin_attempt`.
    """
    attempt = begin_attempt(user, catalog.test_for(test_id), now)
    db.session.commit()
    return attempt


def begin_attempt(
    user: User, test: Test, now: datetime, client_ip: str | None = None, user_agent: str = ""
) -> Attempt:
    """Begin a self-paced test from this IP address and browser; the caller commits.

    :raises NotEligible: with the reason codes, and the open attempt's id if there is one. Two concurrent
        starts create one attempt: the database allows one open attempt per student and test.
    """
    reasons, open_attempt = eligibility(user, test, now)
    if reasons:
        raise refusal(reasons, open_attempt)
    assert test.current_paper_id is not None
    try:
        (attempt,) = create_attempts(
            test.id,
            test.current_paper_id,
            None,
            [user],
            now,
            test.available_until,
            origin=(client_ip, user_agent),
        )
    except IntegrityError:
        db.session.rollback()
        raise refusal(["open_attempt"], eligibility(user, test, now)[1]) from None
    return attempt


def describe_eligibility(reasons: list[str], open_attempt: Attempt | None) -> dict[str, Any]:
    return {
        "eligible": not reasons,
        "reasons": [{"code": reason, "message": REASONS[reason]} for reason in reasons],
        "openAttemptId": str(open_attempt.id) if open_attempt else None,
    }


def refusal(reasons: list[str], open_attempt: Attempt | None) -> NotEligible:
    details: dict[str, Any] = {"reasons": reasons}
    if open_attempt is not None:
        details["attemptId"] = str(open_attempt.id)
    return NotEligible(REASONS[reasons[0]], details)


def create_attempts(
    test_id: int,
    paper_id: int,
    session: ExamSession | None,
    students: list[User],
    now: datetime,
    window_end: datetime | None = None,
    places: Sequence[Participant] = (),
    origin: tuple[str | None, str] = (None, ""),
) -> list[Attempt]:
    """Open one attempt for each student; the caller commits. Four statements for any number of students.

    Under a session's global timer the time limit counts from the session's start, otherwise from now.
    `places`: participants get the attempt id and seed reserved for them, whose paper may already be on their
    device. `origin`: IP address and browser of a student who starts on their own.
    """
    paper = papers.compiled(paper_id)
    used = dict(db.session.execute(_NUMBERS, {"test": test_id, "students": [s.id for s in students]}).all())
    client_ip, user_agent = origin
    reserved = {place.student_id: (place.attempt_id, place.seed) for place in places}
    attempts = [
        Attempt(
            id=attempt_id,
            organization_id=student.organization_id,
            test_id=test_id,
            paper_id=paper_id,
            session_id=session.id if session else None,
            student_id=student.id,
            number=used.get(student.id, 0) + 1,
            seed=seed,
            status=AttemptStatus.IN_PROGRESS,
            started_at=now,
            address=client_ip,
            user_agent=integrity.stored_user_agent(user_agent) if client_ip else None,
        )
        for student in students
        for attempt_id, seed in [reserved.get(student.id) or (uuid.uuid4(), secrets.randbelow(2**31))]
    ]
    counted_from = session.started_at if session and session.global_timer and session.started_at else now
    deadlines.set_deadlines(attempts, paper, counted_from, window_end, now)
    db.session.add_all(attempts)
    db.session.flush()
    started = activities.record_all(attempts, "attempt_started", now, None)
    for attempt, student, event_id in zip(attempts, students, started, strict=True):
        if session is not None:
            event = activities.describe_event(
                event_id, "attempt_started", now, student.id, student.full_name, attempt.id
            )
            change = student_row.started(attempt)
            after_commit.run(deltas.student_changed, session.id, student.id, change, event)
    return attempts
