"""Losing the connection and reconnecting: the health of an attempt, resuming it, and the effect on its time.

A lost connection does not stop the clock. Only if the test's `disconnectPolicy` is `pause` and the student
has an individual timer, the attempt is paused, and reconnecting ends that pause.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from exam_app import clock
from exam_app.errors import AttemptNotInProgress
from exam_app.extensions import db
from exam_app.models import Attempt, DisconnectPolicy, User
from exam_app.rules.attempt_states import OPEN, AttemptStatus
from exam_app.rules.deadlines import accepts
from exam_app.rules.permissions import Role
from exam_app.services.attempts import closing, control
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import attempt_for, own_attempt
from exam_app.services.taking.state import attempt_state
from exam_app.services.timing.working_time import time_left

_LOST = "The connection was lost"
_BACK = "The connection is back"


def health(attempt: Attempt, now: datetime) -> dict[str, Any]:
    """Whether an attempt can be resumed, and what a page without any other state needs first."""
    is_open = attempt.status in OPEN and accepts(now, attempt.deadline_at, 0)
    return {
        "attemptId": str(attempt.id),
        "status": attempt.status.value,
        "isActive": attempt.status == AttemptStatus.IN_PROGRESS and is_open,
        "canResume": is_open and (attempt.status != AttemptStatus.PAUSED or attempt.paused_by is None),
        "timeRemaining": time_left(attempt, now),
        "expiresAt": clock.iso(attempt.deadline_at),
        "version": attempt.version,
        "lastSavedAt": clock.iso(attempt.last_saved_at),
        "serverTime": clock.iso(now),
    }


def resume(user: User, attempt_id: uuid.UUID, reason: str, now: datetime) -> dict[str, Any]:
    """Resume after an interruption: students their own attempt, staff one that is paused.

    :returns: everything a page needs to continue; staff get no `bundleKey`, which identifies the student's
        page.
    :raises AttemptNotInProgress: a student's attempt has ended, or staff paused it.
    :raises InvalidTransition: for staff, it is not paused.
    """
    if user.role == Role.STUDENT:
        return resume_own(user, attempt_id, now)
    attempt = attempt_for(user, attempt_id)
    control.raise_refusal(control.resume(user, [attempt], reason, now))
    db.session.refresh(attempt)
    return {**attempt_state(attempt, now), "bundleKey": None, "canResume": True}


def resume_own(student: User, attempt_id: uuid.UUID, now: datetime) -> dict[str, Any]:
    """Resume from the last known state: position, answers, remaining time.

    :raises AttemptNotInProgress: it has ended, or staff paused it.
    """
    attempt = end_connection_pause(student, own_attempt(student, attempt_id), now)
    if attempt.status in OPEN and not accepts(now, attempt.deadline_at, current_app.config["GRACE_SECONDS"]):
        closing.close_due(now)
        db.session.refresh(attempt)
    if attempt.status == AttemptStatus.PAUSED:
        raise AttemptNotInProgress(
            "Your attempt is paused. Wait until a proctor resumes it.", {"status": "paused"}
        )
    if attempt.status != AttemptStatus.IN_PROGRESS:
        raise AttemptNotInProgress(
            "This attempt has ended. Reload the page.", {"status": attempt.status.value}
        )
    return {**attempt_state(attempt, now), "canResume": True}


def end_connection_pause(student: User, attempt: Attempt, now: datetime) -> Attempt:
    """End the pause that a lost connection began; any other state is unchanged."""
    if attempt.status == AttemptStatus.PAUSED and attempt.paused_by is None:
        control.resume(student, [attempt], _BACK, now)
        db.session.refresh(attempt)
    return attempt


def connection_lost(attempt_ids: list[uuid.UUID], now: datetime) -> None:
    """The last connection of these attempts' students has closed: pause those whose test says so."""
    running = db.session.scalars(
        select(Attempt).where(Attempt.id.in_(attempt_ids), Attempt.status == AttemptStatus.IN_PROGRESS)
    )
    pausing = [attempt for attempt in running if _pauses(attempt)]
    if pausing:
        control.pause(None, pausing, _LOST, now)


def attempts_in(session_id: uuid.UUID, student_ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """The running attempts of these students in a session."""
    running = select(Attempt.id).where(
        Attempt.session_id == session_id,
        Attempt.student_id.in_(student_ids),
        Attempt.status == AttemptStatus.IN_PROGRESS,
    )
    return list(db.session.scalars(running))


def _pauses(attempt: Attempt) -> bool:
    policy = papers.compiled(attempt.paper_id).settings.get("disconnectPolicy", DisconnectPolicy.NONE)
    has_own_timer = attempt.session is None or not attempt.session.global_timer
    return policy == DisconnectPolicy.PAUSE and has_own_timer
