"""Bringing closed attempts back to work: what every way of reopening has in common.

How it is safe beside concurrent changes to the attempt:

1. Grade what is still to be graded, so that the submission has its receipt and its result.
2. Lock the session, then the attempts, and read their states: of two reopenings the second one is refused,
   and a result is either released before or not at all.
3. Store the submission with its receipt, and open the attempt. A grading job that waited for the lock finds
   nothing to grade.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AdjustmentKind, Attempt, ExamSession, Reopening, Result, User
from exam_app.realtime import deltas, emit, student_row
from exam_app.realtime.shapes import SessionTimes
from exam_app.rules.attempt_states import OPEN, SUBMITTED_STATES, AttemptStatus, SessionStatus
from exam_app.rules.feedback import result_is_visible
from exam_app.services.activity import activities, audit
from exam_app.services.attempts import control
from exam_app.services.authoring import papers
from exam_app.services.grading.bulk_grading import grade_closed
from exam_app.services.notifications import notify
from exam_app.services.timing import ledger

_KIND = "attempt_reopened"
OTHER_BEGUN = "The student has begun another attempt at this test. Cancel that one first."
_RELEASED = (
    "The results have been released, so the student may know the answers. Let the student take the test in "
    "another session instead."
)


def lock(
    session: ExamSession | None, attempt_ids: Collection[uuid.UUID], now: datetime
) -> tuple[list[Attempt], dict[uuid.UUID, str]]:
    """Lock the session and these attempts of it until the caller commits.

    :returns: the attempts that can be reopened, and for each other one why not.
    """
    _grade(attempt_ids, now)
    if session is not None:
        db.session.refresh(session, with_for_update={"key_share": True, "of": ExamSession})
    attempts = db.session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .execution_options(populate_existing=True)
    ).all()
    refused = {attempt.id: reason for attempt in attempts if (reason := _reason_against(attempt))}
    return [attempt for attempt in attempts if attempt.id not in refused], refused


def _grade(attempt_ids: Collection[uuid.UUID], now: datetime) -> None:
    ungraded = select(Attempt.id).where(
        Attempt.id.in_(attempt_ids), Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES)
    )
    for attempt_id in db.session.scalars(ungraded).all():
        grade_closed(now, only=attempt_id)


def _reason_against(attempt: Attempt) -> str | None:
    """Why an attempt cannot be reopened, and what to do instead; None if it can."""
    if attempt.status in OPEN:
        return "The attempt is still open. Give it more time instead."
    if attempt.status == AttemptStatus.CANCELLED:
        if db.session.scalar(select(Attempt.id).where(Attempt.reset_of == attempt.id)):
            return "The attempt was replaced by a new one. Reopen that one instead."
        return "The attempt was cancelled. Let the student take the test in another session instead."
    if attempt.released_at is not None:
        return _RELEASED
    if attempt.grading_needed:
        return "The attempt is being graded. Try again in a moment."
    if attempt.session_id is None and _has_other_open(attempt):
        return OTHER_BEGUN
    return None


def _has_other_open(attempt: Attempt) -> bool:
    others = select(Attempt.id).where(
        Attempt.test_id == attempt.test_id,
        Attempt.student_id == attempt.student_id,
        Attempt.session_id.is_(None),
        Attempt.status.in_(OPEN),
    )
    return db.session.scalar(others.limit(1)) is not None


def bring_back(
    session: ExamSession | None,
    attempts: Sequence[Attempt],
    restarts: Mapping[uuid.UUID, tuple[datetime, AdjustmentKind]],
    announced: Mapping[uuid.UUID, datetime],
    actor: User,
    reason: str,
    now: datetime,
) -> None:
    """Open attempts that `lock` returned; the caller commits. In a paused session they are paused.

    :param restarts: the deadlines from now on, each with the kind of its time adjustment.
    :param announced: the deadlines once the caller has granted more time, if it does.
    """
    if not attempts:
        return
    if session is not None:
        _continue(session, actor, reason, now)
    before = [{**audit.state_of(attempt), "receipt": attempt.receipt} for attempt in attempts]
    seen = [_was_visible(attempt) for attempt in attempts]
    results = _newest_results(attempts)
    for attempt in attempts:
        _store_submission(attempt, results.get(attempt.id, 0), actor, reason, now)
        if attempt.id in restarts:
            ledger.restart(attempt, *restarts[attempt.id], actor, reason, now)
        _open(attempt)
    db.session.flush()
    for attempt, was, was_seen in zip(attempts, before, seen, strict=True):
        details = {"reason": reason, "resultWasVisible": was_seen}
        change = (was, audit.state_of(attempt))
        (event_id,) = audit.record_changes([attempt], _KIND, now, actor.id, [change], **details)
        until = announced.get(attempt.id, attempt.deadline_at)
        notify.notify_reopened(attempt, until, reason, now)
        _publish(attempt, until, event_id, details, now)
        if session is not None:
            control.pause_with_session(session, attempt, now)


def _continue(session: ExamSession, actor: User, reason: str, now: datetime) -> None:
    """Take a session that is over back to `in_progress`: it ends again with the last reopened attempt."""
    if session.status != SessionStatus.COMPLETED:
        return
    session.status, session.completed_at, session.reopened_at = SessionStatus.IN_PROGRESS, None, now
    activities.record(
        "session_reopened",
        now,
        session.organization_id,
        session_id=session.id,
        actor_id=actor.id,
        reason=reason,
    )
    times: SessionTimes = {
        "status": session.status.value,
        "startedAt": clock.iso(session.started_at),
        "expiresAt": clock.iso(session.ends_at),
    }
    after_commit.run(emit.session_moved, "session_reopened", session.id, times)


def _was_visible(attempt: Attempt) -> bool:
    """Whether the student could already see a result, with immediate feedback."""
    feedback = papers.compiled(attempt.paper_id).settings["feedback"]
    return result_is_visible(feedback, attempt.status == AttemptStatus.GRADED, attempt.released_at)


def _newest_results(attempts: Sequence[Attempt]) -> dict[uuid.UUID, int]:
    """The number of the last result of each attempt that has one."""
    ids = [attempt.id for attempt in attempts]
    newest = select(Result.attempt_id, func.max(Result.number)).where(Result.attempt_id.in_(ids))
    rows = db.session.execute(newest.group_by(Result.attempt_id))
    return {row.attempt_id: row[1] for row in rows}


def _store_submission(attempt: Attempt, result_number: int, actor: User, reason: str, now: datetime) -> None:
    assert attempt.submitted_at and attempt.submission_method and attempt.receipt
    attempt.times_reopened += 1
    db.session.add(
        Reopening(
            attempt_id=attempt.id,
            number=attempt.times_reopened,
            status=attempt.status,
            submitted_at=attempt.submitted_at,
            submission_method=attempt.submission_method,
            receipt=attempt.receipt,
            version=attempt.version,
            answered_count=attempt.answered_count,
            result_number=result_number,
            reason=reason,
            reopened_at=now,
            reopened_by=actor.id,
        )
    )


def _open(attempt: Attempt) -> None:
    attempt.status = AttemptStatus.IN_PROGRESS
    attempt.submitted_at = attempt.closed_at = attempt.submission_method = attempt.receipt = None
    attempt.paused_at = attempt.paused_by = None
    attempt.marking_due = 0


def _publish(
    attempt: Attempt, until: datetime, event_id: int, details: dict[str, object], now: datetime
) -> None:
    moved = (_KIND, attempt.id, attempt.status, until, str(details["reason"]))
    after_commit.run(emit.attempt_moved, *moved)
    if attempt.session_id is None:
        return
    event = activities.describe_event(
        event_id, _KIND, now, attempt.student_id, attempt.student.full_name, attempt.id, details
    )
    change = student_row.reopened(attempt)
    after_commit.run(deltas.student_changed, attempt.session_id, attempt.student_id, change, event)
