"""One attempt with its test taker, test, session, time ledger and versions of the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import AnswerChange, Attempt, ChangeOutcome, Reopening, Result, TimeAdjustment, User
from exam_app.rules.permissions import Permission, Role, allows
from exam_app.services.activity import audit
from exam_app.services.answers.reading import answers_of, progress_of
from exam_app.services.answers.views import describe_answer, points_of
from exam_app.services.attempts import highlights
from exam_app.services.attempts.views import describe_test_head
from exam_app.services.authoring import papers
from exam_app.services.grading.versions import describe_result
from exam_app.services.organizations.people import user_in_brief
from exam_app.services.proctoring import alerts, integrity
from exam_app.services.results.attempt_lists import (
    describe_row,
    describe_test_taker,
    may_see_result,
    rows_query,
)
from exam_app.services.sessions.views import describe_session

TIMELINE = 200


def details(viewer: User, attempt: Attempt, now: datetime) -> dict[str, Any]:
    """An attempt without its answers, as `viewer` may see it.

    Students see their time adjustments, and the effective result once it is visible. Staff also see the test
    taker, alerts, violations and connections; `results` has every version, the newest first.
    """
    row = db.session.execute(rows_query().where(Attempt.id == attempt.id)).one()
    shown = _shared(viewer, row, now)
    if viewer.role == Role.STUDENT:
        effective = [describe_result(row.Result, None)] if may_see_result(viewer, row) else []
        return {**shown, "results": [_without(result, "gradedBy") for result in effective]}
    shown["attempt"] |= {
        "address": attempt.address,
        "userAgent": attempt.user_agent,
        "violations": attempt.violation_count,
    }
    return {
        **shown,
        "violations": integrity.violations_by_kind(attempt.id),
        "alerts": alerts.alerts_of_attempt(attempt.id),
        "highlights": highlights.history(attempt),
        "connections": integrity.connections(attempt),
        "timeline": _timeline(attempt),
        "saves": _saves(attempt),
        "results": result_history(attempt),
    }


def _shared(viewer: User, row: Any, now: datetime) -> dict[str, Any]:
    attempt: Attempt = row.Attempt
    successor = db.session.scalar(select(Attempt.id).where(Attempt.reset_of == attempt.id))
    ledger = _ledger(attempt)
    is_student = viewer.role == Role.STUDENT
    return {
        "attempt": {
            **describe_row(viewer, row, now),
            "version": attempt.version,
            "highlights": attempt.highlight_count,
            "lastSavedAt": clock.iso(attempt.last_saved_at),
            "pausedAt": clock.iso(attempt.paused_at),
            "cancelReason": attempt.cancel_reason,
            "resetOf": str(attempt.reset_of) if attempt.reset_of else None,
            "replacedBy": str(successor) if successor else None,
            "receipt": attempt.receipt,
        },
        "taker": {"userId": str(row.User.id), **describe_test_taker(row.User)},
        "test": describe_test_head(attempt),
        "session": describe_session(attempt.session) if attempt.session else None,
        "progress": progress_of(attempt, answers_of(attempt)),
        "reopenings": _reopenings(attempt, is_student),
        "timeAdjustments": [_without(entry, "grantedBy") for entry in ledger] if is_student else ledger,
    }


def _reopenings(attempt: Attempt, is_student: bool) -> list[dict[str, Any]]:
    """The submissions that were undone, newest first; none needs no query."""
    if not attempt.times_reopened:
        return []
    rows = db.session.execute(
        select(Reopening, User)
        .join(User, User.id == Reopening.reopened_by)
        .where(Reopening.attempt_id == attempt.id)
        .order_by(Reopening.number.desc())
    )
    shown = [
        {
            "number": undone.number,
            "status": undone.status.value,
            "submittedAt": clock.iso(undone.submitted_at),
            "submissionMethod": undone.submission_method.value,
            "receipt": undone.receipt,
            "questionsAnswered": undone.answered_count,
            "reopenedAt": clock.iso(undone.reopened_at),
            "reopenedBy": user_in_brief(actor),
            "reason": undone.reason,
        }
        for undone, actor in rows
    ]
    return [_without(one, "reopenedBy") for one in shown] if is_student else shown


def _without(shown: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key != name}


def _timeline(attempt: Attempt) -> list[dict[str, Any]]:
    """The latest activity, newest first."""
    where = audit.filters(attempt_id=attempt.id)
    return audit.entries(attempt.organization_id, where, page=1, limit=TIMELINE)[0]


def _saves(attempt: Attempt) -> dict[str, Any]:
    """The saves of the attempt, `{total, latest}`: the latest ones, newest first, each with the numbers of
    its questions in the student's order."""
    saves = (
        select(
            AnswerChange.arrived_at,
            func.array_agg(AnswerChange.question_id).label("questions"),
            func.bool_or(AnswerChange.outcome == ChangeOutcome.LATE).label("late"),
            func.count().over().label("total"),
        )
        .where(AnswerChange.attempt_id == attempt.id)
        .group_by(AnswerChange.arrived_at)
        .order_by(AnswerChange.arrived_at.desc())
        .limit(TIMELINE)
    )
    rows = db.session.execute(saves).all()
    order = papers.compiled(attempt.paper_id).order(attempt.seed)
    numbers = {question.id: index for index, question in enumerate(order, start=1)}
    latest = [
        {
            "at": clock.iso(row.arrived_at),
            "questions": sorted({numbers[question_id] for question_id in row.questions}),
            "changes": len(row.questions),
            "late": row.late,
        }
        for row in rows
    ]
    return {"total": rows[0].total if rows else 0, "latest": latest}


def result_history(attempt: Attempt) -> list[dict[str, Any]]:
    """Every version of the result, the newest and effective one first, with its grader if staff set it."""
    rows = db.session.execute(
        select(Result, User)
        .outerjoin(User, User.id == Result.graded_by)
        .where(Result.attempt_id == attempt.id)
        .order_by(Result.number.desc())
    )
    return [describe_result(result, grader) for result, grader in rows]


def _ledger(attempt: Attempt) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(TimeAdjustment, User)
        .outerjoin(User, User.id == TimeAdjustment.granted_by)
        .where(TimeAdjustment.attempt_id == attempt.id)
        .order_by(TimeAdjustment.id)
    )
    return [
        {
            "kind": adjustment.kind.value,
            "seconds": adjustment.seconds,
            "reason": adjustment.reason,
            "grantedBy": user_in_brief(granter),
            "at": clock.iso(adjustment.created_at),
        }
        for adjustment, granter in rows
    ]


def answers_view(viewer: User, attempt: Attempt) -> dict[str, Any]:
    """The answers in the order of the attempt. Correctness and points are included for staff who may see
    results, for the student once the result is visible, and at once if feedback is immediate."""
    paper = papers.compiled(attempt.paper_id)
    if viewer.role == Role.STUDENT:
        row = db.session.execute(rows_query().where(Attempt.id == attempt.id)).one()
        reveals = may_see_result(viewer, row)
    else:
        reveals = allows(viewer.role, Permission.VIEW_RESULTS)
    answers = {answer.question_id: answer for answer in answers_of(attempt)}
    shown = []
    for question in paper.order(attempt.seed):
        if answer := answers.get(question.id):
            described = describe_answer(answer._mapping, paper)
            if reveals:
                described |= {"isCorrect": answer.is_correct, "points": points_of(answer.points)}
            shown.append(described)
    return {
        "attemptId": str(attempt.id),
        "status": attempt.status.value,
        "version": attempt.version,
        "answers": shown,
    }
