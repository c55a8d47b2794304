"""Staff reopen an attempt that was handed in by mistake, or closed too early."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from exam_app import clock
from exam_app.errors import InvalidTransition
from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, ExamSession, User
from exam_app.rules.attempt_states import SUBMITTED_STATES
from exam_app.services.reopening.bringing_back import OTHER_BEGUN, bring_back, lock
from exam_app.services.sessions import proctor_actions
from exam_app.services.timing import deadlines


def reopen_named(
    session: ExamSession,
    actor: User,
    attempt_ids: list[uuid.UUID],
    minutes: int,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """As `reopen`, for attempts of the session by their ids; one of another session is refused by itself."""

    def verb(actor: User, attempts: Sequence[Attempt], reason: str, now: datetime) -> dict[str, Any]:
        return reopen(session, actor, attempts, minutes, reason, now)

    return proctor_actions.apply_to(verb, SUBMITTED_STATES, session, actor, attempt_ids, reason, now)


def reopen(
    session: ExamSession | None,
    actor: User,
    attempts: Sequence[Attempt],
    minutes: int,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Let closed attempts of a session, or a self-paced one, go on with their answers until `minutes` from
    now. Commits.

    :returns: `{done: [{attemptId, status, expiresAt}], refused: [{attemptId, status, reason}]}`
    :raises InvalidInput: minutes outside 1 to 1440, or no reason.
    :raises InvalidTransition: the student has just begun another self-paced attempt.
    """
    reason = deadlines.checked(minutes, reason)
    locked, refused = lock(session, [attempt.id for attempt in attempts], now)
    until = (now + timedelta(minutes=minutes), AdjustmentKind.REOPENING)
    try:
        bring_back(session, locked, {attempt.id: until for attempt in locked}, {}, actor, reason, now)
    except IntegrityError:
        db.session.rollback()
        raise InvalidTransition(OTHER_BEGUN) from None
    outcome = {
        "done": [
            {
                "attemptId": str(attempt.id),
                "status": attempt.status.value,
                "expiresAt": clock.iso(attempt.deadline_at),
            }
            for attempt in locked
        ],
        "refused": [
            {"attemptId": str(attempt.id), "status": attempt.status.value, "reason": refused[attempt.id]}
            for attempt in attempts
            if attempt.id in refused
        ],
    }
    db.session.commit()
    return outcome
