"""A saved answer and the progress of an attempt, as sent to their student."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from exam_app import clock
from exam_app.realtime.student_row import percentage
from exam_app.rules.paper import CompiledPaper, number


def describe_answer(answer: Mapping[str, Any], paper: CompiledPaper) -> dict[str, Any]:
    """The answer with its version; includes the legacy fields of document 000. Points are null unless
    feedback is immediate.

    `answer` holds the columns of `Answer`; its times may be ISO strings.
    """
    response = answer["response"]
    chosen = response.get("selectedOptionIds") or []
    saved_at = _iso(answer["saved_at"])
    return {
        "answerId": str(answer["id"]),
        "questionId": answer["question_id"],
        "response": response,
        "selectedOptionId": chosen[0] if len(chosen) == 1 else None,
        "answerText": answer_text(answer["question_id"], response, paper),
        "version": answer["version"],
        "flagged": answer["flagged"],
        "timeSpent": answer["time_spent"],
        "savedAt": saved_at,
        "submittedAt": saved_at,
        **describe_verdict(answer, paper),
    }


def describe_verdict(answer: Mapping[str, Any] | None, paper: CompiledPaper) -> dict[str, Any]:
    """`{isCorrect, points}`: null without an answer, and unless feedback is immediate."""
    if answer is None or paper.settings["feedback"] != "immediate":
        return {"isCorrect": None, "points": None}
    return {"isCorrect": answer["is_correct"], "points": points_of(answer["points"])}


def points_of(points: Decimal | str | None) -> int | float | None:
    """The points of an answer as a JSON number; None until a marker has marked it."""
    return None if points is None else number(Decimal(points))


def describe_progress(
    paper: CompiledPaper, answered: int, current_index: int, score: Decimal | None
) -> dict[str, Any]:
    """Counts and percentage answered; `currentScore` only if the paper gives immediate feedback."""
    total = len(paper.questions)
    reveal = paper.settings["feedback"] == "immediate" and score is not None
    return {
        "questionsAnswered": answered,
        "totalQuestions": total,
        "completionPercentage": percentage(answered, total),
        "currentQuestionIndex": current_index,
        "currentScore": number(score) if reveal and score is not None else None,
        "maxPossibleScore": number(paper.total_points),
    }


def _iso(moment: datetime | str) -> str | None:
    return clock.iso(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)


def answer_text(question_id: int, response: dict[str, Any], paper: CompiledPaper) -> str | None:
    """The student's response as readable text."""
    question = paper.questions[question_id]
    return question.type.response_text(question.definition, response)
