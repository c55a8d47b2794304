"""Correcting a question: what may change in a paper that has been taken, and how that affects points."""

from __future__ import annotations

from typing import Any

from exam_app.errors import Conflict, InvalidInput
from exam_app.rules.paper import TEXT_COMPARISON, CompiledPaper, Credit, PaperQuestion


def corrected_definition(question: PaperQuestion, definition: dict[str, Any]) -> dict[str, Any]:
    """`definition` in its normal form, if it differs from the question's only by the key.

    :raises InvalidInput: it is not valid, or it changes what students saw.
    :raises Conflict: this is already the key.
    """
    clean = question.type.validate_definition(definition)
    if clean == question.type.validate_definition(question.definition):
        raise Conflict("This is already the key. Change it, then save.")
    if _shown(question, clean) != _shown(question, question.definition):
        words = "Only the key can be corrected: what the students saw must stay as it is."
        raise InvalidInput(details={"definition": [words]})
    return clean


def is_same(question: PaperQuestion, definition: dict[str, Any]) -> bool:
    """Whether `definition` is what the question's author wrote, in whatever form it is written."""
    normal = question.type.validate_definition
    return normal(definition) == normal(question.written)


def corrected_content(content: dict[str, Any], question_id: int, **corrected: Any) -> dict[str, Any]:
    """The content of a paper with a changed `definition` or `credit` of one question.

    A corrected key compares texts as papers do now; the preview of a regrade shows what that changes.
    """
    if "definition" in corrected:
        corrected["textComparison"] = TEXT_COMPARISON
    questions = [
        {**question, **corrected} if question["questionId"] == question_id else question
        for question in content["questions"]
    ]
    return {**content, "questions": questions}


def rekeyed(before: CompiledPaper, after: CompiledPaper) -> dict[int, PaperQuestion]:
    """The questions whose key or credit differs in `after`, by id."""
    return {
        question.id: question
        for question in after.questions.values()
        if (question.definition, question.credit) != _counted(before.questions[question.id])
    }


def key_text(question: PaperQuestion) -> str:
    """What earns points, human-readable."""
    key = question.type.answer_key(question.definition)["text"]
    if key and _is_exact(question.definition):
        key += " (exact characters)"
    return _GIVEN.get(question.credit) or key or "Marked manually"


def _is_exact(definition: dict[str, Any]) -> bool:
    return definition.get("exact", False) or any(
        _is_exact(gap["definition"]) for gap in definition.get("gaps", ())
    )


_GIVEN = {
    Credit.FULL: "Full points for everybody, answered or not",
    Credit.LEFT_OUT: "Left out: it does not count",
}


def _counted(question: PaperQuestion) -> tuple[dict[str, Any], Credit]:
    return question.definition, question.credit


def _shown(question: PaperQuestion, definition: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    return question.type.student_view(definition), definition.get("shuffle")
