"""Raised hands and reported questions: a queue per session, resolved by its proctors.

Whatever changes the requests of an attempt locks the attempt's row first. So a hand that is raised on two
devices, lowered while a proctor resolves it, or raised as time runs out is one hand, with one end.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.errors import AttemptNotInProgress, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Attempt, ExamSession, HelpKind, HelpRequest, User
from exam_app.realtime import deltas, emit, shapes, student_row
from exam_app.rules.attempt_states import OPEN
from exam_app.services.activity import activities
from exam_app.services.authoring import papers

IS_WAITING = HelpRequest.resolved_at.is_(None)
_IS_HAND = HelpRequest.kind == HelpKind.HAND

_earlier = aliased(HelpRequest)
_place = select(func.count()).where(
    _earlier.session_id == bindparam("session"), _earlier.resolved_at.is_(None), _earlier.id <= HelpRequest.id
)
# Built once, as every reconnecting page runs it: id and position of each open request of a session.
_PLACES = select(HelpRequest.id, _place.scalar_subquery()).where(
    HelpRequest.session_id == bindparam("session"), IS_WAITING
)
_OWN_HAND = _PLACES.where(HelpRequest.attempt_id == bindparam("attempt"), _IS_HAND)


def raise_hand(
    student: User, attempt_id: uuid.UUID, text: str, question_id: int | None, now: datetime
) -> shapes.PlaceInQueue:
    """Call a proctor. A raised hand stays the same request. Commits.

    :returns: `{requestId, position}`, the position in the session's queue from 1.
    :raises NotFound: not the student's own attempt in a session.
    :raises AttemptNotInProgress: the attempt has ended.
    :raises InvalidInput: the paper has no such question.
    """
    attempt = _lock_attempt(Attempt.id == attempt_id, Attempt.student_id == student.id)
    request = HelpRequest(kind=HelpKind.HAND, question_id=question_id, text=text.strip())
    return _ask(attempt, request, _IS_HAND, "hand_raised", now)


def report_question(
    student: User, attempt_id: uuid.UUID, question_id: int, text: str, now: datetime
) -> shapes.PlaceInQueue:
    """Report a problem with a question. The same text again is the same report; otherwise as `raise_hand`."""
    text = text.strip()
    if not text:
        raise InvalidInput(details={"text": ["Say what is wrong with the question."]})
    attempt = _lock_attempt(Attempt.id == attempt_id, Attempt.student_id == student.id)
    request = HelpRequest(kind=HelpKind.QUESTION_REPORT, question_id=question_id, text=text)
    same = and_(~_IS_HAND, HelpRequest.question_id == question_id, HelpRequest.text == text)
    return _ask(attempt, request, same, "question_reported", now)


def lower_hand(student: User, attempt_id: uuid.UUID, now: datetime) -> bool:
    """Lower the hand. Commits. Returns whether one was raised.

    :raises NotFound: not the student's own attempt in a session.
    """
    attempt = _lock_attempt(Attempt.id == attempt_id, Attempt.student_id == student.id)
    lowered = _resolve(_IS_HAND & (HelpRequest.attempt_id == attempt.id), student, "", "hand_lowered", now)
    db.session.commit()
    return bool(lowered)


def resolve(
    session: ExamSession, actor: User, request_id: int, note: str, now: datetime
) -> shapes.HelpRequest:
    """Resolve a request of the session; a second call returns it as the first one left it. Commits.

    :raises NotFound: no such request in this session.
    """
    asked = (HelpRequest.id == request_id) & (HelpRequest.session_id == session.id)
    _lock_attempt(Attempt.id == select(HelpRequest.attempt_id).where(asked).scalar_subquery())
    _resolve(asked, actor, note.strip(), "request_resolved", now)
    (described,) = [_describe(*row) for row in _read(asked)]
    db.session.commit()
    return described


def close_hands(attempts: Sequence[Any], now: datetime) -> None:
    """Resolve the hands of these attempts, which have ended; question reports stay in the queue. Self-paced
    attempts have none. The caller, which has locked the attempts, commits."""
    in_sessions = [attempt.id for attempt in attempts if attempt.session_id is not None]
    if in_sessions:
        _resolve(_IS_HAND & HelpRequest.attempt_id.in_(in_sessions), None, "", None, now)


def waiting(session_id: uuid.UUID) -> list[shapes.HelpRequest]:
    """The open requests of a session, oldest first, in one query."""
    return [_describe(*row) for row in _read(IS_WAITING & (HelpRequest.session_id == session_id))]


def of_session(session_id: uuid.UUID) -> list[shapes.HelpRequest]:
    """All requests of a session, open or resolved, oldest first, in one query."""
    return [_describe(*row) for row in _read(HelpRequest.session_id == session_id)]


def hand_of(attempt: Attempt) -> shapes.PlaceInQueue | None:
    """The raised hand of this attempt, `{requestId, position}`."""
    own = db.session.execute(_OWN_HAND, {"session": attempt.session_id, "attempt": attempt.id}).one_or_none()
    return {"requestId": own[0], "position": own[1]} if own else None


def _lock_attempt(*which: ColumnElement[bool]) -> Attempt:
    attempt = db.session.scalar(
        select(Attempt)
        .where(Attempt.session_id.is_not(None), *which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if attempt is None:
        raise NotFound
    return attempt


def _ask(
    attempt: Attempt, request: HelpRequest, same: ColumnElement[bool], kind: str, now: datetime
) -> shapes.PlaceInQueue:
    """Queue `request`, unless the attempt already has the `same` one open. Commits."""
    if attempt.status not in OPEN:
        raise AttemptNotInProgress(details={"status": attempt.status.value})
    if request.question_id not in (None, *papers.compiled(attempt.paper_id).questions):
        raise InvalidInput(
            details={"questionId": ["This question is not part of the test. Reload the page."]}
        )
    own = (HelpRequest.attempt_id == attempt.id) & IS_WAITING
    earlier = db.session.scalar(select(HelpRequest.id).where(own, same).limit(1))
    if earlier is None:
        request.organization_id = attempt.organization_id
        request.session_id = attempt.session_id  # type: ignore[assignment]
        request.attempt_id, request.student_id, request.created_at = attempt.id, attempt.student_id, now
        db.session.add(request)
        db.session.flush()
        _publish([request.id], kind, None, now, resolved=False)
    place = _PLACES.where(HelpRequest.id == (earlier or request.id))
    request_id, position = db.session.execute(place, {"session": attempt.session_id}).one()
    db.session.commit()
    return {"requestId": request_id, "position": position}


def _resolve(
    which: ColumnElement[bool], actor: User | None, note: str, kind: str | None, now: datetime
) -> Sequence[int]:
    """Resolve the open ones of these requests, and log an activity of this `kind`. Returns their ids."""
    resolved_ids = db.session.scalars(
        update(HelpRequest)
        .where(which, IS_WAITING)
        .values(resolved_at=now, resolved_by=actor.id if actor else None, note=note)
        .returning(HelpRequest.id)
        .execution_options(synchronize_session=False)
    ).all()
    if resolved_ids:
        _publish(resolved_ids, kind, actor, now, resolved=True)
    return resolved_ids


def _publish(ids: Sequence[int], kind: str | None, actor: User | None, now: datetime, resolved: bool) -> None:
    """Log the change of these requests, and notify the dashboards, and their students if resolved."""
    rows = _read(HelpRequest.id.in_(ids))
    counts = _counts([request for request, *_ in rows])
    for request, student, *rest in rows:
        described = _describe(request, student, *rest)
        event = None
        if kind is not None:
            event = _log(kind, request, student, actor, described, now)
        emit_request = emit.help_request_resolved if resolved else emit.help_requested
        after_commit.run(emit_request, request.session_id, described)
        change = student_row.counted(requests=counts.get((request.session_id, student.id), 0))
        after_commit.run(deltas.student_changed, request.session_id, student.id, change, event)
        if resolved:
            after_commit.run(emit.help_resolved, request.attempt_id, described)


def _log(
    kind: str,
    request: HelpRequest,
    student: User,
    actor: User | None,
    described: shapes.HelpRequest,
    now: datetime,
) -> shapes.ActivityEvent:
    activity = activities.record(
        kind,
        now,
        request.organization_id,
        session_id=request.session_id,
        attempt_id=request.attempt_id,
        student_id=student.id,
        actor_id=actor.id if actor else student.id,
        requestId=described["requestId"],
        questionIndex=described["questionIndex"],
        text=described["text"],
        note=described["note"],
    )
    return activities.describe(activity, student.full_name)


def _counts(requests: list[HelpRequest]) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """The number of open requests of these requests' students, by session and student."""
    rows = db.session.execute(
        select(HelpRequest.session_id, HelpRequest.student_id, func.count())
        .where(
            IS_WAITING,
            HelpRequest.session_id.in_({request.session_id for request in requests}),
            HelpRequest.student_id.in_({request.student_id for request in requests}),
        )
        .group_by(HelpRequest.session_id, HelpRequest.student_id)
    )
    return {(session_id, student_id): count for session_id, student_id, count in rows}


def _read(which: ColumnElement[bool]) -> Sequence[Any]:
    """These requests, oldest first, with what `_describe` needs."""
    resolver = aliased(User)
    rows = db.session.execute(
        select(HelpRequest, User, Attempt.paper_id, Attempt.seed, resolver)
        .join(User, User.id == HelpRequest.student_id)
        .join(Attempt, Attempt.id == HelpRequest.attempt_id)
        .outerjoin(resolver, resolver.id == HelpRequest.resolved_by)
        .where(which)
        .order_by(HelpRequest.id)
        .execution_options(populate_existing=True)
    )
    return rows.all()


def _describe(
    request: HelpRequest, student: User, paper_id: int, seed: int, resolver: User | None
) -> shapes.HelpRequest:
    """A request as sent to proctors; `questionIndex` counts from 1 in the student's order."""
    index = None
    if request.question_id is not None:
        order = [question.id for question in papers.compiled(paper_id).order(seed)]
        index = order.index(request.question_id) + 1
    return {
        "requestId": request.id,
        "kind": request.kind.value,
        "attemptId": str(request.attempt_id),
        "studentId": str(student.id),
        "studentName": student.full_name,
        "questionId": request.question_id,
        "questionIndex": index,
        "text": request.text,
        "createdAt": clock.iso(request.created_at),
        "resolvedAt": clock.iso(request.resolved_at),
        "resolvedBy": resolver.full_name if resolver else None,
        "note": request.note,
    }
