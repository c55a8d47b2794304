"""Multiple response: any number of options is chosen.

`{"options": [{"id", "text", "fraction", "fixed"?, "feedback"?}], "shuffle", "partialCredit", "feedback"?}`:
the positive fractions add up to 1. With partial credit the chosen fractions are summed, at least 0; without
it, only the exact set of options with a positive fraction earns anything.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.rules.question_types import checks, choices
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType

#: Three times 33.33 % is meant to be 100 %.
TOLERANCE = Decimal("0.001")


class MultipleResponse(QuestionType):
    name = "multiple_response"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        body = checks.object_of(definition, {"options", "shuffle", "partialCredit", "feedback"}, problems)
        options = choices.options(body.get("options"), problems)
        if options and abs(sum(map(checks.share, _right(options)), NOTHING) - FULL) > TOLERANCE:
            problems.add("options", "The positive fractions must add up to 1.")
        clean = {
            "options": options,
            "shuffle": checks.flag(body, "shuffle", True, problems),
            "partialCredit": checks.flag(body, "partialCredit", True, problems),
            **checks.feedback_of(body, problems),
        }
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return choices.view(definition["options"])

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        known = {option["id"] for option in definition["options"]}
        return choices.check_selection(response, known, most=len(known))

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(choices.chosen_ids(response))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        chosen = choices.chosen_ids(response)
        if definition["partialCredit"]:
            return _sum_of_chosen(definition["options"], chosen)
        exact = chosen == {option["id"] for option in _right(definition["options"])}
        return FULL if exact else NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        return choices.response_text(definition["options"], response)

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        return choices.key_for(_right(definition["options"]), "; ")


def _right(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [option for option in options if option["fraction"] > 0]


def _sum_of_chosen(options: list[dict[str, Any]], chosen: set[int]) -> Decimal:
    total = sum((checks.share(option) for option in options if option["id"] in chosen), NOTHING)
    return FULL if total >= FULL - TOLERANCE else total
