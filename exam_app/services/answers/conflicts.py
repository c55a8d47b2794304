"""Answer conflicts: the value that lost stays in the log, and is offered until its student resolves it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Activity
from exam_app.realtime import emit
from exam_app.services.activity import activities

OPENED, RESOLVED = "answer_conflict", "answer_conflict_settled"


def open_conflicts(attempt_id: uuid.UUID) -> list[dict[str, Any]]:
    """The unresolved conflicts of an attempt, oldest first.

    :returns: each as `{changeId, questionId, localValue, serverValue, resolution, version}`: the change that
        conflicted with another answer, both values, which of them won, and in which version.
    """
    rows = db.session.execute(
        select(Activity.type, Activity.details)
        .where(Activity.attempt_id == attempt_id, Activity.type.in_((OPENED, RESOLVED)))
        .order_by(Activity.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for kind, details in rows:
        if kind == OPENED:
            found[details["changeId"]] = details
        else:
            for change_id in details["changeIds"]:
                found.pop(change_id, None)
    return list(found.values())


def record_opened(attempt: Any, conflicts: Sequence[dict[str, Any]], now: datetime) -> None:
    """Log the conflicts that a save of `attempt` (a model, or a row with its columns) caused, and notify its
    devices; the caller commits."""
    for conflict in conflicts:
        _record(OPENED, attempt, now, conflict)
    if conflicts:
        after_commit.run(emit.conflicts_changed, attempt.id, opened=list(conflicts))


def record_resolved(attempt: Any, conflicts: Sequence[dict[str, Any]], now: datetime) -> None:
    """Log that these conflicts are resolved, and notify the devices; the caller commits."""
    change_ids = [conflict["changeId"] for conflict in conflicts]
    questions = sorted({conflict["questionId"] for conflict in conflicts})
    _record(RESOLVED, attempt, now, {"changeIds": change_ids, "questionIds": questions})
    after_commit.run(emit.conflicts_changed, attempt.id, settled=change_ids)


def _record(kind: str, attempt: Any, now: datetime, details: dict[str, Any]) -> None:
    activities.record(
        kind,
        now,
        attempt.organization_id,
        session_id=attempt.session_id,
        attempt_id=attempt.id,
        student_id=attempt.student_id,
        actor_id=attempt.student_id,
        **details,
    )
