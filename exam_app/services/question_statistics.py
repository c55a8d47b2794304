"""How the questions of a session turned out, over all of its graded attempts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from exam_app.extensions import db
from exam_app.models import Answer, Attempt, ExamSession
from exam_app.rules.analytics import rounded
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.paper import number
from exam_app.services import papers


def question_statistics(session: ExamSession) -> list[dict[str, Any]]:
    """The questions in the order of the test, in two queries.

    `facility`: the points that were earned over those that could be, in percent, unanswered questions
    included; None without graded attempts. `answered` and `correct` count attempts.
    """
    graded = (Attempt.session_id == session.id) & (Attempt.status == AttemptStatus.GRADED)
    attempts = db.session.scalar(select(func.count(Attempt.id)).where(graded)) or 0
    rows = db.session.execute(
        select(
            Answer.question_id,
            func.sum(Answer.points).label("earned"),
            func.count().filter(Answer.is_answered).label("answered"),
            func.count().filter(Answer.is_correct).label("correct"),
        )
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(graded)
        .group_by(Answer.question_id)
    )
    found = {row.question_id: row for row in rows}
    statistics = []
    for index, question in enumerate(papers.compiled(session.paper_id).questions.values(), start=1):
        row = found.get(question.id)
        earned, possible = row.earned if row else Decimal(0), question.points * attempts
        statistics.append(
            {
                "questionId": question.id,
                "orderIndex": index,
                "questionText": question.text,
                "points": number(question.points),
                "attempts": attempts,
                "answered": row.answered if row else 0,
                "correct": row.correct if row else 0,
                "facility": rounded(100 * earned / possible) if possible else None,
            }
        )
    return statistics
