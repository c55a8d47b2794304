"""The report of a completed session: the school's record, and the basis of appeals."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from exam_app import clock
from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, ExamSession, HelpKind, Participant, TimeAdjustment, User
from exam_app.realtime.shapes import HelpRequest
from exam_app.rules.attempt_states import SessionStatus, SubmissionMethod
from exam_app.rules.attendance import Absence, Attendance, attendance
from exam_app.services.authoring import papers
from exam_app.services.proctoring import help_requests, messages
from exam_app.services.reports import session_incidents
from exam_app.services.results import views as result_views
from exam_app.services.sessions.attendees import attendees
from exam_app.services.sessions.details import paper_version
from exam_app.services.sessions.planning import proctors_of
from exam_app.services.sessions.views import describe_session
from exam_app.services.statistics.item_analysis import question_statistics

_MOVES = {"session_waiting": "openedBy", "session_started": "startedBy", "session_completed": "endedBy"}


def report(session: ExamSession, now: datetime) -> dict[str, Any]:
    """The complete report of a session, in a fixed number of queries.

    :raises Conflict: the session is not over, or was cancelled.
    """
    if session.status == SessionStatus.CANCELLED:
        raise Conflict("This session was cancelled, so there is no report of it.")
    if session.completed_at is None:
        raise Conflict("The report is there when the exam is over.", {"status": session.status.value})
    roster, away = attendees(session), session_incidents.absences_of(session)
    students = [_describe_student(session, *row, away[row[0].id]) for row in roster]
    asked = help_requests.of_session(session.id)
    return {
        "session": describe_session(session),
        "head": _head(session, now),
        "attendance": {**_counts(students), "students": students},
        "timeAdjustments": _time_adjustments(session),
        "incidents": session_incidents.incidents(session, roster, away),
        "messages": messages.of_session(session.id, limit=None)[::-1],
        "hands": [request for request in asked if request["kind"] == HelpKind.HAND],
        "reportedQuestions": _by_question(session, asked),
        "statistics": result_views.session_statistics(session),
        "questions": question_statistics(session),
    }


def _head(session: ExamSession, now: datetime) -> dict[str, Any]:
    rows = db.session.execute(
        select(Activity.type, User)
        .join(User, User.id == Activity.actor_id)
        .where(Activity.session_id == session.id, Activity.type.in_(_MOVES))
    )
    movers = {_MOVES[kind]: user.full_name for kind, user in rows}
    return {
        "teacher": session.school_class.teacher.full_name,
        "proctors": [proctor.full_name for proctor in proctors_of(session)],
        "paperVersion": paper_version(session),
        **{role: movers.get(role) for role in _MOVES.values()},
        "writtenAt": clock.iso(now),
    }


# --- attendance ---------------------------------------------------------------------------------


def _describe_student(
    session: ExamSession,
    student: User,
    participant: Participant | None,
    attempt: Attempt | None,
    away: list[Absence],
) -> dict[str, Any]:
    joined_at = participant.joined_at if participant else None
    began_at = attempt.started_at if attempt else None
    session_began_at = session.started_at or session.scheduled_at
    over = session.completed_at
    gone = [one for one in away if one.ended_at is None and over and one.is_reportable(over)]
    method = attempt.submission_method if attempt else None
    return {
        "studentId": str(student.id),
        "studentName": student.full_name,
        "attendance": attendance(joined_at, began_at, session_began_at).value,
        "joinedAt": clock.iso(joined_at),
        "startedAt": clock.iso(began_at),
        "lateSeconds": max(0, int((began_at - session_began_at).total_seconds())) if began_at else None,
        # After submitting, students may leave.
        "leftAt": clock.iso(gone[-1].began_at) if gone and method != SubmissionMethod.MANUAL else None,
        "submittedAt": clock.iso(attempt.submitted_at) if attempt else None,
        "submissionMethod": method.value if method else None,
        "receipt": attempt.receipt if attempt else None,
    }


def _counts(students: list[dict[str, Any]]) -> dict[str, int]:
    by_word = Counter(student["attendance"] for student in students)
    return {
        "expected": len(students),
        **{word.value: by_word[word] for word in Attendance},
        "left": sum(student["leftAt"] is not None for student in students),
    }


# --- time adjustments and reports ----------------------------------------------------------------


def _time_adjustments(session: ExamSession) -> list[dict[str, Any]]:
    student, granter = aliased(User), aliased(User)
    rows = db.session.execute(
        select(TimeAdjustment, student, granter)
        .join(Attempt, Attempt.id == TimeAdjustment.attempt_id)
        .join(student, student.id == Attempt.student_id)
        .outerjoin(granter, granter.id == TimeAdjustment.granted_by)
        .where(Attempt.session_id == session.id)
        .order_by(TimeAdjustment.id)
    )
    return [
        {
            "at": clock.iso(adjustment.created_at),
            "studentName": test_taker.full_name,
            "kind": adjustment.kind.value,
            "seconds": adjustment.seconds,
            "reason": adjustment.reason,
            "grantedBy": giver.full_name if giver else None,
        }
        for adjustment, test_taker, giver in rows
    ]


def _by_question(session: ExamSession, asked: list[HelpRequest]) -> list[dict[str, Any]]:
    """The questions that students reported, in the order of the test, each with its reports."""
    return [
        {
            "questionId": question.id,
            "orderIndex": index,
            "questionText": question.plain_text,
            "reports": reports,
        }
        for index, question in enumerate(papers.compiled(session.paper_id).questions.values(), start=1)
        if (
            reports := [
                request
                for request in asked
                if request["kind"] == HelpKind.QUESTION_REPORT and request["questionId"] == question.id
            ]
        )
    ]
