"""Saving answers: the single write path of an answer, whichever entry point received it.

How concurrent saves are safe:

1. Read the attempt, the affected answers and the known change ids in one SELECT.
2. Judge in memory: shape, conflict, points. The paper is cached in memory.
3. Write in one statement, guarded by the version that was read, the owner, the state and the time of arrival:
   it appends to the log, folds into the answers and raises the version, or does nothing at all.
4. If it did nothing, the version or the state has changed in between: start again at 1.
"""

from __future__ import annotations

import json
import time
import uuid
from datetime import datetime
from typing import Any, NamedTuple

from flask import current_app

from exam_app import clock
from exam_app.errors import AppError, AttemptExpired, AttemptNotInProgress, Conflict, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit, metrics
from exam_app.models import ChangeOutcome
from exam_app.realtime import deltas, emit, student_row
from exam_app.rules.attempt_states import AttemptStatus, SubmissionMethod
from exam_app.rules.deadlines import accepts
from exam_app.rules.integrity.checks import may_be_rapid_guessing
from exam_app.rules.paper import CompiledPaper
from exam_app.services.answers import conflicts
from exam_app.services.answers.judging import Batch, Judged, judge_batch, log_entry
from exam_app.services.answers.statements import READ, WRITE, WRITE_LATE
from exam_app.services.answers.views import describe_progress
from exam_app.services.authoring import papers
from exam_app.services.organizations import scope
from exam_app.services.proctoring import integrity

_TRIES = 8
_BUSY = Conflict("Several devices are saving this attempt at once. Send the changes again.")
_ENDED = "The exam had ended when this answer arrived. It was stored as a late answer for review."


class Saved(NamedTuple):
    """The reply to a batch, with the paper and the order seed it was judged by."""

    reply: dict[str, Any]
    paper: CompiledPaper
    seed: int


def save(batch: Batch) -> dict[str, Any]:
    """Save one batch.

    :returns: `{saved, conflicts, rejected, progress, version, serverTime, expiresAt}`; when this
        returns, what is in `saved` is committed.
    :raises NotFound: no such attempt, or another student's.
    :raises AttemptExpired: it arrived after the deadline and grace, or after a proctor had ended the attempt;
        it is stored in the log as late.
    :raises AttemptNotInProgress: the attempt is paused, cancelled or submitted by its student.
    """
    return save_in_paper(batch).reply


def save_in_paper(batch: Batch) -> Saved:
    """As `save`, for callers that need the paper as well."""
    began, outcome, met = time.perf_counter(), "failed", 0
    try:
        saved = save_answers([batch])[0]
        if isinstance(saved, AppError):
            outcome = "failed" if saved is _BUSY else "refused"
            raise saved
        outcome, met = "saved", len(saved.reply["conflicts"])
        return saved
    finally:
        metrics.save_done(outcome, time.perf_counter() - began, scope.organization(), met)


def save_answers(batches: list[Batch]) -> list[Saved | AppError]:
    """Save the batches of any number of attempts, at most one an attempt, in one transaction.

    :returns: for each batch, in order, the saved reply, or the error that `save` would raise.
    """
    outcomes: dict[uuid.UUID, Saved | AppError] = {}
    waiting = {batch.attempt_id: batch for batch in batches}
    for _ in range(_TRIES):
        rows = _read(waiting)
        judged: list[Judged] = []
        for batch in list(waiting.values()):
            row: Any = rows.get(batch.attempt_id)
            refusal = _refusal(batch, row)
            if refusal is None:
                judged.append(judge_batch(batch, row, papers.compiled(row.paper_id)))
            elif not isinstance(refusal, AttemptExpired) or store_late(batch, row.version):
                outcomes[batch.attempt_id] = refusal
                del waiting[batch.attempt_id]
        claimed = _write(judged)
        for verdict in judged:
            if verdict.batch.attempt_id in claimed:
                reply = _finish(verdict, claimed[verdict.batch.attempt_id])
                outcomes[verdict.batch.attempt_id] = Saved(reply, verdict.paper, verdict.row.seed)
                del waiting[verdict.batch.attempt_id]
        if not waiting:
            break
    db.session.commit()
    return [outcomes.get(batch.attempt_id, _BUSY) for batch in batches]


def _read(batches: dict[uuid.UUID, Batch]) -> dict[uuid.UUID, Any]:
    changes = [change for batch in batches.values() for change in batch.changes]
    # Through the connection: both statements are plain SQL, and the ORM would cost as much as the query.
    rows = db.session.connection().execute(
        READ,
        {
            "attempts": list(batches),
            "questions": [change.question_id for change in changes],
            "changes": [change.change_id for change in changes],
        },
    )
    return {row.id: row for row in rows}


def _refusal(batch: Batch, row: Any) -> AppError | None:
    """Time is judged by arrival: the closing job may have run before a save that had already arrived."""
    if row is None or row.student_id != batch.student_id:
        return NotFound()
    if row.submission_method == SubmissionMethod.FORCED:
        return AttemptExpired(_ENDED, _too_late(batch, row, row.submitted_at))
    if row.status != AttemptStatus.IN_PROGRESS and row.submission_method != SubmissionMethod.AUTOMATIC:
        return AttemptNotInProgress(details={"status": row.status})
    if not accepts(batch.arrived_at, row.deadline_at, current_app.config["GRACE_SECONDS"]):
        return AttemptExpired(details=_too_late(batch, row, row.deadline_at))
    return None


def _too_late(batch: Batch, row: Any, ended_at: datetime) -> dict[str, Any]:
    """When the attempt ended, and which changes arrived after that: some may have been saved before, with
    only their acknowledgement lost."""
    saved = {entry["id"] for entry in row.changes or [] if entry["outcome"] != ChangeOutcome.LATE}
    sent = [str(change.change_id) for change in batch.changes]
    return {"expiresAt": clock.iso(ended_at), "late": [one for one in sent if one not in saved]}


def _write(judged: list[Judged]) -> dict[uuid.UUID, Any]:
    """Write all verdicts at once. Returns the attempts whose guard held, with their new state."""
    claimed = {verdict.batch.attempt_id: verdict.row for verdict in judged if not verdict.log}
    writing = [verdict for verdict in judged if verdict.log]
    if writing:
        rows = db.session.connection().execute(
            WRITE,
            {
                "attempts": json.dumps([verdict.claim() for verdict in writing]),
                "changes": json.dumps([entry for verdict in writing for entry in verdict.log]),
                "answers": json.dumps([a for verdict in writing for a in verdict.answers.values()]),
                "grace": current_app.config["GRACE_SECONDS"],
            },
        )
        claimed |= {row.id: row for row in rows}
    return claimed


def store_late(batch: Batch, version: int) -> bool:
    """Append changes that arrived after the end to the log, except those already in it; the caller commits.

    Returns False if a concurrent write has moved the attempt past `version`.
    """
    entries = [log_entry(batch, change, change.response) for change in batch.changes]
    params = {
        "attempt": batch.attempt_id,
        "version": version,
        "changes": json.dumps(entries),
        "arrived_at": batch.arrived_at,
    }
    return bool(db.session.execute(WRITE_LATE, params).scalar_one())


def _finish(verdict: Judged, row: Any) -> dict[str, Any]:
    """Register the events that follow the commit, and build the reply."""
    batch, read = verdict.batch, verdict.row
    progress = describe_progress(verdict.paper, verdict.answered_count, read.current_question, verdict.score)
    if verdict.answers:
        answers = {
            saved["questionId"]: saved for saved in verdict.saved if saved["questionId"] in verdict.answers
        }
        payload = {"answers": list(answers.values()), "version": row.version, "progress": progress}
        after_commit.run(emit.answers_changed, batch.attempt_id, payload, batch.connection)
    if read.session_id is not None and verdict.log:
        answered = {question_id: answer["is_answered"] for question_id, answer in verdict.answers.items()}
        total = len(verdict.paper.questions)
        change = student_row.saved(verdict.answered_count, total, answered, batch.arrived_at)
        after_commit.run(deltas.student_changed, read.session_id, read.student_id, change)
    if may_be_rapid_guessing(
        verdict.answered_count - read.answered_count,
        verdict.answered_count,
        batch.arrived_at - read.last_saved_at if read.last_saved_at else None,
        verdict.paper.integrity,
    ):
        after_commit.run(integrity.note_rapid_guessing, batch.attempt_id)
    conflicts.record_opened(read, verdict.conflicts, batch.arrived_at)
    return {
        "saved": verdict.saved,
        "conflicts": verdict.conflicts,
        "rejected": verdict.rejected,
        "progress": progress,
        "version": row.version,
        "serverTime": clock.iso(clock.now()),
        "expiresAt": clock.iso(row.deadline_at),
    }
