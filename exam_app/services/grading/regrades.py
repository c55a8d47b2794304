"""Regrading a test with its corrected keys, in steps that may be lost, repeated or run concurrently.

How every attempt gets the new keys exactly once:

1. A step locks the row of the regrade, so that steps take turns, and then some of the attempts whose paper
   has been corrected.
2. It moves them to the corrected paper together with their points and the new versions of their results, and
   commits. The next step finds only the attempts that were not moved.
3. A step ends by enqueuing the next one at the end of the queue: deadlines come first. If it is lost, or its
   worker killed, the clock finds a regrade without progress and enqueues it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from exam_app import clock
from exam_app.errors import Conflict, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit, queues
from exam_app.models import RELEASED_AT, Attempt, Regrade, Result, Test, User
from exam_app.realtime import emit
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.reasons import stated
from exam_app.services.activity import audit
from exam_app.services.authoring import papers
from exam_app.services.grading import bulk_grading, corrections, rescoring
from exam_app.services.notifications import notify

CHUNK = 200
_STUCK_AFTER = timedelta(seconds=10)
_COUNTED = ("score", "max_score", "correct_count")


def start(actor: User, test: Test, reason: str, now: datetime) -> Regrade:
    """Regrade all attempts of `test` that were graded by keys that have been corrected since. Commits.

    Returns the running regrade if there is one: two concurrent starts begin a single regrade.

    :raises Conflict: no attempt was graded by outdated keys.
    :raises InvalidInput: no reason.
    :raises Forbidden: as `corrections.check_may_correct`.
    """
    corrections.check_may_correct(actor, test)
    reason = stated(reason)
    papers.lock(test)
    running = db.session.scalar(_unfinished().where(Regrade.test_id == test.id))
    if running is not None:
        db.session.rollback()
        return running
    total = _count_remaining(test)
    if not total:
        db.session.rollback()
        raise Conflict("All attempts are already graded by the newest keys. Correct a key first.")
    regrade = Regrade(
        organization_id=test.organization_id,
        test_id=test.id,
        reason=reason,
        started_by=actor.id,
        total=total,
        created_at=now,
        moved_at=now,
    )
    db.session.add(regrade)
    audit.record_change(
        "test_regraded",
        now,
        actor,
        None,
        None,
        branch_id=test.branch_id,
        testId=test.id,
        title=test.title,
        reason=reason,
        attempts=total,
    )
    after_commit.run(queues.enqueue_regrade)
    db.session.commit()
    return regrade


def take_step(now: datetime) -> bool:
    """Move some attempts of the least recently processed regrade. Commits. True while there is more to do."""
    oldest = _unfinished().order_by(Regrade.moved_at, Regrade.id).limit(1)
    regrade = db.session.scalar(oldest.with_for_update())
    if regrade is None:
        db.session.rollback()
        return False
    attempts = _lock_next(regrade.test)
    if attempts:
        changed, kept = _regrade(regrade, attempts, now)
        regrade.done += len(attempts)
        regrade.changed += changed
        regrade.kept += kept
        regrade.total = regrade.done + _count_remaining(regrade.test)
    else:
        regrade.total, regrade.finished_at = regrade.done, now
    regrade.moved_at = now
    after_commit.run(queues.enqueue_regrade)
    db.session.commit()
    return True


def is_stuck(now: datetime) -> bool:
    """Whether a regrade has made no progress for a while: its job was lost."""
    stuck = _unfinished().with_only_columns(Regrade.id).where(Regrade.moved_at < now - _STUCK_AFTER)
    return db.session.scalar(stuck.limit(1)) is not None


def regrade_for(regrade_id: uuid.UUID) -> Regrade:
    """:raises NotFound: no such regrade in this organization."""
    regrade = db.session.get(Regrade, regrade_id)
    if regrade is None:
        raise NotFound("There is no regrade with this id. Open it from the page of its test.")
    return regrade


def regrades_of(test: Test) -> list[dict[str, Any]]:
    """The regrades of a test, newest first."""
    query = select(Regrade).where(Regrade.test_id == test.id).order_by(Regrade.created_at.desc()).limit(100)
    return [describe(regrade) for regrade in db.session.scalars(query)]


def describe(regrade: Regrade) -> dict[str, Any]:
    return {
        "regradeId": str(regrade.id),
        "testId": regrade.test_id,
        "testTitle": regrade.test.title,
        "state": "running" if regrade.finished_at is None else "done",
        "reason": regrade.reason,
        "startedBy": {"userId": str(regrade.started_by), "name": regrade.starter.full_name},
        "startedAt": clock.iso(regrade.created_at),
        "finishedAt": clock.iso(regrade.finished_at),
        "total": regrade.total,
        "done": regrade.done,
        "changed": regrade.changed,
        "kept": regrade.kept,
    }


def _unfinished() -> Any:
    return select(Regrade).where(Regrade.finished_at.is_(None)).execution_options(populate_existing=True)


def _count_remaining(test: Test) -> int:
    return db.session.scalar(select(func.count()).select_from(Attempt).where(corrections.waiting(test))) or 0


def _lock_next(test: Test) -> list[Attempt]:
    query = select(Attempt).where(corrections.waiting(test)).order_by(Attempt.id).limit(CHUNK)
    query = query.with_for_update(of=Attempt).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def _regrade(regrade: Regrade, attempts: Sequence[Attempt], now: datetime) -> tuple[int, int]:
    """Returns how many results changed, and how many keep a score set by staff although their points
    changed."""
    ids = [attempt.id for attempt in attempts]
    touched = rescoring.bring_up_to_date(attempts)
    totals, current = bulk_grading.totals_of(ids, bulk_grading.given_in(attempts)), _current_results(ids)
    changed, kept = [], 0
    for attempt in attempts:
        before = current.get(attempt.id)
        if _is_graded_elsewhere(attempt, totals[attempt.id].due) or before is None:
            continue
        version = bulk_grading.result_of(attempt, papers.compiled(attempt.paper_id), totals[attempt.id], now)
        if before.graded_by is not None:
            kept += attempt.id in touched or before.max_score != version["max_score"]
        elif any(getattr(before, name) != version[name] for name in _COUNTED):
            changed.append((attempt, {**version, "reason": regrade.reason, "regrade_id": regrade.id}))
    if changed:
        db.session.execute(insert(Result), [version for _, version in changed])
        _notify_changed(changed, now)
    return len(changed), kept


def _is_graded_elsewhere(attempt: Attempt, due: int) -> bool:
    """Whether its result will be computed by marking or grading, which use the new points. A question that is
    no longer scored by its key needs no marker; one that is scored by its key again may."""
    if not due and attempt.marking_due:
        attempt.grading_needed = True
        after_commit.run(queues.enqueue_grading)
    attempt.marking_due = due
    return bool(due) or attempt.grading_needed


def _current_results(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Result]:
    query = (
        select(Result)
        .ext(distinct_on(Result.attempt_id))
        .where(Result.attempt_id.in_(ids))
        .order_by(Result.attempt_id, Result.number.desc())
    )
    return {result.attempt_id: result for result in db.session.scalars(query)}


def _notify_changed(changed: list[tuple[Attempt, dict[str, Any]]], now: datetime) -> None:
    """Notify students who can already see their result that it changed."""
    ids = [attempt.id for attempt, _ in changed]
    rows = select(Attempt.id, RELEASED_AT).outerjoin(Attempt.session).where(Attempt.id.in_(ids))
    released: dict[uuid.UUID, datetime | None] = dict(db.session.execute(rows).all())
    seen = [
        (attempt, version)
        for attempt, version in changed
        if result_is_visible(
            papers.compiled(attempt.paper_id).settings["feedback"], True, released[attempt.id]
        )
    ]
    notify.notify_result_changed(seen, now)
    for attempt, _ in seen:
        after_commit.run(emit.result_released, attempt.id)
