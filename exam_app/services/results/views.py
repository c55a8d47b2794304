"""Results: a student's view of an attempt, and a teacher's view of a session."""

from __future__ import annotations

import statistics
import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from exam_app import clock
from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.models import Attempt, Enrolment, ExamSession, Participant, Result, User
from exam_app.rules import durations
from exam_app.rules.analytics import rounded
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.rules.feedback import result_is_visible
from exam_app.rules.paper import number
from exam_app.rules.permissions import Role
from exam_app.services.authoring import papers
from exam_app.services.grading.versions import is_latest, is_of_current_submission
from exam_app.services.organizations.visibility import session_for
from exam_app.services.proctoring import alerts
from exam_app.services.results import review
from exam_app.services.sessions.attendees import attendees
from exam_app.services.sessions.views import describe_session
from exam_app.services.timing.working_time import paused_seconds, time_spent


def result_view(user: User, attempt: Attempt, as_its_student: bool = False) -> dict[str, Any]:
    """An attempt's result as `user` may see it: staff always, the student as the test's feedback allows, and
    with `as_its_student` staff no more than the student.

    `results`, `breakdown` and `questions` are None, and `released` is False, until then. While `markingDue`
    answers are to be marked there is no result yet, but staff see the questions, with the points so far.
    """
    paper = papers.compiled(attempt.paper_id)
    result, paused = db.session.execute(_OUTCOME, {"attempt": attempt.id}).one()
    is_graded = attempt.status == AttemptStatus.GRADED and result is not None
    sees_all = not as_its_student and user.role != Role.STUDENT
    shown = is_graded and (
        sees_all or result_is_visible(paper.settings["feedback"], is_graded, attempt.released_at)
    )
    spent = time_spent(attempt, paused, clock.now())
    view: dict[str, Any] = {
        "title": paper.title,
        "attempt": {
            "attemptId": str(attempt.id),
            "testId": attempt.test_id,
            "sessionId": str(attempt.session_id) if attempt.session_id else None,
            "status": attempt.status.value,
            "submittedAt": clock.iso(attempt.submitted_at),
            "endTime": clock.iso(attempt.submitted_at),
            "submissionMethod": attempt.submission_method.value if attempt.submission_method else None,
            "timeSpent": spent,
            "score": None,
            "maxScore": number(paper.total_points),
            "percentage": None,
            "isCompleted": attempt.status in SUBMITTED_STATES,
            "isGraded": is_graded,
        },
        "receipt": attempt.receipt,
        "released": shown,
        "markingDue": attempt.marking_due,
        "results": None,
        "breakdown": None,
        "questions": None,
    }
    if shown or (attempt.marking_due and sees_all):
        view["questions"] = review.question_by_question(attempt, paper)
    if shown and result is not None:
        score = {"score": number(result.score), "percentage": number(result.percentage)}
        view["attempt"] |= score
        view["results"] = {
            "totalQuestions": len(paper.questions),
            "questionsAnswered": attempt.answered_count,
            "correctAnswers": result.correct_count,
            "incorrectAnswers": len(paper.counting) - result.correct_count,
            **score,
            "scoreBeforePenalty": number(result.score + result.penalty),
            "penalty": number(result.penalty),
            "reason": result.reason,
            "regraded": result.regrade_id is not None,
            "grade": result.grade,
            "passed": result.passed,
            "timeTaken": durations.compact(spent),
            "averageTimePerQuestion": durations.compact(spent / len(paper.questions)),
        }
        view["breakdown"] = [
            {
                "questionId": row["questionId"],
                "correct": row["isCorrect"],
                "points": row["points"],
                "timeSpent": row["timeSpent"],
            }
            for row in view["questions"]
        ]
    return view


def certified_result(user: User, attempt: Attempt) -> dict[str, Any]:
    """The result for a certificate.

    :raises NotFound: not passed, or the result is not visible to its student yet.
    """
    view = result_view(user, attempt, as_its_student=True)
    if not view["results"] or not view["results"]["passed"]:
        raise NotFound("There is no certificate yet. Pass the test and wait until the result is released.")
    return view


# Built once, as every submission ends with it.
_OUTCOME = (
    select(Result, paused_seconds())
    .select_from(Attempt)
    .outerjoin(Result, is_latest())
    .where(Attempt.id == bindparam("attempt"))
)


def session_results(user: User, session_id: uuid.UUID) -> dict[str, Any]:
    """Everyone whom the session concerns with their result, and the distribution of results."""

    session = session_for(user, session_id)
    results, raised = _latest_results(session), alerts.counts_in_session(session.id)
    students = [
        {
            **_student_row(student, attempt, results.get(attempt.id) if attempt else None),
            "alerts": raised.get(attempt.id, 0) if attempt else 0,
        }
        for student, _, attempt in attendees(session)
    ]
    return {
        "session": describe_session(session),
        "statistics": _statistics(list(results.values())),
        "students": students,
    }


def session_statistics(session: ExamSession) -> dict[str, Any]:
    """The distribution of a session's results."""
    return _statistics(list(_latest_results(session).values()))


def _latest_results(session: ExamSession) -> dict[uuid.UUID, Result]:
    """The effective version of each result, by attempt."""
    latest = (
        select(Result)
        .ext(distinct_on(Result.attempt_id))
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Attempt.session_id == session.id, is_of_current_submission())
        .order_by(Result.attempt_id, Result.number.desc())
    )
    return {result.attempt_id: result for result in db.session.scalars(latest)}


def session_stats(session: ExamSession, now: datetime) -> dict[str, Any]:
    """The state of a session: counts, progress, and the distribution of the results so far. Three queries.

    `averageProgress` is the mean percentage answered; scores are percentages of graded attempts. Cancelled
    attempts are only counted.
    """
    total = len(papers.compiled(session.paper_id).questions)
    rows = db.session.execute(
        select(Attempt, Result, paused_seconds())
        .outerjoin(Result, is_latest())
        .where(Attempt.session_id == session.id)
    ).all()
    enrolled = select(func.count()).where(Enrolment.class_id == session.class_id)
    joined = select(func.count()).where(Participant.session_id == session.id)
    valid = [attempt for attempt, *_ in rows if attempt.status != AttemptStatus.CANCELLED]
    spent = [
        time_spent(attempt, paused, now) for attempt, _, paused in rows if attempt.status in SUBMITTED_STATES
    ]
    shares = [Decimal(100 * attempt.answered_count) / total for attempt in valid]
    statistics = _statistics([result for _, result, _ in rows if result is not None])
    return {
        "sessionId": str(session.id),
        "status": session.status.value,
        "enrolled": db.session.scalar(enrolled) or 0,
        "joined": db.session.scalar(joined) or 0,
        "totalAttempts": len(rows),
        "completedAttempts": len(spent),
        "inProgressAttempts": len(valid) - len(spent),
        "attemptsByStatus": {
            status.value: sum(attempt.status == status for attempt, *_ in rows) for status in AttemptStatus
        },
        "averageProgress": rounded(sum(shares) / len(shares)) if shares else None,
        "averageScore": statistics["mean"],
        "averageTime": durations.compact(sum(spent) / len(spent)) if spent else None,
        "passRate": statistics["passRate"],
        "violations": sum(attempt.violation_count for attempt in valid),
        "distribution": statistics["distribution"],
    }


def _student_row(student: User, attempt: Attempt | None, result: Result | None) -> dict[str, Any]:
    return {
        "studentId": str(student.id),
        "firstName": student.first_name,
        "lastName": student.last_name,
        "attemptId": str(attempt.id) if attempt else None,
        "status": attempt.status.value if attempt else None,
        "markingDue": attempt.marking_due if attempt else 0,
        "submittedAt": clock.iso(attempt.submitted_at) if attempt else None,
        "submissionMethod": attempt.submission_method.value
        if attempt and attempt.submission_method
        else None,
        "violations": attempt.violation_count if attempt else 0,
        "score": number(result.score) if result else None,
        "maxScore": number(result.max_score) if result else None,
        "percentage": number(result.percentage) if result else None,
        "grade": result.grade if result else None,
        "passed": result.passed if result else None,
    }


def _statistics(results: list[Result]) -> dict[str, Any]:
    """Count, mean, median, population standard deviation, range, pass rate (percent) and deciles."""
    percents = [float(result.percentage) for result in results]
    if not percents:
        return {"count": 0, "distribution": _deciles(percents)} | dict.fromkeys(
            ("mean", "median", "standardDeviation", "highest", "lowest", "passRate")
        )
    return {
        "count": len(percents),
        "mean": round(statistics.fmean(percents), 2),
        "median": round(statistics.median(percents), 2),
        "standardDeviation": round(statistics.pstdev(percents), 2),
        "highest": max(percents),
        "lowest": min(percents),
        "passRate": round(100 * sum(result.passed for result in results) / len(results), 1),
        "distribution": _deciles(percents),
    }


def _deciles(percents: list[float]) -> list[dict[str, int]]:
    """Ten classes of ten percent; 100 is in the last one."""
    counts = [0] * 10
    for percent in percents:
        counts[min(9, int(percent // 10))] += 1
    return [{"from": 10 * i, "to": 10 * i + 10, "count": count} for i, count in enumerate(counts)]
