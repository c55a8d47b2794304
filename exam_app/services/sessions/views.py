"""Exam sessions as students and staff see them."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession, User
from exam_app.rules.attempt_states import AttemptStatus, SessionStatus
from exam_app.rules.paper import number
from exam_app.services.authoring import papers
from exam_app.services.organizations.visibility import visible_sessions


def sessions_of_student(student: User) -> list[dict[str, Any]]:
    """The student's sessions, newest first, each with their own attempt."""
    rows = db.session.execute(
        select(ExamSession, Attempt)
        .outerjoin(
            Attempt,
            (Attempt.session_id == ExamSession.id)
            & (Attempt.student_id == student.id)
            & (Attempt.status != AttemptStatus.CANCELLED),
        )
        .where(visible_sessions(student))
        .order_by(ExamSession.scheduled_at.desc())
    )
    return [{**describe_session(session), "attempt": _own(attempt)} for session, attempt in rows]


def sessions_of_staff(user: User, class_id: uuid.UUID | None = None) -> list[dict[str, Any]]:
    """The sessions a member of staff may see, of one class where named, newest first."""
    query = select(ExamSession).where(visible_sessions(user)).order_by(ExamSession.scheduled_at.desc())
    if class_id is not None:
        query = query.where(ExamSession.class_id == class_id)
    return [describe_session(session) for session in db.session.scalars(query)]


def status_of(session_id: uuid.UUID) -> SessionStatus | None:
    """One indexed read, for the heartbeat of a page that waits for the start."""
    return db.session.scalar(select(ExamSession.status).where(ExamSession.id == session_id))


def describe_session(session: ExamSession) -> dict[str, Any]:
    """A session as sent to everyone who may see it."""
    paper = papers.compiled(session.paper_id)
    return {
        "sessionId": str(session.id),
        "title": session.title,
        "classId": str(session.class_id),
        "className": session.school_class.name,
        "testId": session.test_id,
        "testTitle": paper.title,
        "status": session.status.value,
        "scheduledAt": clock.iso(session.scheduled_at),
        "startedAt": clock.iso(session.started_at),
        "expiresAt": clock.iso(session.ends_at),
        "pausedAt": clock.iso(session.paused_at),
        "completedAt": clock.iso(session.completed_at),
        "globalTimer": session.global_timer,
        "durationMinutes": paper.duration_minutes,
        "questionCount": len(paper.questions),
        "totalPoints": number(paper.total_points),
        "instructions": paper.content["instructions"],
        "release": session.release.value,
        "resultsReleasedAt": clock.iso(session.results_released_at),
    }


def _own(attempt: Attempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    return {
        "attemptId": str(attempt.id),
        "status": attempt.status.value,
        "expiresAt": clock.iso(attempt.deadline_at),
        "submittedAt": clock.iso(attempt.submitted_at),
    }
