"""Synchronizing a client that has a version of its own: its changes are saved, and it gets what it does not
know, in one round trip.

Whatever changes an answer goes through `answers.save`, as from any other entry point.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Answer, User
from exam_app.rules.answers import Change
from exam_app.services.answers import conflicts, saving
from exam_app.services.answers.judging import Batch
from exam_app.services.answers.reading import answers_of, progress_of
from exam_app.services.answers.views import describe_answer
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import own_attempt
from exam_app.services.timing.working_time import time_left

_NOTHING_SENT: dict[str, Any] = {"saved": [], "conflicts": [], "rejected": []}
_RESOLVES = "settles"


@dataclass(frozen=True)
class Resolution:
    """A student's decision about the conflict `change_id`: `side` is `local` or `server`, or None if `value`
    is another response."""

    change_id: uuid.UUID
    question_id: int
    side: str | None = None
    value: dict[str, Any] | None = None


def synchronize(student: User, batch: Batch, local_version: int, now: datetime) -> dict[str, Any]:
    """Save the batch, then return all answers newer than `local_version`, and the state.

    Without changes nothing is saved, so the state of a closed attempt is returned, too. A version that the
    attempt has not reached was not issued by this server, and is treated as 0.

    :returns: what a save returns, with `answers`, `openConflicts` and the state of the attempt.
    :raises AppError: as `answers.save`.
    """
    reply = saving.save(batch) if batch.changes else _NOTHING_SENT
    # The version first, then the answers: what is saved in between may be sent twice, and is never missed.
    attempt = own_attempt(student, batch.attempt_id)
    known = local_version if local_version <= attempt.version else 0
    paper, current = papers.compiled(attempt.paper_id), answers_of(attempt)
    return {
        **reply,
        "answers": [describe_answer(a._mapping, paper) for a in current if a.version > known],
        "openConflicts": conflicts.open_conflicts(attempt.id),
        "progress": progress_of(attempt, current),
        "version": attempt.version,
        "status": attempt.status.value,
        "expiresAt": clock.iso(attempt.deadline_at),
        "timeRemaining": time_left(attempt, now),
        "submittedAt": clock.iso(attempt.submitted_at),
        "serverTime": clock.iso(clock.now()),
    }


def resolve_conflicts(batch: Batch, resolutions: list[Resolution], student: User) -> dict[str, Any]:
    """Resolve open conflicts. Idempotent, also after a first call that was interrupted half-way:

    1. Choosing another value than the one that won is a change based on the version of the conflict. Its id
       is derived from the conflict's, so a repetition is a replay.
    2. Choosing the value that won keeps the current answer, also if it has changed since.
    3. What was not rejected is recorded as resolved, with older conflicts about the same question.

    A resolution that names no open conflict of the attempt changes nothing.

    :returns: what a save returns, with `settled` and `openConflicts`.
    :raises AppError: as `answers.save`; nothing is resolved then.
    """
    attempt = own_attempt(student, batch.attempt_id)
    open_conflicts = conflicts.open_conflicts(attempt.id)
    named = {(str(one.change_id), one.question_id): one for one in resolutions}
    pairs = [
        (conflict, named.get((conflict["changeId"], conflict["questionId"]))) for conflict in open_conflicts
    ]
    decided = [(conflict, one) for conflict, one in pairs if one is not None]
    current = {answer.question_id: answer for answer in answers_of(attempt)}
    changes = {
        conflict["changeId"]: _change(conflict, one, current[one.question_id])
        for conflict, one in decided
        if one.side != conflict["resolution"]
    }
    reply = saving.save(replace(batch, changes=list(changes.values())))
    rejected = {entry["changeId"]: entry for entry in reply["rejected"]}
    refused = {
        origin: rejected[str(change.change_id)]
        for origin, change in changes.items()
        if str(change.change_id) in rejected
    }
    resolved = _resolved(open_conflicts, [c for c, _ in decided if c["changeId"] not in refused])
    if resolved:
        conflicts.record_resolved(own_attempt(student, batch.attempt_id), resolved, batch.arrived_at)
        db.session.commit()
    return {
        **reply,
        "rejected": [{**entry, "changeId": origin} for origin, entry in refused.items()],
        "settled": [conflict["changeId"] for conflict in resolved],
        "openConflicts": conflicts.open_conflicts(batch.attempt_id),
    }


def _resolved(open_conflicts: list[dict[str, Any]], decided: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The conflicts resolved by these decisions: a decision also covers older conflicts about the same
    question."""
    newest = {conflict["questionId"]: open_conflicts.index(conflict) for conflict in decided}
    return [c for index, c in enumerate(open_conflicts) if index <= newest.get(c["questionId"], -1)]


def _change(conflict: dict[str, Any], chosen: Resolution, current: Answer) -> Change:
    side = {"local": conflict["localValue"], "server": conflict["serverValue"], None: chosen.value}
    return Change(
        change_id=uuid.uuid5(chosen.change_id, _RESOLVES),
        question_id=chosen.question_id,
        response=side[chosen.side],
        base_version=conflict["version"],
        flagged=current.flagged,
        time_spent=current.time_spent,
    )
