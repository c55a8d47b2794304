"""A student's development over attempts, from the results visible to the viewer, in two queries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import RELEASED_AT, Attempt, ExamSession, Paper, Result, User
from exam_app.rules import learning
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.rules.learning import Topic, VisibleAttempt
from exam_app.rules.paper import number
from exam_app.services.grading.versions import is_latest
from exam_app.services.organizations.visibility import visible_attempts
from exam_app.services.results.attempt_lists import FEEDBACK, may_see_result

MOST = 200
"""Maximum number of attempts, the newest ones."""

# By attempt and category of its paper; points of the questions that are scored by their key. The row without
# a category is needed for the count of questions.
_TOPICS = text(
    """
    SELECT a.id, q.value ->> 'category' AS category, count(*) AS questions,
           coalesce(sum(s.points) FILTER (WHERE counts), 0) AS earned,
           coalesce(sum((q.value ->> 'points')::numeric) FILTER (WHERE counts), 0) AS possible
      FROM attempts a
      JOIN papers p ON p.id = a.paper_id
     CROSS JOIN jsonb_array_elements(p.content -> 'questions') AS q
     CROSS JOIN LATERAL (SELECT coalesce(q.value ->> 'credit', 'by_key') = 'by_key' AS counts) AS c
      LEFT JOIN answers s ON s.attempt_id = a.id AND s.question_id = (q.value ->> 'questionId')::int
     WHERE a.id = ANY(:attempts)
     GROUP BY a.id, category
    """
).bindparams(bindparam("attempts", type_=ARRAY(Uuid)))


def progress(viewer: User, student: User, now: datetime) -> dict[str, Any]:
    """Results over time, the oldest first, with the figures of `rules.learning`.

    For students only from the results that they may see.
    """
    rows = _graded(viewer, student)
    attempts = _attempts_of(rows)
    return {
        "userId": str(student.id),
        "attempts": [
            {
                "attemptId": str(row.id),
                "testId": row.test_id,
                "title": row.title,
                "startTime": clock.iso(row.started_at),
                "percentage": number(row.percentage),
                "gain": gain,
            }
            for row, gain in zip(rows, learning.gains(attempts), strict=True)
        ],
        "learningVelocity": learning.learning_velocity(attempts),
        "categories": learning.categories(attempts),
        "struggleAreas": learning.struggle_areas(attempts),
        "engagement": learning.engagement(attempts, now),
    }


def _graded(viewer: User, student: User) -> list[Any]:
    rows = db.session.execute(
        select(
            Attempt.id,
            Attempt.status,
            Attempt.test_id,
            Attempt.started_at,
            Attempt.answered_count,
            RELEASED_AT,
            FEEDBACK.label("feedback"),
            Paper.content["title"].astext.label("title"),
            Result.percentage,
        )
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(ExamSession, ExamSession.id == Attempt.session_id)
        .join(Result, is_latest())
        .where(
            Attempt.student_id == student.id,
            Attempt.status == AttemptStatus.GRADED,
            visible_attempts(viewer),
        )
        .order_by(Attempt.started_at.desc(), Attempt.id)
        .limit(MOST)
    )
    return [row for row in reversed(rows.all()) if may_see_result(viewer, row)]


def _attempts_of(rows: Sequence[Any]) -> list[VisibleAttempt]:
    found: dict[uuid.UUID, list[Any]] = {row.id: [] for row in rows}
    for topic in db.session.execute(_TOPICS, {"attempts": list(found)}):
        found[topic.id].append(topic)
    return [
        VisibleAttempt(
            test_id=row.test_id,
            started_at=row.started_at,
            percentage=row.percentage,
            answered=row.answered_count,
            questions=sum(topic.questions for topic in found[row.id]),
            topics=tuple(
                Topic(topic.category, topic.questions, topic.earned, topic.possible)
                for topic in found[row.id]
                if topic.category is not None
            ),
        )
        for row in rows
    ]
