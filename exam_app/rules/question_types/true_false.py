"""True or false, shown as two options with fixed texts and ids: 1 is True, 2 is False.

`{"correct": true, "feedback"?, "feedbackTrue"?, "feedbackFalse"?}`: the last two are for that choice only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.rules.question_types import checks, choices
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType

OPTIONS = [{"id": 1, "text": "True"}, {"id": 2, "text": "False"}]


class TrueFalse(QuestionType):
    name = "true_false"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        feedback_keys = ("feedback", "feedbackTrue", "feedbackFalse")
        body = checks.object_of(definition, {"correct", *feedback_keys}, problems)
        if not isinstance(body.get("correct"), bool):
            problems.add("correct", "Must be true or false.")
        clean = {"correct": body.get("correct"), **checks.feedback_of(body, problems, "", *feedback_keys)}
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return choices.view(OPTIONS)

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        return choices.check_selection(response, {1, 2}, most=1)

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(choices.chosen_ids(response))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        right = choices.chosen_ids(response) == {_right(definition)["id"]}
        return FULL if right else NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        return choices.response_text(OPTIONS, response)

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        return choices.key_for([_right(definition)], "")


def _right(definition: dict[str, Any]) -> dict[str, Any]:
    return OPTIONS[0] if definition["correct"] else OPTIONS[1]
