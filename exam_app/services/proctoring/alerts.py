"""Alerts: raised by an integrity rule, once per attempt, and open until staff resolve them.

An alert is evidence. It changes nothing about the attempt, and students are never notified of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.errors import InvalidInput, InvalidTransition, NotFound
from exam_app.extensions import db
from exam_app.infrastructure import after_commit
from exam_app.models import AlertState, Attempt, ExamSession, IntegrityAlert, User
from exam_app.realtime import deltas, emit, student_row
from exam_app.realtime.shapes import ActivityEvent, Alert
from exam_app.rules.direction import isolated
from exam_app.rules.integrity import sentences
from exam_app.services.activity import activities
from exam_app.services.notifications import notify

MOST_SHOWN = 200


def raise_alerts(attempt: Attempt, found: dict[str, dict[str, Any]], now: datetime) -> None:
    """Record what rules found, evidence by rule, and notify the proctors; the caller commits."""
    raise_for_all([(attempt, found)], now)


def raise_for_all(found: Sequence[tuple[Attempt, dict[str, dict[str, Any]]]], now: datetime) -> None:
    """As `raise_alerts`, for several attempts.

    The unique constraint lets one of several concurrent callers win for each rule, and only that one
    notifies. All attempts are locked before the notifications are written: many attempts share a notification
    row, so its lock must come last.
    """
    rows = [
        {
            "organization_id": attempt.organization_id,
            "session_id": attempt.session_id,
            "attempt_id": attempt.id,
            "student_id": attempt.student_id,
            "rule": rule,
            "evidence": evidence,
            "created_at": now,
        }
        for attempt, by_rule in found
        for rule, evidence in by_rule.items()
    ]
    if not rows:
        return
    _lock_attempts(*(attempt.id for attempt, _ in found))
    once = insert(IntegrityAlert).on_conflict_do_nothing().returning(IntegrityAlert)
    raised = db.session.scalars(once, rows).all()
    students = {
        user.id: user
        for user in db.session.scalars(select(User).where(User.id.in_([row["student_id"] for row in rows])))
    }
    for alert in raised:
        student = students[alert.student_id]
        activity = activities.record(
            "integrity_alert",
            now,
            alert.organization_id,
            session_id=alert.session_id,
            attempt_id=alert.attempt_id,
            student_id=alert.student_id,
            rule=alert.rule,
            evidence=alert.evidence,
        )
        if alert.session_id is not None:
            payload = describe_alert(alert, student, None)
            after_commit.run(emit.integrity_alert, alert.session_id, payload)
            event = activities.describe(activity, student.full_name)
            _publish_alert_count(alert, event)
    notify.notify_alerts({alert.session_id for alert in raised if alert.session_id is not None}, now)


def resolve(
    actor: User, session: ExamSession, alert_id: int, state: AlertState, note: str, now: datetime
) -> Alert:
    """Resolve an open alert: acknowledged, because it matters, or dismissed, because it does not. Commits.

    The first decision stands, and a second one is refused.

    :returns: the alert as it is now.
    :raises NotFound: no such alert in this session.
    :raises InvalidTransition: it is resolved already.
    :raises InvalidInput: `state` is open.
    """
    if state == AlertState.OPEN:
        raise InvalidInput(details={"state": ["Choose whether to acknowledge the alert or to dismiss it."]})
    of_session = [IntegrityAlert.id == alert_id, IntegrityAlert.session_id == session.id]
    attempt_id = db.session.scalar(select(IntegrityAlert.attempt_id).where(*of_session))
    if attempt_id is None:
        raise NotFound("There is no alert with this id in this session. Reload the page.")
    _lock_attempts(attempt_id)
    alert = db.session.scalar(
        update(IntegrityAlert)
        .where(*of_session, IntegrityAlert.state == AlertState.OPEN)
        .values(state=state, note=note.strip(), resolved_at=now, resolved_by=actor.id)
        .returning(IntegrityAlert)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if alert is None:
        db.session.rollback()
        (current,) = alerts_where(*of_session)
        by, status = current["resolvedBy"], current["state"]
        raise InvalidTransition(f"{by} has {status} this alert already. Reload the page.", {"status": status})
    student = db.session.get_one(User, alert.student_id)
    activity = activities.record(
        f"alert_{state.value}",
        now,
        alert.organization_id,
        session_id=alert.session_id,
        attempt_id=alert.attempt_id,
        student_id=alert.student_id,
        actor_id=actor.id,
        rule=alert.rule,
        reason=alert.note,
    )
    payload = describe_alert(alert, student, actor)
    after_commit.run(emit.alert_resolved, session.id, payload)
    _publish_alert_count(alert, activities.describe(activity, student.full_name))
    db.session.commit()
    return payload


def raised_rules(attempt_id: uuid.UUID) -> set[str]:
    """The rules that have raised an alert for this attempt."""
    return set(db.session.scalars(select(IntegrityAlert.rule).where(IntegrityAlert.attempt_id == attempt_id)))


def alerts_of_session(session_id: uuid.UUID, limit: int | None = MOST_SHOWN) -> list[Alert]:
    """The newest alerts of a session, newest first; None: all."""
    return alerts_where(IntegrityAlert.session_id == session_id, limit=limit)


def alerts_of_attempt(attempt_id: uuid.UUID) -> list[Alert]:
    return alerts_where(IntegrityAlert.attempt_id == attempt_id)


def alerts_where(*conditions: ColumnElement[bool], limit: int | None = MOST_SHOWN) -> list[Alert]:
    student, resolver = aliased(User), aliased(User)
    rows = db.session.execute(
        select(IntegrityAlert, student, resolver)
        .join(student, student.id == IntegrityAlert.student_id)
        .outerjoin(resolver, resolver.id == IntegrityAlert.resolved_by)
        .where(*conditions)
        .order_by(IntegrityAlert.id.desc())
        .limit(limit)
    )
    return [describe_alert(*row) for row in rows]


def counts_in_session(session_id: uuid.UUID, *conditions: ColumnElement[bool]) -> dict[uuid.UUID, int]:
    """The number of alerts of each attempt of a session that meet the conditions."""
    rows = db.session.execute(
        select(IntegrityAlert.attempt_id, func.count())
        .where(IntegrityAlert.session_id == session_id, *conditions)
        .group_by(IntegrityAlert.attempt_id)
    )
    return dict(rows.all())


def is_open() -> ColumnElement[bool]:
    return IntegrityAlert.state == AlertState.OPEN


def describe_alert(alert: IntegrityAlert, student: User, resolver: User | None) -> Alert:
    sentence = sentences.seen(alert.rule, alert.evidence)
    return {
        "alertId": alert.id,
        "attemptId": str(alert.attempt_id),
        "studentId": str(alert.student_id),
        "studentName": student.full_name,
        "rule": alert.rule,
        "text": f"{isolated(student.full_name)} {sentence}",
        "evidence": alert.evidence,
        "raisedAt": clock.iso(alert.created_at),
        "state": alert.state.value,
        "note": alert.note,
        "resolvedBy": resolver.full_name if resolver else None,
        "resolvedAt": clock.iso(alert.resolved_at),
    }


def _lock_attempts(*attempt_ids: uuid.UUID) -> None:
    """Lock the attempts, so that the numbers of their open alerts are published in order."""
    query = select(Attempt.id).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id)
    db.session.execute(query.with_for_update(key_share=True))


def _publish_alert_count(alert: IntegrityAlert, event: ActivityEvent) -> None:
    """Publish the student's number of open alerts to the dashboard."""
    count = select(func.count()).where(IntegrityAlert.attempt_id == alert.attempt_id, is_open())
    change = student_row.counted(alerts=db.session.scalar(count) or 0)
    after_commit.run(deltas.student_changed, alert.session_id, alert.student_id, change, event)
