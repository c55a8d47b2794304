"""The proctor's view of a session: the snapshot and its counts."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import (
    Accommodation,
    Answer,
    Attempt,
    Enrolment,
    ExamSession,
    HelpRequest,
    SessionAccommodation,
    TimeAdjustment,
    User,
)
from exam_app.models.user import BY_NAME
from exam_app.realtime import emit, presence, student_row
from exam_app.realtime.shapes import SessionStats
from exam_app.realtime.student_row import StudentRow
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.rules.permissions import Permission, allows
from exam_app.services.activity import activities
from exam_app.services.authoring import papers
from exam_app.services.proctoring import alerts, help_requests, messages
from exam_app.services.sessions.views import describe_session
from exam_app.services.timing import outages

EVENTS = 200
ACTIONS = {
    "pause": Permission.PAUSE,
    "resume": Permission.RESUME,
    "cancel": Permission.CANCEL,
    "submit": Permission.FORCE_SUBMIT,
    "extend": Permission.EXTEND_TIME,
    "reopen": Permission.REOPEN,
    "message": Permission.MONITOR,
}
"""The actions of a dashboard, and the permission that each needs."""
NOT_SAVING_SECONDS = 15
"""A page that has had unacknowledged changes for this long counts as connected but not saving."""


def snapshot(session: ExamSession, viewer: User, now: datetime) -> dict[str, Any]:
    """Everything the dashboard of `viewer` needs to start. `seq` is read first: what happens while this is
    being read is sent again in an event with a higher number. The number of queries is fixed."""
    seq = emit.current_seq(session.id)
    rows = student_rows(session, now)
    return {
        "session": describe_session(session),
        "seq": seq,
        "serverTime": clock.iso(now),
        "totalQuestions": len(papers.compiled(session.paper_id).questions),
        "students": rows,
        "stats": stats_of(rows, now),
        "events": activities.latest_of_session(session.id, EVENTS),
        "alerts": alerts.alerts_of_session(session.id),
        "outages": outages.outages_of(session),
        "questions": _answered_by_question(session),
        "requests": help_requests.waiting(session.id),
        "messages": messages.of_session(session.id),
        "actions": {name: allows(viewer.role, permission) for name, permission in ACTIONS.items()},
    }


def student_rows(session: ExamSession, now: datetime) -> list[StudentRow]:
    """One row for each student on the class list, by name."""
    states = presence.here(session.id, now)
    added = (
        select(TimeAdjustment.attempt_id, func.sum(TimeAdjustment.seconds).label("seconds"))
        .join(Attempt, Attempt.id == TimeAdjustment.attempt_id)
        .where(Attempt.session_id == session.id)
        .group_by(TimeAdjustment.attempt_id)
        .subquery()
    )
    waiting = (
        select(HelpRequest.student_id, func.count().label("count"))
        .where(HelpRequest.session_id == session.id, help_requests.IS_WAITING)
        .group_by(HelpRequest.student_id)
        .subquery()
    )
    multiplier = func.coalesce(SessionAccommodation.time_multiplier, Accommodation.time_multiplier, 1)
    rows = db.session.execute(
        select(
            User,
            Attempt,
            func.coalesce(added.c.seconds, 0),
            func.coalesce(waiting.c.count, 0),
            multiplier,
        )
        .join(Enrolment, Enrolment.student_id == User.id)
        .outerjoin(
            Attempt,
            (Attempt.student_id == User.id)
            & (Attempt.session_id == session.id)
            & (Attempt.status != AttemptStatus.CANCELLED),
        )
        .outerjoin(added, added.c.attempt_id == Attempt.id)
        .outerjoin(waiting, waiting.c.student_id == User.id)
        .outerjoin(Accommodation, Accommodation.student_id == User.id)
        .outerjoin(
            SessionAccommodation,
            (SessionAccommodation.student_id == User.id) & (SessionAccommodation.session_id == session.id),
        )
        .where(Enrolment.class_id == session.class_id)
        .order_by(*BY_NAME)
    )
    total = len(papers.compiled(session.paper_id).questions)
    raised = alerts.counts_in_session(session.id, alerts.is_open())
    return [
        student_row.row(
            student,
            attempt,
            states.get(student.id),
            total_questions=total,
            time_added=added,
            multiplier=multiplier,
            requests=requests,
            alerts=raised.get(attempt.id, 0) if attempt else 0,
        )
        for student, attempt, added, requests, multiplier in rows
    ]


def stats_of(rows: list[StudentRow], now: datetime) -> SessionStats:
    """Counts over the rows of a snapshot, and the mean percentage answered of those with an attempt."""
    begun = [row for row in rows if row["attemptId"]]
    working = [row for row in begun if row["status"] not in SUBMITTED_STATES]
    shares = [row["completionPercentage"] for row in begun]
    return {
        "enrolled": len(rows),
        "connected": sum(row["connected"] for row in rows),
        "offline": sum(not row["connected"] for row in working),
        "notSaving": sum(_is_not_saving(row, now) for row in working),
        "working": len(working),
        "handedIn": len(begun) - len(working),
        "averageCompletion": round(sum(shares) / len(shares), 1) if shares else 0,
    }


def _is_not_saving(row: StudentRow, now: datetime) -> bool:
    since = row["notSavingSince"]
    return bool(
        row["connected"]
        and since
        and (now - datetime.fromisoformat(since)).total_seconds() > NOT_SAVING_SECONDS
    )


def _answered_by_question(session: ExamSession) -> list[dict[str, Any]]:
    """The number of students who answered each question, in the test's order."""
    counts = dict(
        db.session.execute(
            select(Answer.question_id, func.count())
            .join(Attempt, Attempt.id == Answer.attempt_id)
            .where(
                Attempt.session_id == session.id,
                Attempt.status != AttemptStatus.CANCELLED,
                Answer.is_answered,
            )
            .group_by(Answer.question_id)
        ).all()
    )
    return [
        {"questionId": question_id, "orderIndex": index, "answered": counts.get(question_id, 0)}
        for index, question_id in enumerate(papers.compiled(session.paper_id).questions, start=1)
    ]


def publish_stats(session_ids: list[uuid.UUID], now: datetime) -> None:
    """Send each session's counts to its proctors if they have changed."""
    for session in db.session.scalars(select(ExamSession).where(ExamSession.id.in_(session_ids))):
        emit.real_time_stats(session.id, stats_of(student_rows(session, now), now))


def running_session_ids() -> list[uuid.UUID]:
    """Sessions in which students may be connected: those that the presence sweep looks at."""
    ids = db.session.scalars(select(ExamSession.id).where(ExamSession.status.in_(["waiting", "in_progress"])))
    return list(ids)
