"""Crediting the minutes of an outage to a session, once, and undoing that, once.

The session is locked before its attempts, as everywhere: an attempt that begins at the same moment is either
among those that get the minutes, or finds the credit and takes its share. Under the global timer late
starters share the end of the others, and therefore the credit; with an individual timer only attempts that
had begun lost time.

An attempt whose time ran out before the credit is listed in `refused`, unless `services.reopening` has
reopened it for the credit.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert

from exam_app import clock
from exam_app.errors import InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AdjustmentKind, Attempt, ExamSession, Outage, OutageCredit, TimeAdjustment, User
from exam_app.realtime import emit
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, SubmissionMethod
from exam_app.services.activity import activities
from exam_app.services.timing import effective_accommodations, ledger, outages
from exam_app.services.timing.time_warnings import plan_warnings

GIVEN = "The service was unavailable"
TAKEN_BACK = "The credit for an outage was taken back"


def credit(session: ExamSession, actor: User, outage_id: int, scaled: bool, now: datetime) -> dict[str, Any]:
    """Credit the minutes of an outage, rounded up, to all open attempts that lost them. Commits.

    :param scaled: each gets the minutes times the time multiplier of its student.
    :returns: the outage with its credit, and `{done: [{attemptId, expiresAt, secondsAdded}], refused:
        [{attemptId, status, reason}]}`; refused are those whose time ran out meanwhile.
    :raises NotFound: the session has no such outage.
    :raises InvalidTransition: it has been credited, it was undone, or the session is over.
    """
    outage = _lock_session(session, outage_id)
    row = {
        "session_id": session.id,
        "outage_id": outage.id,
        "minutes": outages.minutes_of(outage),
        "is_scaled": scaled,
        "credited_at": now,
        "credited_by": actor.id,
    }
    once = insert(OutageCredit).values(row).on_conflict_do_nothing().returning(OutageCredit)
    given = db.session.scalar(once)
    if given is None:
        db.session.rollback()
        raise InvalidTransition("This outage was credited already. Reload the page.")
    locked = ledger.lock(concerned(session, outage))
    multipliers = effective_accommodations.multipliers(locked) if scaled else {}
    seconds = {
        row.id: deadlines.extension_seconds(given.minutes, multipliers.get(row.id, Decimal(1)))
        for row in locked
    }
    moved = ledger.add(locked, seconds, AdjustmentKind.OUTAGE_CREDIT, actor, GIVEN, now, outage.id)
    refused = _too_late(session, outage)
    return _finish(session, actor, outage, "outage_credited", moved, seconds, refused, now)


def undo(session: ExamSession, actor: User, outage_id: int, now: datetime) -> dict[str, Any]:
    """Take the minutes back from the open attempts that got them. Commits.

    :returns: as `credit`, with negative `secondsAdded`; refused are closed attempts, and those whose time
        would be up.
    :raises NotFound: the session has no such outage.
    :raises InvalidTransition: there is no credit, it was undone, or the session is over.
    """
    outage = _lock_session(session, outage_id)
    taken = db.session.execute(
        update(OutageCredit)
        .where(
            OutageCredit.session_id == session.id,
            OutageCredit.outage_id == outage.id,
            OutageCredit.undone_at.is_(None),
        )
        .values(undone_at=now, undone_by=actor.id)
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        db.session.rollback()
        raise InvalidTransition("There is no credit for this outage to undo. Reload the page.")
    given = _given(session, outage)
    locked = ledger.lock(Attempt.id.in_(given))
    seconds = {row.id: -given[row.id] for row in locked if _outlives(row, given[row.id], now)}
    moved = ledger.add(locked, seconds, AdjustmentKind.OUTAGE_CREDIT, actor, TAKEN_BACK, now, outage.id)
    open_ids = {row.id for row in locked}
    left = db.session.execute(
        select(Attempt.id, Attempt.status).where(Attempt.id.in_(given.keys() - seconds.keys()))
    )
    refused = [
        _refusal(row, "Its time would be up." if row.id in open_ids else _status_message(row.status))
        for row in left
    ]
    return _finish(session, actor, outage, "outage_credit_undone", moved, seconds, refused, now)


def share(session: ExamSession, attempt: Attempt, now: datetime) -> None:
    """Credit an attempt that begins late under the global timer with what the others got. The caller has
    locked the session, and commits."""
    valid = db.session.scalars(
        select(OutageCredit)
        .where(OutageCredit.session_id == session.id, OutageCredit.undone_at.is_(None))
        .order_by(OutageCredit.outage_id)
    ).all()
    if not valid:
        return
    multiplier = effective_accommodations.multipliers([attempt])[attempt.id]
    for given in valid:
        seconds = deadlines.extension_seconds(given.minutes, multiplier if given.is_scaled else Decimal(1))
        db.session.add(
            TimeAdjustment(
                attempt_id=attempt.id,
                kind=AdjustmentKind.OUTAGE_CREDIT,
                seconds=seconds,
                reason=GIVEN,
                outage_id=given.outage_id,
                granted_by=given.credited_by,
                created_at=now,
            )
        )
        attempt.deadline_at += timedelta(seconds=seconds)
    db.session.flush()
    plan_warnings([attempt], now)


def _lock_session(session: ExamSession, outage_id: int) -> Outage:
    """Lock the running session until the commit, and find its outage."""
    db.session.refresh(session, with_for_update={"key_share": True, "of": ExamSession})
    outage = outages.outage_of(session, outage_id)
    if outage is None:
        db.session.rollback()
        raise NotFound("There is no outage with this id in this session. Reload the page.")
    if session.status != SessionStatus.IN_PROGRESS:
        db.session.rollback()
        raise InvalidTransition("The session is over, so its time cannot be changed.")
    return outage


def concerned(session: ExamSession, outage: Outage) -> ColumnElement[bool]:
    """The condition on `Attempt` for those that lost time in the outage."""
    which = Attempt.session_id == session.id
    return which if session.global_timer else which & (Attempt.started_at < outage.ended_at)


def _given(session: ExamSession, outage: Outage) -> dict[uuid.UUID, int]:
    """The seconds credited to each attempt of the session for this outage; a cancelled attempt has passed
    them on."""
    rows = db.session.execute(
        select(TimeAdjustment.attempt_id, func.sum(TimeAdjustment.seconds))
        .join(Attempt, Attempt.id == TimeAdjustment.attempt_id)
        .where(
            Attempt.session_id == session.id,
            Attempt.status != AttemptStatus.CANCELLED,
            TimeAdjustment.outage_id == outage.id,
        )
        .group_by(TimeAdjustment.attempt_id)
    )
    return {attempt_id: int(seconds) for attempt_id, seconds in rows}


def _outlives(row: Any, seconds: int, now: datetime) -> bool:
    """Whether time is left without these seconds; during a pause the clock stands still."""
    return bool(row.deadline_at - timedelta(seconds=seconds) > (row.paused_at or now))


def _too_late(session: ExamSession, outage: Outage) -> list[dict[str, Any]]:
    """The attempts that the clock closed since the outage began."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.status).where(
            concerned(session, outage),
            Attempt.submission_method == SubmissionMethod.AUTOMATIC,
            Attempt.submitted_at >= outage.began_at,
        )
    )
    return [_refusal(row, "Its time was up before the credit.") for row in rows]


def _status_message(status: AttemptStatus) -> str:
    return f"The attempt is {status.value.replace('_', ' ')}."


def _refusal(row: Any, reason: str) -> dict[str, Any]:
    return {"attemptId": str(row.id), "status": row.status.value, "reason": reason}


def _finish(
    session: ExamSession,
    actor: User,
    outage: Outage,
    kind: str,
    moved: Sequence[Any],
    seconds: Mapping[uuid.UUID, int],
    refused: list[dict[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    activities.record(
        kind, now, session.organization_id, session_id=session.id, actor_id=actor.id, outageId=outage.id
    )
    db.session.flush()
    (payload,) = outages.described(session, Outage.id == outage.id)
    after_commit.run(emit.outage_credited, session.id, payload)
    db.session.commit()
    done = [
        {
            "attemptId": str(row.id),
            "expiresAt": clock.iso(row.deadline_at),
            "secondsAdded": seconds[row.id],
        }
        for row in moved
    ]
    return {**payload, "done": done, "refused": refused}
