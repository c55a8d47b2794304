"""Grading in bulk: totals of the points computed at save time, results, receipts and notifications.

A score set by staff stays effective until the attempt is reopened: grading it again only renews its receipt.
An attempt with answers that a marker has to mark gets its receipt and no result: see `services.marking`.

`grading_needed` flags the work and survives a crash. Concurrent workers take different attempts.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import Integer, Text, Uuid, bindparam, case, column, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import RELEASED_AT, Attempt, ExamSession, Result
from exam_app.realtime import deltas, emit, student_row
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.paper import CompiledPaper
from exam_app.rules.receipts import receipt_code
from exam_app.services.authoring import papers
from exam_app.services.grading import rescoring
from exam_app.services.notifications import notify

CHUNK = 500

# The digest covers question, version and response of every answer in the order of the questions; PostgreSQL
# writes jsonb in one canonical form.
_TOTALS = text(
    """
    SELECT a.id,
           coalesce(sum(s.points), 0) AS score,
           count(*) FILTER (WHERE s.is_correct) AS correct,
           count(*) FILTER (WHERE s.attempt_id IS NOT NULL AND s.points IS NULL) AS due,
           coalesce(max(s.version), 0) AS version,
           coalesce(array_agg(s.question_id) FILTER (WHERE s.question_id = ANY(:given)), '{}') AS given,
           (SELECT coalesce(max(r.number), 0) FROM results r WHERE r.attempt_id = a.id) AS results,
           (SELECT r.graded_by IS NOT NULL FROM results r
             WHERE r.attempt_id = a.id
               AND r.number > (SELECT coalesce(max(p.result_number), 0) FROM reopenings p
                                WHERE p.attempt_id = a.id)
             ORDER BY r.number DESC LIMIT 1) AS is_manual,
           a.times_reopened AS reopened,
           encode(sha256(convert_to(coalesce(string_agg(
               s.question_id || ':' || s.version || ':' || s.response::text, E'\\n' ORDER BY s.question_id
           ), ''), 'UTF8')), 'hex') AS digest
      FROM attempts a
      LEFT JOIN answers s ON s.attempt_id = a.id
     WHERE a.id = ANY(:attempts)
     GROUP BY a.id
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)), bindparam("given", type_=ARRAY(Integer)))


_graded = (
    func.unnest(
        bindparam("ids", type_=ARRAY(Uuid)),
        bindparam("codes", type_=ARRAY(Text)),
        bindparam("due", type_=ARRAY(Integer)),
    )
    .table_valued("id", "receipt", column("due", Integer))
    .render_derived()
)
_GRADED = (
    update(Attempt)
    .where(Attempt.id == _graded.c.id)
    .values(
        status=case((_graded.c.due == 0, AttemptStatus.GRADED), else_=Attempt.status),
        grading_needed=False,
        marking_due=_graded.c.due,
        receipt=_graded.c.receipt,
    )
    .execution_options(synchronize_session=False)
)


def grade_closed(now: datetime, only: uuid.UUID | None = None) -> int:
    """Grade the flagged attempts: `only` this attempt, or all.

    :returns: how many attempts were graded.
    """
    if only is not None:
        return _grade_chunk(now, only)
    graded = 0
    while count := _grade_chunk(now, None):
        graded += count
    return graded


def receipts_of(attempt_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The receipt code of each attempt, computed from the answers as stored now."""
    return {attempt_id: _receipt(row) for attempt_id, row in totals_of(attempt_ids).items()}


def has_ungraded(closed_before: datetime) -> bool:
    """Whether an attempt closed before this moment is still not graded."""
    waiting = select(Attempt.id).where(
        Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES), Attempt.closed_at < closed_before
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _grade_chunk(now: datetime, only: uuid.UUID | None) -> int:
    # 1. Lock first and read the answers in a second statement: a save that was waiting for its commit
    #    when the lock was asked for is then either skipped here or seen there.
    query = (
        select(Attempt, RELEASED_AT)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .where(Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES))
        .order_by(Attempt.closed_at)
        .limit(CHUNK)
        .with_for_update(of=Attempt, skip_locked=only is None)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        query = query.where(Attempt.id == only)
    marked = db.session.execute(query).all()
    if not marked:
        db.session.rollback()
        return 0
    rescoring.bring_up_to_date([attempt for attempt, _ in marked])
    totals = totals_of([attempt.id for attempt, _ in marked], given_in(attempt for attempt, _ in marked))
    # 2. Compute in memory, 3. write in bulk.
    results = [
        result_of(attempt, papers.compiled(attempt.paper_id), totals[attempt.id], now)
        for attempt, _ in marked
        if not totals[attempt.id].is_manual and not totals[attempt.id].due
    ]
    receipts = {attempt_id: _receipt(row) for attempt_id, row in totals.items()}
    if results:
        db.session.execute(insert(Result), results)
    _mark_graded(receipts, {attempt_id: row.due for attempt_id, row in totals.items()})
    for attempt, released_at in marked:
        status = attempt.status if totals[attempt.id].due else AttemptStatus.GRADED
        _publish_graded(attempt, receipts[attempt.id], status)
        feedback = papers.compiled(attempt.paper_id).settings["feedback"]
        if not totals[attempt.id].due and result_is_visible(feedback, True, released_at):
            after_commit.run(emit.result_released, attempt.id)
    notify.notify_submitted([(attempt, receipts[attempt.id]) for attempt, _ in marked], now)
    db.session.commit()
    return len(marked)


def result_of(attempt: Attempt, paper: CompiledPaper, totals: Any, now: datetime) -> dict[str, Any]:
    """The next version of an attempt's result, from its answers; questions that give everyone full points
    count as correct for students without an answer, too."""
    unanswered = [points for id_, points in paper.given.items() if id_ not in totals.given]
    return {
        "attempt_id": attempt.id,
        "number": totals.results + 1,
        "created_at": now,
        **asdict(paper.outcome(sum(unanswered, Decimal(totals.score)))),
        "correct_count": totals.correct + len(unanswered),
    }


def given_in(attempts: Iterable[Attempt]) -> set[int]:
    """The questions that earn points without an answer in the papers of these attempts."""
    return {id_ for paper_id in {a.paper_id for a in attempts} for id_ in papers.compiled(paper_id).given}


def totals_of(attempt_ids: Sequence[uuid.UUID], given: Collection[int] = ()) -> dict[uuid.UUID, Any]:
    """The totals of each attempt's answers: `score`, `correct`; how many are `due` to be marked; which
    questions of `given` have an answer; the number of `results`, and whether the newest is set by staff
    (`is_manual`)."""
    asked = {"attempts": list(attempt_ids), "given": list(given)}
    return {row.id: row for row in db.session.execute(_TOTALS, asked)}


def _receipt(totals: Any) -> str:
    """The same code for the same answers, however often it is computed: late changes raise no answer's
    version."""
    key = current_app.config["SECRET_KEY"]
    return receipt_code(key, str(totals.id), totals.version, totals.digest, totals.reopened)


def _mark_graded(receipts: dict[uuid.UUID, str], due: dict[uuid.UUID, int]) -> None:
    """Attempts with answers to be marked keep their status until marking is done."""
    graded = {
        "ids": list(receipts),
        "codes": list(receipts.values()),
        "due": [due[attempt_id] for attempt_id in receipts],
    }
    db.session.execute(_GRADED, graded)


def _publish_graded(attempt: Attempt, receipt: str, status: AttemptStatus) -> None:
    closed = (attempt.id, status, attempt.submitted_at, attempt.submission_method, receipt)
    after_commit.run(emit.attempt_closed, *closed)
    change = student_row.graded(status, receipt)
    after_commit.run(deltas.student_changed, attempt.session_id, attempt.student_id, change)
