"""Short answer: a typed text, compared with accepted texts in their order; the first match decides.

`{"accepted": [{"text", "fraction", "feedback"?}], "caseSensitive", "exact"?, "feedback"?}`: `*` in an
accepted text is a wildcard and `\\*` an asterisk, as in GIFT and Moodle. White space is collapsed.

Texts that a reader cannot tell apart are the same (`rules/typed_text.py`), unless `exact` is true: then they
are compared in NFC.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.rules.question_types import checks, wildcards
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType

MAX_ACCEPTED = 100


class ShortAnswer(QuestionType):
    name = "short_answer"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        body = checks.object_of(definition, {"accepted", "caseSensitive", "exact", "feedback"}, problems)
        items = checks.list_of(body.get("accepted"), problems, "accepted", 1, MAX_ACCEPTED)
        clean = {
            "accepted": [_accepted(item, index, problems) for index, item in enumerate(items)],
            "caseSensitive": checks.flag(body, "caseSensitive", False, problems),
            **({"exact": True} if checks.flag(body, "exact", False, problems) else {}),
            **checks.feedback_of(body, problems),
        }
        problems.raise_if_any()
        self._refuse_unreachable(clean)
        return clean

    def exactly(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {**definition, "exact": True}

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {}

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        return {"text": checks.typed_text(response)}

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool((response.get("text") or "").strip())

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        if not self.is_answered(response):
            return NOTHING
        typed = wildcards.Typed(
            response["text"], definition["caseSensitive"], exact=definition.get("exact", False)
        )
        for item in definition["accepted"]:
            if typed.matches(item["text"]):
                return checks.share(item)
        return NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str:
        return str(response["text"])

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        right = [wildcards.literal(item["text"]) for item in _right(definition)]
        return {"response": {"text": right[0]}, "text": " or ".join(right)}

    def _refuse_unreachable(self, definition: dict[str, Any]) -> None:
        if not _right(definition):
            raise checks.refuse("accepted", "One accepted text must be worth the full points (fraction 1).")
        if self.share(definition, self.answer_key(definition)["response"]) != FULL:
            raise checks.refuse(
                "accepted",
                "An earlier text of lower fraction matches the right answer. Move it down.",
            )


def _right(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in definition["accepted"] if checks.share(item) == FULL]


def _accepted(item: object, index: int, problems: checks.Problems) -> dict[str, Any]:
    field = f"accepted.{index}"
    body = checks.object_of(item, {"text", "fraction", "feedback"}, problems, field)
    return {
        "text": wildcards.normal_form(checks.required_text(body.get("text"), problems, f"{field}.text")),
        "fraction": checks.fraction(body.get("fraction", 1.0), problems, f"{field}.fraction", 0),
        **checks.feedback_of(body, problems, field),
    }
