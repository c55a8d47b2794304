"""A late answer beside the current one, for the staff member who decides between them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exam_app import clock
from exam_app.errors import InvalidInput
from exam_app.models import Answer, Attempt
from exam_app.services.answers.views import answer_text
from exam_app.services.authoring import papers


def checked(attempt: Attempt, question_id: int, response: dict[str, Any]) -> dict[str, Any] | None:
    """The normalized response; None if it fits no question of the paper. A late response is stored as
    received, so this is its first validation."""
    question = papers.compiled(attempt.paper_id).questions.get(question_id)
    if question is None:
        return None
    try:
        return question.type.check_response(question.definition, response)
    except InvalidInput:
        return None


def ended_at(attempt: Attempt) -> datetime:
    """The end of the time in which an answer was typed in time: the deadline, or an earlier submission."""
    return min(attempt.deadline_at, attempt.submitted_at or attempt.deadline_at)


def place(attempt: Attempt, question_id: int) -> dict[str, Any]:
    """The question and its position from 1 in this student's order; the position is None if it is not in the
    paper."""
    order = [question.id for question in papers.compiled(attempt.paper_id).order(attempt.seed)]
    index = order.index(question_id) + 1 if question_id in order else None
    return {"questionId": question_id, "questionIndex": index}


def describe(
    attempt: Attempt,
    question_id: int,
    response: dict[str, Any],
    current: Answer | None,
    typed_at: datetime | None,
    client_time: datetime | None,
    arrived_at: datetime,
) -> dict[str, Any]:
    """Both answers as readable text, and when the late one was typed; `typed_at` is None if no page measured
    it. Then it was typed when it arrived at the latest, and whether in time is None if nobody knows."""
    paper = papers.compiled(attempt.paper_id)
    readable = checked(attempt, question_id, response)
    in_time = (typed_at or arrived_at) <= ended_at(attempt)
    return {
        **place(attempt, question_id),
        "questionText": paper.questions[question_id].plain_text if question_id in paper.questions else None,
        "answer": answer_text(question_id, readable, paper) if readable else None,
        "standingAnswer": answer_text(question_id, current.response, paper) if current else None,
        "isReadable": readable is not None,
        "typedAt": clock.iso(typed_at or arrived_at),
        "clientTime": clock.iso(client_time),
        "typedAtSource": "page" if typed_at else "arrival",
        "typedInTime": in_time or (False if typed_at else None),
    }
