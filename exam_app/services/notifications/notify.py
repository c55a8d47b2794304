"""Notifying users, in the transaction of the event; and listing their notifications."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from exam_app import clock
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, ExamSession, Notification, SchoolClass, SessionProctor, User
from exam_app.rules.attempt_states import SubmissionMethod
from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Phrase, counted
from exam_app.services.authoring import papers
from exam_app.services.notifications.dispatch import Message, deliver

BURST_SECONDS = 900
"""Proctors get one notification of alerts per session and interval of this length."""


def notify_started(session: ExamSession, now: datetime) -> None:
    """Notify the class that its session has started; the caller commits."""
    values = {
        "title": session.title,
        "class": session.school_class.name,
        "time": _time(now),
    }
    students = db.session.scalars(
        select(Enrolment.student_id)
        .join(User.__table__, User.__table__.c.id == Enrolment.student_id)
        .where(Enrolment.class_id == session.class_id, User.__table__.c.is_active)
    )
    link = f"/sessions/{session.id}/exam"
    deliver(
        Kind.SESSION_STARTED, [Message(student, str(session.id), values, link) for student in students], now
    )


def notify_submitted(closed: list[tuple[Attempt, str]], now: datetime) -> None:
    """Confirm each student's submission, with its receipt; the caller commits."""
    messages = []
    for attempt, receipt in closed:
        assert attempt.submitted_at is not None
        time = _time(attempt.submitted_at)
        method = attempt.submission_method or SubmissionMethod.MANUAL
        how = Phrase(f"handed_in_{method.value}", {"time": time})
        again = f":{attempt.times_reopened}" if attempt.times_reopened else ""
        messages.append(_about(attempt, again, how=how, time=time, receipt=receipt))
    deliver(Kind.SUBMITTED, messages, now)


def notify_reopened(attempt: Attempt, until: datetime, reason: str, now: datetime) -> None:
    """Notify the student that the attempt goes on; the caller commits."""
    message = _about(attempt, f":{attempt.times_reopened}", reason=reason, time=_time(until))
    deliver(Kind.REOPENED, [replace(message, link=f"/attempts/{attempt.id}/exam")], now)


def notify_released(graded: list[Attempt], now: datetime) -> None:
    """Notify each student that the result is visible; the caller commits."""
    deliver(Kind.RELEASED, [_about(attempt) for attempt in graded], now)


def notify_result_changed(changed: list[tuple[Attempt, dict[str, Any]]], now: datetime) -> None:
    """Notify each student that a visible result changed, with its version (a row of `results`); the caller
    commits."""
    messages = [
        _about(attempt, f":{version['number']}", reason=version["reason"]) for attempt, version in changed
    ]
    deliver(Kind.RESULT_CHANGED, messages, now)


def notify_late_verdict(attempt: Attempt, accepted: bool, count: int, reason: str, now: datetime) -> None:
    """Notify the student of the decision about late answers; the caller commits."""
    message = _about(
        attempt,
        f":{now.timestamp()}",
        answers=counted("answers", count),
        verdict=Phrase("accepted" if accepted else "declined"),
        reason=reason,
        note=Phrase("new_receipt") if accepted else "",
    )
    deliver(Kind.LATE_ANSWERS, [message], now)


def notify_alerts(session_ids: Collection[uuid.UUID], now: datetime) -> None:
    """Notify the proctors of these sessions, or the teacher if there are none, of new alerts; the caller
    commits.

    One notification per burst, without names or details: mail is read in more places than a dashboard.
    """
    if not session_ids:
        return
    interval = int(now.timestamp()) // BURST_SECONDS
    rows = db.session.execute(
        select(
            ExamSession.id,
            ExamSession.title,
            func.coalesce(SessionProctor.user_id, SchoolClass.teacher_id).label("proctor"),
        )
        .join(SchoolClass, SchoolClass.id == ExamSession.class_id)
        .outerjoin(SessionProctor, SessionProctor.session_id == ExamSession.id)
        .where(ExamSession.id.in_(session_ids))
    )
    messages = [
        Message(
            row.proctor,
            f"{row.id}:{interval}",
            {"title": row.title, "time": _time(now)},
            f"/sessions/{row.id}/monitor",
        )
        for row in rows
    ]
    deliver(Kind.ALERT, messages, now)


def notify_marking_due(due: Sequence[tuple[ExamSession, int]], now: datetime) -> None:
    """Notify the teacher and the author of each session of the number of answers to be marked; the caller
    commits."""
    messages = [
        Message(
            teacher,
            str(session.id),
            {
                "title": session.title,
                "class": session.school_class.name,
                "answers": counted("answers", count),
            },
            f"/sessions/{session.id}/marking",
        )
        for session, count in due
        for teacher in {session.school_class.teacher_id, session.created_by}
    ]
    deliver(Kind.MARKING_DUE, messages, now)


def _about(attempt: Attempt, more_key: str = "", **values: str | Phrase) -> Message:
    title = papers.compiled(attempt.paper_id).title
    return Message(
        attempt.student_id,
        f"{attempt.id}{more_key}",
        {"title": title, **values},
        f"/attempts/{attempt.id}/result",
    )


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"


def notifications_of(user: User, limit: int = 50) -> list[dict[str, Any]]:
    """The user's notifications, newest first."""
    rows = db.session.scalars(
        select(Notification)
        .where(Notification.user_id == user.id)
        .order_by(Notification.created_at.desc())
        .limit(limit)
    )
    return [
        {
            "notificationId": str(row.id),
            "kind": row.kind,
            "title": row.title,
            "body": row.body,
            "link": row.link,
            "createdAt": clock.iso(row.created_at),
            "readAt": clock.iso(row.read_at),
        }
        for row in rows
    ]


def unread_count(user: User) -> int:
    unread = select(func.count()).where(Notification.user_id == user.id, Notification.read_at.is_(None))
    return db.session.scalar(unread) or 0


def mark_read(user: User, notification_id: uuid.UUID) -> None:
    """Commits. The first time of reading is kept.

    :raises NotFound: not the user's own notification.
    """
    found = db.session.execute(
        update(Notification)
        .where(Notification.id == notification_id, Notification.user_id == user.id)
        .values(read_at=func.coalesce(Notification.read_at, clock.now()))
        .execution_options(synchronize_session=False)
    )
    if found.rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound
    db.session.commit()
