"""A proctor's actions on the attempts of a session, and pausing the whole session.

Pausing *all* pauses the session. An attempt that begins during the pause begins paused, so that its clock
does not run unnoticed, and resumes with the others. Resuming all moves the common end by the length of the
pause: under the global timer late starters have that end too. Attempts that were resumed individually keep
running.

The session is locked before its attempts, as at its start and its end: an attempt that begins at the same
moment is either among those that are paused, or finds the session paused.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AdjustmentKind, Attempt, ExamSession, TimeAdjustment, User
from exam_app.realtime import emit
from exam_app.realtime.shapes import SessionPause
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus, sources
from exam_app.rules.reasons import stated
from exam_app.services.activity import activities
from exam_app.services.attempts import control
from exam_app.services.attempts.control import pause_with_session
from exam_app.services.authoring import papers
from exam_app.services.timing import outage_credits
from exam_app.services.timing.time_warnings import plan_warnings

AttemptIds = list[uuid.UUID] | None
"""The named attempts; None: all attempts of the session that the action applies to."""


def pause(
    session: ExamSession, actor: User, attempt_ids: AttemptIds, reason: str, now: datetime
) -> dict[str, Any]:
    """Stop the clocks of these attempts, or with None of the session. Commits.

    As for all actions here:

    :returns: `{done: [{attemptId, status, expiresAt}], refused: [{attemptId, status, reason}]}`; an attempt
        of another session is refused by itself, as one that does not exist.
    :raises InvalidInput: no reason was given.
    """
    if attempt_ids is None:
        _pause_session(session, actor, stated(reason), now)
    states = sources(AttemptStatus.PAUSED)
    return apply_to(control.pause, states, session, actor, attempt_ids, reason, now)


def resume(
    session: ExamSession, actor: User, attempt_ids: AttemptIds, reason: str, now: datetime
) -> dict[str, Any]:
    """Resume these attempts, or with None the session and all paused attempts. Commits."""
    if attempt_ids is None:
        _resume_session(session, actor, stated(reason), now)
    states = [AttemptStatus.PAUSED]
    return apply_to(control.resume, states, session, actor, attempt_ids, reason, now)


def cancel(
    session: ExamSession, actor: User, attempt_ids: AttemptIds, reason: str, now: datetime
) -> dict[str, Any]:
    """End these without a result. Commits."""
    states = sources(AttemptStatus.CANCELLED)
    return apply_to(control.cancel, states, session, actor, attempt_ids, reason, now)


def submit(
    session: ExamSession, actor: User, attempt_ids: AttemptIds, reason: str, now: datetime
) -> dict[str, Any]:
    """Submit these with their current answers. Commits."""
    states = sources(AttemptStatus.SUBMITTED)
    return apply_to(control.force_submit, states, session, actor, attempt_ids, reason, now)


def begin_late(session: ExamSession, attempt: Attempt, now: datetime) -> None:
    """Give an attempt that begins now the time that pauses and outages gave the earlier ones. The caller has
    locked the session, and commits."""
    if session.global_timer:
        _share_past_pauses(session, attempt, now)
        outage_credits.share(session, attempt, now)
    pause_with_session(session, attempt, session.paused_at if session.global_timer else now)


def apply_to(
    verb: Callable[..., dict[str, Any]],
    states: Iterable[AttemptStatus],
    session: ExamSession,
    actor: User,
    attempt_ids: AttemptIds,
    reason: str,
    now: datetime,
) -> dict[str, Any]:
    """Apply `verb` to the named attempts of the session, or to all in these states."""
    chosen = Attempt.status.in_(states) if attempt_ids is None else Attempt.id.in_(attempt_ids)
    attempts = list(db.session.scalars(select(Attempt).where(Attempt.session_id == session.id, chosen)))
    outcome = verb(actor, attempts, reason, now)
    if attempt_ids is None:
        return {**outcome, "refused": []}
    known = {attempt.id for attempt in attempts}
    unknown = [
        {
            "attemptId": str(attempt_id),
            "status": None,
            "reason": "This attempt does not exist in this session. Reload the page.",
        }
        for attempt_id in attempt_ids
        if attempt_id not in known
    ]
    return {**outcome, "refused": outcome["refused"] + unknown}


def _pause_session(session: ExamSession, actor: User, reason: str, now: datetime) -> None:
    _lock_session(session)
    if session.status != SessionStatus.IN_PROGRESS:
        return
    # A page that reconnects must not end a pause that is now the session's.
    db.session.execute(
        update(Attempt)
        .where(
            Attempt.session_id == session.id,
            Attempt.status == AttemptStatus.PAUSED,
            Attempt.paused_by.is_(None),
        )
        .values(paused_by=actor.id)
        .execution_options(synchronize_session=False)
    )
    if session.paused_at is None:
        session.paused_at, session.paused_by = now, actor.id
        _record_and_publish("session_paused", session, actor, reason, now)


def _resume_session(session: ExamSession, actor: User, reason: str, now: datetime) -> None:
    _lock_session(session)
    if session.status != SessionStatus.IN_PROGRESS or session.paused_at is None:
        return
    assert session.ends_at is not None
    # Whole seconds, as the ledger of each attempt has them.
    session.ends_at += timedelta(seconds=math.ceil((now - session.paused_at).total_seconds()))
    session.paused_at = session.paused_by = None
    _record_and_publish("session_resumed", session, actor, reason, now)


def _lock_session(session: ExamSession) -> None:
    """Lock the session until the commit; inserts that only reference it are not blocked."""
    db.session.refresh(session, with_for_update={"key_share": True, "of": ExamSession})


def _record_and_publish(kind: str, session: ExamSession, actor: User, reason: str, now: datetime) -> None:
    activities.record(
        kind, now, session.organization_id, session_id=session.id, actor_id=actor.id, reason=reason
    )
    pause: SessionPause = {
        "status": session.status.value,
        "pausedAt": clock.iso(session.paused_at),
        "expiresAt": clock.iso(session.ends_at),
    }
    after_commit.run(emit.session_paused_or_resumed, kind, session.id, pause)


def _share_past_pauses(session: ExamSession, attempt: Attempt, now: datetime) -> None:
    assert session.started_at is not None and session.ends_at is not None
    limit = timedelta(minutes=papers.compiled(session.paper_id).duration_minutes)
    paused_for = session.ends_at - session.started_at - limit
    if not paused_for:
        return
    db.session.add(
        TimeAdjustment(
            attempt_id=attempt.id,
            kind=AdjustmentKind.PAUSE,
            seconds=int(paused_for.total_seconds()),
            reason="The session was paused before you joined",
            granted_by=None,
            created_at=now,
        )
    )
    attempt.deadline_at += paused_for
    db.session.flush()
    plan_warnings([attempt], now)
