"""Time that is granted after an attempt has expired: it reopens the attempt, if any of it is left.

Only what the deadline has closed is reopened, never what the student or a proctor handed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, select

from exam_app.errors import InvalidTransition
from exam_app.extensions import db
from exam_app.models import AdjustmentKind, Attempt, ExamSession, Outage, OutageCredit, User
from exam_app.rules.attempt_states import SUBMITTED_STATES, SubmissionMethod
from exam_app.services.reopening.bringing_back import bring_back, lock
from exam_app.services.timing import deadlines, outage_credits, outages

_TOO_LITTLE = "The time was up longer ago than these minutes. Give more, or reopen the attempt."


def extend_time(
    session: ExamSession,
    actor: User,
    attempt_ids: list[uuid.UUID] | None,
    minutes: int,
    reason: str,
    now: datetime,
    scaled: bool = False,
    confirmed: bool = False,
) -> dict[str, Any]:
    """As `deadlines.extend_time`, also for attempts that have expired: those that have time left with the
    minutes go on. Commits.

    :returns: as `deadlines.extend_time`, with the ids of the `reopened` attempts.
    """
    reason = deadlines.checked(minutes, reason)
    which = deadlines.chosen(session, attempt_ids)
    reopened, reasons = _reopen_expired(session, which, actor, minutes, scaled, reason, now)
    reply = deadlines.extend_time(
        session, actor, attempt_ids, minutes, reason, now, scaled, confirmed=confirmed
    )
    for refused in reply["refused"]:
        refused["reason"] = reasons.get(uuid.UUID(refused["attemptId"]), refused["reason"])
    return {**reply, "reopened": [str(attempt_id) for attempt_id in reopened]}


def extend_attempt(
    attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime, confirmed: bool = False
) -> dict[str, Any]:
    """As `deadlines.extend_attempt`, also for one that has expired. Commits.

    :returns: as `deadlines.extend_attempt`; with `reopened` if it had expired.
    :raises InvalidTransition: it is closed, and cannot go on.
    """
    reason = deadlines.checked(minutes, reason)
    which = Attempt.id == attempt.id
    reopened, reasons = _reopen_expired(attempt.session, which, actor, minutes, False, reason, now)
    if attempt.id in reasons:
        status = attempt.status.value
        db.session.rollback()
        raise InvalidTransition(reasons[attempt.id], {"status": status})
    given = deadlines.extend_attempt(attempt, actor, minutes, reason, now, confirmed=confirmed)
    return {**given, "reopened": True} if reopened else given


def credit(session: ExamSession, actor: User, outage_id: int, scaled: bool, now: datetime) -> dict[str, Any]:
    """As `outage_credits.credit`, also for attempts that have expired since the outage began. Commits.

    Those whose deadline passed during the outage have the credited minutes from now on; others go on if they
    have time left with them.

    :returns: as `outage_credits.credit`, with the ids of the `reopened` attempts.
    """
    outage = outages.outage_of(session, outage_id)
    reopened: list[uuid.UUID] = []
    if outage is not None and db.session.get(OutageCredit, (session.id, outage.id)) is None:
        reopened = _reopen_for_credit(session, actor, outage, scaled, now)
    reply = outage_credits.credit(session, actor, outage_id, scaled, now)
    return {**reply, "reopened": [str(attempt_id) for attempt_id in reopened]}


def _reopen_expired(
    session: ExamSession | None,
    which: ColumnElement[bool],
    actor: User,
    minutes: int,
    scaled: bool,
    reason: str,
    now: datetime,
) -> tuple[list[uuid.UUID], dict[uuid.UUID, str]]:
    """Reopen the expired attempts among `which` that have time left with the minutes; the caller commits.

    :returns: their ids, and for other expired ones why not.
    """
    expired = _expired(which)
    seconds = deadlines.seconds_for(expired, minutes, scaled)

    def is_enough(attempt: Attempt) -> bool:
        return attempt.deadline_at + timedelta(seconds=seconds[attempt.id]) > now

    too_little = {one.id: _TOO_LITTLE for one in expired if not is_enough(one)}
    locked, reasons = _lock_expired(session, [one for one in expired if is_enough(one)], is_enough, now)
    announced = {one.id: one.deadline_at + timedelta(seconds=seconds[one.id]) for one in locked}
    bring_back(session, locked, {}, announced, actor, reason, now)
    return list(announced), {**too_little, **reasons}


def _reopen_for_credit(
    session: ExamSession, actor: User, outage: Outage, scaled: bool, now: datetime
) -> list[uuid.UUID]:
    expired = _expired(outage_credits.concerned(session, outage) & (Attempt.submitted_at >= outage.began_at))
    seconds = deadlines.seconds_for(expired, outages.minutes_of(outage), scaled)
    # An attempt that had its deadline just before the service was back could not be saved either.
    back_at = outage.ended_at + timedelta(seconds=current_app.config["GRACE_SECONDS"])

    def starts_from(attempt: Attempt) -> datetime:
        return now if attempt.deadline_at <= back_at else attempt.deadline_at

    def is_enough(attempt: Attempt) -> bool:
        return starts_from(attempt) + timedelta(seconds=seconds[attempt.id]) > now

    locked, _ = _lock_expired(session, [one for one in expired if is_enough(one)], is_enough, now)
    restarts = {one.id: (now, AdjustmentKind.OUTAGE_CREDIT) for one in locked if one.deadline_at <= back_at}
    announced = {one.id: starts_from(one) + timedelta(seconds=seconds[one.id]) for one in locked}
    bring_back(session, locked, restarts, announced, actor, outage_credits.GIVEN, now)
    return list(announced)


def _expired(which: ColumnElement[bool]) -> Sequence[Attempt]:
    return db.session.scalars(
        select(Attempt).where(
            which,
            Attempt.status.in_(SUBMITTED_STATES),
            Attempt.submission_method == SubmissionMethod.AUTOMATIC,
        )
    ).all()


def _lock_expired(
    session: ExamSession | None,
    expired: list[Attempt],
    is_enough: Callable[[Attempt], bool],
    now: datetime,
) -> tuple[list[Attempt], dict[uuid.UUID, str]]:
    """As `lock`. One that somebody else has reopened meanwhile is open, and gets its time as such."""
    if not expired:
        return [], {}
    locked, reasons = lock(session, [attempt.id for attempt in expired], now)
    still = [one for one in locked if one.submission_method == SubmissionMethod.AUTOMATIC and is_enough(one)]
    closed = {one.id for one in expired if one.status in SUBMITTED_STATES}
    return still, {attempt_id: reason for attempt_id, reason in reasons.items() if attempt_id in closed}
