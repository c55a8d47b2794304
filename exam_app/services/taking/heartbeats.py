"""Presence: heartbeats from the pages, and the silence after them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import Activity, Attempt, ExamSession, User
from exam_app.realtime import deltas, emit, presence, student_row
from exam_app.realtime.shapes import ActivityEvent
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.services.activity import activities
from exam_app.services.proctoring import integrity
from exam_app.services.taking import progress, recovery

_PUBLISHED_FIELDS = ("visible", "focused", "awaySince", "pendingSince", "deadlines")


@dataclass
class ConnectionState:
    """The last heartbeat of one page, and the combined state of its student's pages.

    `pages` are all of the student's open pages, this one included; `is_first`: no other page was open.
    """

    page: dict[str, Any] = field(default_factory=dict)
    together: dict[str, Any] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)
    is_first: bool = False


def record_heartbeat(
    session_id: uuid.UUID,
    student_id: uuid.UUID,
    name: str,
    connection: str,
    before: ConnectionState,
    page: dict[str, Any],
    now: datetime,
    deadline: str | None = None,
) -> ConnectionState:
    """Record a page's heartbeat: `page` is `{visible, focused, pending, deadline}`, the deadline as displayed
    there, with its origin `{address, agent, device}`. Proctors are notified of changes.

    :param before: what this returned for the connection's last heartbeat, an empty state at first.
    :param deadline: the effective one, if there is an attempt.
    """
    at = clock.iso(now)
    state = {
        **page,
        "awaySince": None if page["visible"] else before.page.get("awaySince") or at,
        "pendingSince": (before.page.get("pendingSince") or at) if page["pending"] else None,
        "since": before.page.get("since") or at,
        "lastSeen": at,
    }
    is_new, earlier, pages = presence.touch(session_id, student_id, connection, now, state)
    were, together = presence.together(earlier), presence.together(pages)
    if is_new:
        emit.student_joined(session_id, student_id, name)
    # Changed by this page just now, or since its last heartbeat by another page that fell silent.
    if is_new or any(
        together.get(key) != was.get(key) for was in (were, before.together) for key in _PUBLISHED_FIELDS
    ):
        deltas.student_changed(session_id, student_id, student_row.connection(together, deadline))
    return ConnectionState(state, together, pages, is_new)


def heartbeat_over_rest(
    student: User, attempt_id: uuid.UUID, connection: str, page: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """A heartbeat over REST, from any process: the client counts as connected until it falls silent.

    :param connection: the client's own id for its connection; without `/`.
    :param page: as for `record_heartbeat`.
    :returns: the state of the attempt, as `progress.heartbeat`.
    :raises NotFound: not the student's own attempt.
    """
    state, session_id = progress.heartbeat(student.id, attempt_id, now)
    place, name, connection = session_id or attempt_id, student.full_name, f"rest-{connection}"
    before = ConnectionState(*presence.last_state(place, student.id, connection, now))
    current = record_heartbeat(place, student.id, name, connection, before, page, now, state["expiresAt"])
    check_connection(attempt_id, name, current, now)
    return state


def check_connection(attempt_id: uuid.UUID, name: str, current: ConnectionState, now: datetime) -> None:
    """Apply the integrity rules to a heartbeat: back after a silence, or on several devices. Commits."""
    if current.is_first:
        integrity.record_return(attempt_id, name, now)
    elif len(current.pages) > 1:
        integrity.check_devices(attempt_id, current.pages, now)


def sweep_presence(session_ids: list[uuid.UUID], now: datetime) -> None:
    """Notify the proctors of students whose pages have been silent for too long."""
    for session_id in session_ids:
        gone = presence.sweep(session_id, now)
        if gone:
            record_left(session_id, gone, now)
            recovery.connection_lost(recovery.attempts_in(session_id, gone), now)


def record_left(session_id: uuid.UUID, student_ids: list[uuid.UUID], now: datetime) -> None:
    """Record that students are no longer connected. It is logged unless they have submitted: leaving after
    that is of no interest to proctors. Commits."""
    session = db.session.get(ExamSession, session_id)
    if session is None:
        return
    rows = db.session.execute(
        select(Attempt.student_id, Attempt.id, Attempt.status).where(
            Attempt.session_id == session_id,
            Attempt.student_id.in_(student_ids),
            Attempt.status != AttemptStatus.CANCELLED,
        )
    )
    attempts = {row.student_id: row for row in rows}
    students = db.session.scalars(select(User).where(User.id.in_(student_ids))).all()
    left: dict[uuid.UUID, Activity] = {}
    for student in students:
        attempt = attempts.get(student.id)
        if attempt is None or attempt.status not in SUBMITTED_STATES:
            left[student.id] = Activity(
                type="student_left",
                at=now,
                organization_id=session.organization_id,
                session_id=session_id,
                attempt_id=attempt.id if attempt else None,
                student_id=student.id,
                details={},
            )
    db.session.add_all(left.values())
    db.session.flush()
    left_students = []
    for student in students:
        name, activity = student.full_name, left.get(student.id)
        left_students.append((student.id, name, activities.describe(activity, name) if activity else None))
    after_commit.run(_publish_left, session_id, left_students, now)
    db.session.commit()


def _publish_left(
    session_id: uuid.UUID, left_students: list[tuple[uuid.UUID, str, ActivityEvent | None]], now: datetime
) -> None:
    """A student whose page has reconnected by now has been announced already, and must not appear
    disconnected after that."""
    back = presence.with_pages(session_id, [student_id for student_id, *_ in left_students])
    gone = student_row.disconnected(now)
    for student_id, name, event in left_students:
        if student_id not in back:
            emit.student_left(session_id, student_id, name)
        if student_id not in back or event is not None:
            deltas.student_changed(session_id, student_id, {} if student_id in back else gone, event)
