"""The time ledger: each change of an open attempt's deadline, with amount, reason and actor. Rows add up."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AdjustmentKind, Attempt, TimeAdjustment, User
from exam_app.realtime import deltas, emit, student_row
from exam_app.rules.attempt_states import OPEN
from exam_app.services.activity import activities
from exam_app.services.organizations import people
from exam_app.services.timing.time_warnings import plan_warnings

_ACTIVITY = {
    AdjustmentKind.EXTENSION: "time_extended",
    AdjustmentKind.ACCOMMODATION: "accommodation_changed",
    AdjustmentKind.OUTAGE_CREDIT: "outage_credited",
}
_COLUMNS = (
    Attempt.id,
    Attempt.organization_id,
    Attempt.session_id,
    Attempt.student_id,
    Attempt.paper_id,
    Attempt.deadline_at,
    Attempt.paused_at,
)


def lock(which: ColumnElement[bool]) -> Sequence[Any]:
    """The open attempts among `which`, paused ones too, locked in order of their ids until the caller
    commits."""
    return db.session.execute(
        select(*_COLUMNS).where(which, Attempt.status.in_(OPEN)).order_by(Attempt.id).with_for_update()
    ).all()


def granted(attempt_ids: Collection[uuid.UUID], kind: AdjustmentKind) -> dict[uuid.UUID, int]:
    """Seconds granted to these attempts for this kind of adjustment; those without any are left out."""
    rows = db.session.execute(
        select(TimeAdjustment.attempt_id, func.sum(TimeAdjustment.seconds))
        .where(TimeAdjustment.attempt_id.in_(attempt_ids), TimeAdjustment.kind == kind)
        .group_by(TimeAdjustment.attempt_id)
    )
    return {attempt_id: int(seconds) for attempt_id, seconds in rows}


def add(
    locked: Sequence[Any],
    seconds: Mapping[uuid.UUID, int],
    kind: AdjustmentKind,
    actor: User,
    reason: str,
    now: datetime,
    outage_id: int | None = None,
) -> list[Any]:
    """Move the deadlines of attempts that `lock` returned, each by its own `seconds`; the caller commits.

    One UPDATE for any number of attempts. Each page is notified, and the log has before and after.

    :param seconds: by attempt id; below 0 takes time away, attempts that are not in it stay as they are.
    :returns: the attempts that were moved, as they are now.
    """
    before = {row.id: row.deadline_at for row in locked if row.id in seconds}
    if not before:
        return []
    moved = _move({attempt_id: seconds[attempt_id] for attempt_id in before})
    entry = {
        "kind": kind,
        "reason": reason,
        "outage_id": outage_id,
        "granted_by": actor.id,
        "created_at": now,
    }
    ledger = [{"attempt_id": row.id, "seconds": seconds[row.id], **entry} for row in moved]
    db.session.execute(insert(TimeAdjustment), ledger)
    payloads = [{"seconds": seconds[row.id], "reason": reason} for row in moved]
    details = [
        {
            **payload,
            "before": {"expiresAt": clock.iso(before[row.id])},
            "after": {"expiresAt": clock.iso(row.deadline_at)},
        }
        for row, payload in zip(moved, payloads, strict=True)
    ]
    logged = activities.record_each(moved, _ACTIVITY[kind], now, actor.id, details)
    names = people.names_of([row.student_id for row in moved])
    for row, event_id, payload in zip(moved, logged, payloads, strict=True):
        _publish(row, event_id, _ACTIVITY[kind], names[row.student_id], payload, now)
    plan_warnings(moved, now)
    return moved


def _move(seconds: dict[uuid.UUID, int]) -> list[Any]:
    given = (
        func.unnest(
            bindparam("ids", list(seconds), type_=ARRAY(Uuid)),
            bindparam("seconds", list(seconds.values()), type_=ARRAY(Integer)),
        )
        .table_valued("id", "seconds")
        .render_derived()
    )
    more = func.make_interval(0, 0, 0, 0, 0, 0, given.c.seconds)
    moved = db.session.execute(
        update(Attempt)
        .where(Attempt.id == given.c.id)
        .values(deadline_at=Attempt.deadline_at + more)
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )
    return list(moved.all())


def _publish(row: Any, event_id: int, kind: str, name: str, details: dict[str, Any], now: datetime) -> None:
    moved = (row.id, row.deadline_at, details["seconds"], details["reason"])
    after_commit.run(emit.deadline_changed, *moved)
    event = activities.describe_event(event_id, kind, now, row.student_id, name, row.id, details)
    change = student_row.deadline_moved(row.deadline_at)
    after_commit.run(deltas.student_changed, row.session_id, row.student_id, change, event)


def restart(
    attempt: Attempt, deadline: datetime, kind: AdjustmentKind, actor: User, reason: str, now: datetime
) -> None:
    """Let the clock of a closed attempt run again, until `deadline` or less than a second longer; the caller
    commits.

    Its time stood still since its end: that is a pause. The rest is an entry of this `kind`.
    """
    ended_at = attempt.paused_at or attempt.submitted_at
    assert ended_at is not None
    paused = max(0, math.ceil((now - ended_at).total_seconds()))
    rest = math.ceil((deadline - attempt.deadline_at).total_seconds()) - paused
    entries = [(AdjustmentKind.PAUSE, paused), (kind, rest)]
    db.session.add_all(
        TimeAdjustment(
            attempt_id=attempt.id,
            kind=entry,
            seconds=seconds,
            reason=reason,
            granted_by=actor.id,
            created_at=now,
        )
        for entry, seconds in entries
        if seconds
    )
    attempt.deadline_at += timedelta(seconds=paused + rest)
    db.session.flush()
    plan_warnings([attempt], now)


def carry_over(
    original: Attempt, successor: Attempt, kinds: Collection[AdjustmentKind], now: datetime
) -> None:
    """Grant `successor` the time that `original` was granted, for these kinds of adjustment; the caller
    commits.

    With `PAUSE` among them, an ongoing pause of the original counts until now.
    """
    rows = db.session.scalars(
        select(TimeAdjustment)
        .where(TimeAdjustment.attempt_id == original.id, TimeAdjustment.kind.in_(kinds))
        .order_by(TimeAdjustment.id)
    )
    ledger = [(row.kind, row.seconds, row.reason, row.granted_by, row.outage_id) for row in rows]
    if AdjustmentKind.PAUSE in kinds and original.paused_at is not None:
        paused = round((now - original.paused_at).total_seconds())
        ledger.append((AdjustmentKind.PAUSE, paused, "Paused until the reset", original.paused_by, None))
    db.session.add_all(
        TimeAdjustment(
            attempt_id=successor.id,
            kind=kind,
            seconds=seconds,
            reason=reason,
            granted_by=granted_by,
            outage_id=outage_id,
            created_at=now,
        )
        for kind, seconds, reason, granted_by, outage_id in ledger
    )
    successor.deadline_at += timedelta(seconds=sum(seconds for _, seconds, *_ in ledger))
    db.session.flush()
    plan_warnings([successor], now)
