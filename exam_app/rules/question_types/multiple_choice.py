"""Multiple choice: exactly one option is chosen.

`{"options": [{"id", "text", "fraction", "fixed"?, "feedback"?}], "shuffle", "feedback"?}`: at least one
option has the fraction 1; others may earn a part. A negative fraction earns 0, as a score is never below 0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.rules.question_types import checks, choices
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType


class MultipleChoice(QuestionType):
    name = "multiple_choice"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        body = checks.object_of(definition, {"options", "shuffle", "feedback"}, problems)
        options = choices.options(body.get("options"), problems)
        if options and not _right(options):
            problems.add("options", "One option must be worth the full points (fraction 1).")
        clean = {
            "options": options,
            "shuffle": checks.flag(body, "shuffle", True, problems),
            **checks.feedback_of(body, problems),
        }
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return choices.view(definition["options"])

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        return choices.check_selection(response, {option["id"] for option in definition["options"]}, most=1)

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(choices.chosen_ids(response))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        chosen = choices.chosen_ids(response)
        shares = [checks.share(option) for option in definition["options"] if option["id"] in chosen]
        return shares[0] if len(shares) == 1 else NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        return choices.response_text(definition["options"], response)

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        right = _right(definition["options"])
        return {**choices.key_for(right[:1], ""), "text": " or ".join(option["text"] for option in right)}


def _right(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [option for option in options if checks.share(option) == FULL]
