"""Correcting a question: what may change in a paper that people have taken, and what follows for points."""

from __future__ import annotations

from typing import Any

from exam_app.errors import Conflict, InvalidInput
from exam_app.rules.paper import CompiledPaper, Credit, PaperQuestion


def corrected_definition(question: PaperQuestion, definition: dict[str, Any]) -> dict[str, Any]:
    """`definition` in its normal form, if it differs from the question's by nothing but the key.

    :raises InvalidInput: it is not valid, or a student would have seen something else.
    :raises Conflict: it is the key already.
    """
    clean = question.type.validate_definition(definition)
    if is_same(question, clean):
        raise Conflict("This is the key already. Change it, then save.")
    if _shown(question, clean) != _shown(question, question.definition):
        words = "Only the key can be corrected: what the students saw has to stay as it is."
        raise InvalidInput(details={"definition": [words]})
    return clean


def is_same(question: PaperQuestion, definition: dict[str, Any]) -> bool:
    """Whether this is the question's definition, however it is written down."""
    normal = question.type.validate_definition
    return normal(definition) == normal(question.definition)


def corrected_content(content: dict[str, Any], question_id: int, **corrected: Any) -> dict[str, Any]:
    """The content of a paper with another `definition` or `credit` of one question."""
    questions = [
        {**question, **corrected} if question["questionId"] == question_id else question
        for question in content["questions"]
    ]
    return {**content, "questions": questions}


def rekeyed(before: CompiledPaper, after: CompiledPaper) -> dict[int, PaperQuestion]:
    """The questions that have another key in `after`, or count otherwise, by id."""
    return {
        question.id: question
        for question in after.questions.values()
        if (question.definition, question.credit) != _counted(before.questions[question.id])
    }


def key_text(question: PaperQuestion) -> str:
    """What earns points, in words."""
    key = question.type.answer_key(question.definition)["text"]
    return _GIVEN.get(question.credit) or key or "A person marks it"


_GIVEN = {
    Credit.FULL: "Full points for everybody, answered or not",
    Credit.LEFT_OUT: "Left out: it does not count",
}


def _counted(question: PaperQuestion) -> tuple[dict[str, Any], Credit]:
    return question.definition, question.credit


def _shown(question: PaperQuestion, definition: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    return question.type.student_view(definition), definition.get("shuffle")
