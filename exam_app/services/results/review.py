"""An attempt question by question: the response, the correct answer, the points and the marker's comment."""

from __future__ import annotations

from typing import Any

from exam_app.models import Answer, Attempt
from exam_app.rules import rubrics
from exam_app.rules.paper import CompiledPaper, PaperQuestion, number, shown_images
from exam_app.services.answers.reading import answers_of
from exam_app.services.answers.views import answer_text, points_of
from exam_app.services.grading.marks import Marks, marks_of, verdict


def question_by_question(attempt: Attempt, paper: CompiledPaper) -> list[dict[str, Any]]:
    """The questions in the order of the attempt, keys included: for viewers who may see the result."""
    answers = {answer.question_id: answer for answer in answers_of(attempt)}
    marks = marks_of([attempt.id])
    return [
        _reviewed(question, index, answers.get(question.id), marks, paper)
        for index, question in enumerate(paper.order(attempt.seed), start=1)
    ]


def _reviewed(
    question: PaperQuestion, index: int, answer: Answer | None, marks: Marks, paper: CompiledPaper
) -> dict[str, Any]:
    given = marks.get((answer.attempt_id, question.id), []) if answer else []
    judged = verdict(given, answer.version, answer.response, question, paper) if answer else None
    return {
        "questionId": question.id,
        "orderIndex": index,
        "answerId": str(answer.id) if answer else None,
        "questionText": question.plain_text,
        "images": shown_images(question.images),
        "yourAnswer": answer_text(question.id, answer.response, paper) if answer else None,
        "rightAnswer": question.type.answer_key(question.definition)["text"],
        "credit": question.credit,
        "isCorrect": answer.is_correct if answer else bool(question.unanswered),
        "points": points_of(answer.points) if answer else number(question.unanswered),
        "maxPoints": number(question.worth),
        "timeSpent": answer.time_spent if answer else 0,
        "comment": judged.comment if judged else None,
        "rubric": rubrics.shown(judged.rubric) if judged else None,
    }
