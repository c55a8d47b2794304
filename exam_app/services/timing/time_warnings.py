"""The warnings before the deadline: when the next one is due, and sending those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt
from exam_app.realtime import emit
from exam_app.rules import deadlines
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.authoring import papers


def plan_warnings(attempts: Sequence[Any], now: datetime) -> None:
    """Schedule the next warning of each attempt (id, paper_id, deadline_at); the caller commits."""
    rows = [
        {
            "id": attempt.id,
            "warn_at": deadlines.next_warning(
                now, attempt.deadline_at, papers.compiled(attempt.paper_id).settings["warningMinutes"]
            ),
        }
        for attempt in attempts
    ]
    if rows:
        db.session.execute(update(Attempt), rows)


def give_due_warnings(now: datetime) -> int:
    """Send `time_warning` to the attempts whose next warning is due, and schedule the one after. Commits.

    :returns: how many were warned.
    """
    due = db.session.execute(
        select(Attempt.id, Attempt.paper_id, Attempt.deadline_at, Attempt.warn_at)
        .where(Attempt.status == AttemptStatus.IN_PROGRESS, Attempt.warn_at <= now)
        .limit(2000)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        minutes = round((row.deadline_at - row.warn_at).total_seconds() / 60)
        after_commit.run(emit.time_warning, row.id, row.deadline_at, minutes)
    plan_warnings(due, now)
    db.session.commit()
    return len(due)
