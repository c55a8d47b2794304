"""Staff actions on attempts: pause, resume, cancel, submit. Each is one guarded UPDATE.

Every action takes a set of attempts, applies where it can, and reports the rest with a reason. Two proctors,
or a proctor and the clock, that act at the same moment produce one outcome, and the second one is refused.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from exam_app import clock
from exam_app.errors import InvalidTransition
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.realtime import deltas, emit, student_row
from exam_app.rules.attempt_states import AttemptStatus, sources
from exam_app.rules.permissions import Role
from exam_app.rules.reasons import stated
from exam_app.services.activity import activities, audit
from exam_app.services.attempts import closing
from exam_app.services.organizations import people
from exam_app.services.proctoring import help_requests
from exam_app.services.timing.time_warnings import plan_warnings

_COLUMNS = (
    Attempt.id,
    Attempt.organization_id,
    Attempt.session_id,
    Attempt.student_id,
    Attempt.paper_id,
    Attempt.status,
    Attempt.deadline_at,
    Attempt.paused_at,
    Attempt.submitted_at,
    Attempt.submission_method,
)


def pause(actor: User | None, attempts: Sequence[Attempt], reason: str, now: datetime) -> dict[str, Any]:
    """Stop the clock of running attempts that have time left; without an actor the cause is a lost
    connection. Commits."""
    reason = stated(reason)
    values = {"status": AttemptStatus.PAUSED, "paused_at": now, "paused_by": actor.id if actor else None}
    before = lock(attempts)
    rows = _move(attempts, AttemptStatus.PAUSED, values, Attempt.deadline_at > now)
    return _finish(actor, attempts, rows, before, "attempt_paused", reason, now)


def resume(actor: User, attempts: Sequence[Attempt], reason: str, now: datetime) -> dict[str, Any]:
    """Resume paused attempts; a ledger entry moves the deadline by the length of the pause. Commits.

    A student as actor can only end a pause that a lost connection began.
    """
    reason = stated(reason)
    before = lock(attempts)
    # Whole seconds, as the ledger has them, in the student's favour.
    paused_for = func.ceil(func.extract("epoch", now - Attempt.paused_at))
    values = {
        "status": AttemptStatus.IN_PROGRESS,
        "deadline_at": Attempt.deadline_at + func.make_interval(0, 0, 0, 0, 0, 0, paused_for),
        "paused_at": None,
        "paused_by": None,
    }
    guards = [Attempt.status == AttemptStatus.PAUSED]
    if actor.role == Role.STUDENT:
        guards.append(Attempt.paused_by.is_(None))
    rows = _move(attempts, AttemptStatus.IN_PROGRESS, values, *guards)
    ledger = [
        {
            "attempt_id": row.id,
            "kind": AdjustmentKind.PAUSE,
            "seconds": math.ceil((now - before[row.id].paused_at).total_seconds()),
            "reason": reason,
            "granted_by": actor.id,
            "created_at": now,
        }
        for row in rows
    ]
    if ledger:
        db.session.execute(insert(TimeAdjustment), ledger)
    plan_warnings(rows, now)
    return _finish(actor, attempts, rows, before, "attempt_resumed", reason, now)


def cancel(actor: User, attempts: Sequence[Attempt], reason: str, now: datetime) -> dict[str, Any]:
    """End open attempts without a result: answers are kept, nothing is scored. Commits."""
    reason = stated(reason)
    values = {"status": AttemptStatus.CANCELLED, "closed_at": now, "cancel_reason": reason}
    before = lock(attempts)
    rows = _move(attempts, AttemptStatus.CANCELLED, values)
    return _finish(actor, attempts, rows, before, "attempt_cancelled", reason, now)


def force_submit(actor: User, attempts: Sequence[Attempt], reason: str, now: datetime) -> dict[str, Any]:
    """Submit open attempts with their current answers. Commits; grading follows."""
    rows = closing.force_submit(Attempt.id.in_([a.id for a in attempts]), now, actor, stated(reason))
    return _outcome(attempts, rows)


def raise_refusal(outcome: dict[str, Any]) -> None:
    """For an action on a single attempt: raise its refusal as an error.

    :raises InvalidTransition: the attempt's state does not allow it.
    """
    if outcome["refused"]:
        raise InvalidTransition(outcome["refused"][0]["reason"], {"status": outcome["refused"][0]["status"]})


def lock(attempts: Sequence[Attempt]) -> dict[uuid.UUID, Any]:
    """Lock these attempts until the caller commits, and return `status`, `deadline_at` and `paused_at` by
    id."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.status, Attempt.deadline_at, Attempt.paused_at)
        .where(Attempt.id.in_([attempt.id for attempt in attempts]))
        .order_by(Attempt.id)
        .with_for_update()
    )
    return {row.id: row for row in rows}


def _move(
    attempts: Sequence[Attempt], target: AttemptStatus, values: dict[str, Any], *guards: Any
) -> list[Any]:
    result = db.session.execute(
        update(Attempt)
        .where(Attempt.id.in_([a.id for a in attempts]), Attempt.status.in_(sources(target)), *guards)
        .values(**values)
        .returning(*_COLUMNS)
        .execution_options(synchronize_session=False)
    )
    return list(result.all())


def _finish(
    actor: User | None,
    attempts: Sequence[Attempt],
    rows: list[Any],
    before: dict[uuid.UUID, Any],
    kind: str,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Log and publish what was done, commit, and report what was refused."""
    names = people.names_of([row.student_id for row in rows])
    if kind == "attempt_cancelled":
        help_requests.close_hands(rows, now)
    changes = [(audit.state_of(before[row.id]), audit.state_of(row)) for row in rows]
    actor_id = actor.id if actor else None
    logged = audit.record_changes(rows, kind, now, actor_id, changes, reason=reason)
    for row, event_id in zip(rows, logged, strict=True):
        _publish(row, event_id, kind, names[row.student_id], reason, now)
    return _outcome(attempts, rows)


def _outcome(attempts: Sequence[Attempt], rows: list[Any]) -> dict[str, Any]:
    db.session.commit()
    done = {row.id: row for row in rows}
    left = [attempt.id for attempt in attempts if attempt.id not in done]
    return {
        "done": [
            {"attemptId": str(r.id), "status": r.status.value, "expiresAt": clock.iso(r.deadline_at)}
            for r in rows
        ],
        "refused": _refusals(left),
    }


def _publish(row: Any, event_id: int, kind: str, name: str, reason: str, now: datetime) -> None:
    if kind in ("attempt_paused", "attempt_resumed"):
        pause = (kind, row.id, row.status, row.deadline_at, reason)
        after_commit.run(emit.attempt_moved, *pause)
    else:
        closed = (row.id, row.status, row.submitted_at, row.submission_method)
        after_commit.run(emit.attempt_closed, *closed)
    event = activities.describe_event(event_id, kind, now, row.student_id, name, row.id, {"reason": reason})
    change = student_row.state_changed(row)
    after_commit.run(deltas.student_changed, row.session_id, row.student_id, change, event)


def _refusals(attempt_ids: list[uuid.UUID]) -> list[dict[str, Any]]:
    rows = db.session.execute(select(Attempt.id, Attempt.status).where(Attempt.id.in_(attempt_ids)))
    status = {row.id: row.status.value for row in rows}
    return [
        {
            "attemptId": str(attempt_id),
            "status": status.get(attempt_id),
            "reason": f"The attempt is {status.get(attempt_id, 'unknown').replace('_', ' ')}.",
        }
        for attempt_id in attempt_ids
    ]


def pause_with_session(session: ExamSession, attempt: Attempt, since: datetime | None) -> None:
    """Pause a new attempt if its session is paused; its pause counts from `since`. The caller commits."""
    if session.paused_at is None:
        return
    attempt.status = AttemptStatus.PAUSED
    attempt.paused_at, attempt.paused_by = since, session.paused_by
    change = student_row.paused(attempt.status, since)
    after_commit.run(deltas.student_changed, session.id, attempt.student_id, change)
