"""The effective accommodation: the session's own for the student, else the permanent one.

A start reads it while a change may be under way, so both lock the student first: starts take a shared lock, a
change an exclusive one. The second transaction sees what the first one did. The lock order is always session,
student, attempt.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from exam_app.extensions import db
from exam_app.models import Accommodation, SessionAccommodation, User
from exam_app.rules import deadlines
from exam_app.rules.paper import CompiledPaper

TestTaker = tuple[uuid.UUID | None, uuid.UUID]
"""A session, or None for a self-paced attempt, and a student."""


# Built once, as every start runs it. Students are locked in one order; inserts that only reference a student,
# such as log rows, are blocked by neither lock.
_named = User.id.in_(bindparam("students", expanding=True))
_students = select(User.id).where(_named).order_by(User.id)
_LOCK_FOR_START = _students.with_for_update(read=True)
_LOCK_FOR_CHANGE = _students.with_for_update(key_share=True)
_here = and_(
    SessionAccommodation.student_id == User.id,
    SessionAccommodation.session_id.in_(bindparam("sessions", expanding=True)),
)
_EFFECTIVE = (
    select(User.id, Accommodation, SessionAccommodation)
    .outerjoin(Accommodation, Accommodation.student_id == User.id)
    .outerjoin(SessionAccommodation, _here)
    .where(_named)
    .execution_options(populate_existing=True)
)


def test_taker(attempt: Any) -> TestTaker:
    return attempt.session_id, attempt.student_id


def in_effect(test_takers: Collection[TestTaker]) -> dict[TestTaker, Accommodation | SessionAccommodation]:
    """The effective accommodation of each of `test_takers`; those without one are left out. One query."""
    asked = {
        "students": list({student for _, student in test_takers}),
        "sessions": list({session for session, _ in test_takers if session}),
    }
    permanent: dict[uuid.UUID, Accommodation] = {}
    of_session: dict[TestTaker, SessionAccommodation] = {}
    for student_id, always, once in db.session.execute(_EFFECTIVE, asked):
        if always:
            permanent[student_id] = always
        if once:
            of_session[once.session_id, student_id] = once
    effective = {key: of_session.get(key) or permanent.get(key[1]) for key in test_takers}
    return {key: accommodation for key, accommodation in effective.items() if accommodation}


def multipliers(attempts: Collection[Any]) -> dict[uuid.UUID, Decimal]:
    """The effective time multiplier of each of these attempts, by id; 1 without an accommodation."""
    effective = in_effect([test_taker(attempt) for attempt in attempts])
    return {
        attempt.id: effective[key].time_multiplier
        if (key := test_taker(attempt)) in effective
        else Decimal(1)
        for attempt in attempts
    }


class Grant(NamedTuple):
    """Extra time and its reason."""

    seconds: int
    reason: str


def grants(test_takers: Collection[TestTaker], paper: CompiledPaper) -> dict[TestTaker, Grant]:
    """The extra time that accommodations grant for a paper; those without one are left out."""
    return {
        key: Grant(
            deadlines.accommodation_seconds(paper.duration_minutes, row.time_multiplier, row.extra_minutes),
            row.note or "Accommodation",
        )
        for key, row in in_effect(test_takers).items()
    }


def lock_for_start(student_ids: Collection[uuid.UUID]) -> None:
    """Before a start: lock the accommodations of these students for share until the caller commits."""
    db.session.execute(_LOCK_FOR_START, {"students": list(student_ids)})


def lock_for_change(student_ids: Collection[uuid.UUID]) -> None:
    """Before a change: no start and no other change for these students until the caller commits."""
    db.session.execute(_LOCK_FOR_CHANGE, {"students": list(student_ids)})
