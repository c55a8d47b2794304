"""Releasing results to students when grading is complete: of a session by staff or by the clock, of a
self-paced test by the clock, after its window."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, ExamSession, Feedback, Paper, Release, Test, User
from exam_app.realtime import emit
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus, SessionStatus
from exam_app.services.activity import activities
from exam_app.services.notifications import notify

STARTS_ARRIVE = timedelta(minutes=1)
"""By this time after the end of a test's window, every start in time is in the database."""


def release_results(actor: User, session: ExamSession, now: datetime) -> ExamSession:
    """Release the results of a session to its students, and notify them. Idempotent. Commits.

    :raises Conflict: the session is not over, or grading is not done.
    """
    # Nothing is reopened between these checks and the release.
    db.session.refresh(session, with_for_update={"key_share": True, "of": ExamSession})
    if session.status == SessionStatus.CANCELLED:
        raise Conflict("This session was cancelled, so it has no results to release.")
    if session.status != SessionStatus.COMPLETED:
        raise Conflict("The exam is still running. Release the results when it is over.")
    ungraded = db.session.scalar(
        select(func.count()).where(
            Attempt.session_id == session.id, Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES)
        )
    )
    if ungraded:
        raise Conflict(f"{ungraded} attempts are not graded yet. Try again in a moment.")
    due = db.session.scalar(select(func.sum(Attempt.marking_due)).where(Attempt.session_id == session.id))
    if due:
        answers = "1 answer has" if due == 1 else f"{due} answers have"
        raise Conflict(f"{answers} to be marked by hand first.", {"markingDue": int(due)})
    _release(ExamSession.id == session.id, actor.id, now)
    db.session.commit()
    db.session.refresh(session)
    return session


def is_due(now: datetime) -> bool:
    """Whether the clock has results to release."""
    sessions = select(ExamSession.id).where(_by_the_clock()).limit(1)
    attempts = select(Attempt.id).where(_self_paced_by_the_clock(now)).limit(1)
    return any(db.session.scalar(query) is not None for query in (sessions, attempts))


def release_due(now: datetime) -> int:
    """Release what the clock has to release: each session, and each self-paced attempt, once, with any number
    of concurrent workers. Commits.

    :returns: how many sessions and self-paced tests were released.
    """
    released = _release(_by_the_clock(), None, now) + _release_self_paced(now)
    db.session.commit()
    return released


def _by_the_clock() -> ColumnElement[bool]:
    """Completed sessions in which every submitted attempt is graded."""
    waits = exists().where(
        Attempt.session_id == ExamSession.id,
        Attempt.status.in_(SUBMITTED_STATES),
        or_(Attempt.grading_needed, Attempt.status != AttemptStatus.GRADED),
    )
    return (
        (ExamSession.status == SessionStatus.COMPLETED)
        & (ExamSession.release == Release.AFTER_CLOSE)
        & ExamSession.results_released_at.is_(None)
        & ~waits
    )


def _release(which: ColumnElement[bool], actor_id: uuid.UUID | None, now: datetime) -> int:
    """One guarded UPDATE decides; a concurrent second call finds nothing."""
    released = db.session.execute(
        update(ExamSession)
        .where(which, ExamSession.results_released_at.is_(None))
        .values(results_released_at=now)
        .returning(ExamSession.id, ExamSession.organization_id)
        .execution_options(synchronize_session=False)
    ).all()
    for session in released:
        activities.record(
            "results_released", now, session.organization_id, session_id=session.id, actor_id=actor_id
        )
    seen = [session.id for session in released]
    graded = db.session.scalars(
        select(Attempt).where(Attempt.session_id.in_(seen), Attempt.status == AttemptStatus.GRADED)
    ).all()
    _notify_released(list(graded), now)
    return len(released)


def _self_paced_by_the_clock(now: datetime) -> ColumnElement[bool]:
    """Graded attempts whose paper awaits a release, at tests that are over: no attempt can begin, none is
    open, also with extra time, and every attempt is graded."""
    other = aliased(Attempt)
    waits = exists().where(
        other.test_id == Test.id,
        other.session_id.is_(None),
        or_(other.status.not_in((AttemptStatus.GRADED, AttemptStatus.CANCELLED)), other.grading_needed),
    )
    over = select(Test.id).where(
        Test.release == Release.AFTER_CLOSE, Test.available_until <= now - STARTS_ARRIVE, ~waits
    )
    feedback = Paper.content["settings"]["feedback"].astext
    waiting_papers = select(Paper.id).where(Paper.test_id.in_(over), feedback == Feedback.AFTER_RELEASE)
    return (
        Attempt.session_id.is_(None)
        & (Attempt.status == AttemptStatus.GRADED)
        & Attempt.results_released_at.is_(None)
        & Attempt.test_id.in_(over)
        & Attempt.paper_id.in_(waiting_papers)
    )


def _release_self_paced(now: datetime) -> int:
    """One guarded UPDATE decides, as for a session; rows are locked in one order, to avoid deadlocks."""
    waiting = select(Attempt.id).where(_self_paced_by_the_clock(now)).order_by(Attempt.id).with_for_update()
    released = db.session.scalars(
        update(Attempt)
        .where(Attempt.id.in_(waiting), Attempt.results_released_at.is_(None))
        .values(results_released_at=now)
        .returning(Attempt)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).all()
    tests = {attempt.test_id: attempt.organization_id for attempt in released}
    for test_id, organization_id in tests.items():
        activities.record("results_released", now, organization_id, testId=test_id)
    _notify_released(list(released), now)
    return len(tests)


def _notify_released(graded: list[Attempt], now: datetime) -> None:
    notify.notify_released(graded, now)
    for attempt in graded:
        after_commit.run(emit.result_released, attempt.id)
