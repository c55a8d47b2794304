"""Ordering: items are brought into the right order.

Definition: `{"items": [{"id", "text"}], "scoring", "feedback"?}`, the items in the right order, each text
once. Omit ids when writing a question: they are then assigned in the order of the texts (see `entries`).

Student's view: `{"items": [{"itemId", "itemText"}]}`, always shuffled, and from three items on never into the
right order (with two, either order may be shown: otherwise the shown one would reveal the answer).

Response: `{"order": [item ids]}`, each item once, or an empty list for a cleared answer. The initial order is
not an answer.

Score, by `scoring`; the names in brackets are those of Moodle's ordering type, whose formulas these are
(https://docs.moodle.org/en/Ordering_question_type):

- `position` (ABSOLUTE_POSITION), the default: items in their position / items.
- `next` (RELATIVE_NEXT_EXCLUDE_LAST): items followed by their right successor / (items - 1). One misplaced
  item costs little, while with `position` it may shift all others.
- `exact` (ALL_OR_NOTHING): full points if every item is in its position, otherwise 0.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

from exam_app.rules.question_types import checks, entries
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType, numbered

POSITION, NEXT, EXACT = "position", "next", "exact"


class Ordering(QuestionType):
    name = "ordering"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        body = checks.object_of(definition, {"items", "scoring", "feedback"}, problems)
        items = entries.read(body.get("items"), set(), problems, "items", least=2)
        entries.check_distinct(items, problems, "items")
        clean = {
            "items": items,
            "scoring": checks.one_of(body, "scoring", (POSITION, NEXT, EXACT), problems),
            **checks.feedback_of(body, problems),
        }
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {"items": entries.view(definition["items"], "item")}

    def arranged(
        self, definition: dict[str, Any], view: dict[str, Any], may_shuffle: bool, random: Random
    ) -> dict[str, Any]:
        items = list(view["items"])
        random.shuffle(items)
        if len(items) > 2 and [item["itemId"] for item in items] == _right(definition):
            items = [*items[1:], items[0]]
        return {"items": numbered(items)}

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        order = checks.sole_value(response, "order")
        if not isinstance(order, list) or not all(type(item) is int for item in order):
            raise checks.refuse("order", "Must be a list of item ids.")
        if order and sorted(order) != sorted(_right(definition)):
            raise checks.refuse("order", "Must name every item of this question once.")
        return {"order": list(order)}

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(response.get("order"))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal:
        order, right = response["order"], _right(definition)
        if not order or order == right:
            return FULL if order else NOTHING
        if definition["scoring"] == EXACT:
            return NOTHING
        if definition["scoring"] == NEXT:
            return Decimal(len(set(pairwise(order)) & set(pairwise(right)))) / (len(right) - 1)
        return Decimal(sum(a == b for a, b in zip(order, right, strict=True))) / len(right)

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        texts = entries.texts(definition["items"])
        order = enumerate(response["order"], start=1)
        return "; ".join(f"{place}. {texts[item]}" for place, item in order) or None

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        response = {"order": _right(definition)}
        return {"response": response, "text": self.response_text(definition, response)}


def _right(definition: dict[str, Any]) -> list[int]:
    return [item["id"] for item in definition["items"]]
