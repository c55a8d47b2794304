"""Outages of the service: answers could not be saved while the clocks of the exams ran.

Every web process stamps one row every few seconds. The first stamp after a long silence determines its
length: the row lock lets exactly one process see the old stamp, and that one records the outage.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, false, or_, select, text
from sqlalchemy.dialects.postgresql import insert

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import ExamSession, Outage, OutageCredit, ServiceLife, User
from exam_app.realtime import emit, shapes

# The lock is taken first: a process that waited sees the previous process's stamp, not the old one.
_STAMP = text(
    """
    WITH before AS (
        SELECT id, seen_at FROM service_life WHERE id = 1 FOR UPDATE
    ), stamped AS (
        UPDATE service_life l SET seen_at = greatest(l.seen_at, :now) FROM before b WHERE l.id = b.id
        RETURNING b.seen_at AS was
    )
    INSERT INTO outages (began_at, ended_at)
    SELECT was, :now FROM stamped WHERE was < cast(:now AS timestamptz) - make_interval(secs => :silence)
    RETURNING id
    """
)


def stamp(now: datetime) -> int | None:
    """Record that this process is alive. After a silence of more than OUTAGE_SECONDS, record the outage and
    notify the proctors of the affected sessions. Commits.

    :returns: the id of the outage, for one of several concurrent callers only; None if there was none.
    """
    db.session.execute(insert(ServiceLife).values(id=1, seen_at=now).on_conflict_do_nothing())
    silence = current_app.config["OUTAGE_SECONDS"]
    outage_id: int | None = db.session.scalar(_STAMP, {"now": now, "silence": silence})
    if outage_id is not None:
        outage = db.session.get_one(Outage, outage_id)
        payload = describe_outage(outage, None, None)
        for session_id in db.session.scalars(select(ExamSession.id).where(_touches(outage))):
            after_commit.run(emit.outage_detected, session_id, payload)
    db.session.commit()
    return outage_id


def outages_of(session: ExamSession) -> list[shapes.Outage]:
    """The outages while a session ran, newest first. Those outside its time are left out."""
    return described(session, _within(session))


def outage_of(session: ExamSession, outage_id: int) -> Outage | None:
    return db.session.scalar(select(Outage).where(Outage.id == outage_id, _within(session)))


def described(session: ExamSession, which: ColumnElement[bool]) -> list[shapes.Outage]:
    """Outages, newest first, each with its credit in this session."""
    credited = (OutageCredit.outage_id == Outage.id) & (OutageCredit.session_id == session.id)
    rows = db.session.execute(
        select(Outage, OutageCredit, User)
        .outerjoin(OutageCredit, credited)
        .outerjoin(User, User.id == OutageCredit.credited_by)
        .where(which)
        .order_by(Outage.id.desc())
        .execution_options(populate_existing=True)
    )
    return [describe_outage(*row) for row in rows]


def _within(session: ExamSession) -> ColumnElement[bool]:
    if session.started_at is None:
        return false()
    until = session.completed_at or datetime.max.replace(tzinfo=UTC)
    return (Outage.ended_at > session.started_at) & (Outage.began_at < until)


def _touches(outage: Outage) -> ColumnElement[bool]:
    """The sessions that ran at some time during the outage."""
    not_over = or_(ExamSession.completed_at.is_(None), ExamSession.completed_at > outage.began_at)
    return (ExamSession.started_at < outage.ended_at) & not_over


def minutes_of(outage: Outage) -> int:
    """The duration of an outage in minutes, rounded up."""
    return math.ceil((outage.ended_at - outage.began_at) / timedelta(minutes=1))


def describe_outage(outage: Outage, credit: OutageCredit | None, credited_by: User | None) -> shapes.Outage:
    seconds = (outage.ended_at - outage.began_at).total_seconds()
    return {
        "outageId": outage.id,
        "beganAt": clock.iso(outage.began_at),
        "endedAt": clock.iso(outage.ended_at),
        "seconds": math.ceil(seconds),
        "minutes": minutes_of(outage),
        "creditedAt": clock.iso(credit.credited_at) if credit else None,
        "creditedBy": credited_by.full_name if credited_by else None,
        "undoneAt": clock.iso(credit.undone_at) if credit else None,
        "scaled": credit.is_scaled if credit else None,
    }
