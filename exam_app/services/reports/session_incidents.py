"""The incidents of a session, in order: connections, alerts, outages, and staff actions."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Activity, ExamSession, User
from exam_app.rules import durations
from exam_app.rules.activity_sentences import sentence
from exam_app.rules.attendance import Absence, absences
from exam_app.rules.direction import isolated
from exam_app.services.proctoring import alerts
from exam_app.services.sessions.attendees import Attendee
from exam_app.services.timing import outages

Absences = Mapping[uuid.UUID, list[Absence]]

_LEFT, _BACK = "student_left", "student_returned"
_INTERVENTIONS = (
    "attempt_paused",
    "attempt_resumed",
    "attempt_cancelled",
    "attempt_reset",
    "attempt_reopened",
)


def incidents(session: ExamSession, roster: Sequence[Attendee], away: Absences) -> list[dict[str, Any]]:
    """The incidents of a completed session, the earliest first."""
    found = [
        *_lost_connections(session, roster, away),
        *_interventions(session),
        *_alerts(session),
        *_outages(session),
    ]
    return sorted(found, key=lambda incident: str(incident["at"]))


def absences_of(session: ExamSession) -> Absences:
    """The times at which each student was disconnected during the exam."""
    rows = db.session.execute(
        select(Activity.student_id, Activity.at, Activity.type)
        .where(
            Activity.session_id == session.id,
            Activity.type.in_([_LEFT, _BACK]),
            Activity.at >= session.started_at,
            Activity.at < session.completed_at,
        )
        .order_by(Activity.id)
    )
    moments: dict[Any, list[tuple[datetime, bool]]] = defaultdict(list)
    for student_id, at, kind in rows:
        moments[student_id].append((at, kind == _BACK))
    return defaultdict(list, {student_id: absences(seen) for student_id, seen in moments.items()})


def _lost_connections(
    session: ExamSession, roster: Sequence[Attendee], away: Absences
) -> Iterator[dict[str, Any]]:
    for student, _, attempt in roster:
        until = (attempt.submitted_at if attempt else None) or session.completed_at
        for absence in away[student.id]:
            if until and absence.is_reportable(until):
                seconds = int(absence.lasted(until).total_seconds())
                lasted = f"for {durations.readable(seconds)}" if absence.ended_at else "until the end"
                text = f"{isolated(student.full_name)} was not connected {lasted}"
                at = clock.iso(absence.began_at)
                yield _incident("connection_lost", at, text, student.full_name, seconds=seconds)


def _interventions(session: ExamSession) -> Iterator[dict[str, Any]]:
    """Staff actions on single attempts, with reasons."""
    student, actor = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Activity, student, actor)
        .join(student, student.id == Activity.student_id)
        .outerjoin(actor, actor.id == Activity.actor_id)
        .where(Activity.session_id == session.id, Activity.type.in_(_INTERVENTIONS))
        .order_by(Activity.id)
    )
    for activity, test_taker, acting in rows:
        name = test_taker.full_name
        text = sentence(activity.type, activity.details, name)
        by = acting.full_name if acting and acting.id != test_taker.id else None
        yield _incident(activity.type, clock.iso(activity.at), text, name, by=by)


def _alerts(session: ExamSession) -> Iterator[dict[str, Any]]:
    for alert in alerts.alerts_of_session(session.id, limit=None):
        resolution = {"state": alert["state"], "note": alert["note"], "by": alert["resolvedBy"]}
        yield _incident(
            "integrity_alert", alert["raisedAt"], alert["text"], alert["studentName"], **resolution
        )


def _outages(session: ExamSession) -> Iterator[dict[str, Any]]:
    for outage in outages.outages_of(session):
        given = outage["creditedAt"] and not outage["undoneAt"]
        text = f"The server did not answer for {durations.readable(outage['seconds'])}"
        yield _incident(
            "outage",
            outage["beganAt"],
            f"{text}: the time was given back" if given else text,
            seconds=outage["seconds"],
            by=outage["creditedBy"] if given else None,
        )


def _incident(
    kind: str, at: str | None, text: str, student_name: str | None = None, **more: Any
) -> dict[str, Any]:
    empty = {"seconds": None, "state": None, "note": "", "by": None}
    return {"at": at, "kind": kind, "studentName": student_name, "text": text, **empty, **more}
