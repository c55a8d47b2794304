"""Essay: a text that is marked manually.

Definition: `{"minWords", "maxWords", "lines", "rubric"?, "graderNotes"?, "feedback"?}`. The limits are whole
numbers or null; they are shown to the student and to the marker, but not enforced, since truncating an answer
would lose work. `lines` is the height of the field. `rubric` is a list of criteria
`{"text", "points", "levels"?}`, levels `{"text", "points"}`; points are numbers as text and are scaled to
what the question is worth in a test. `graderNotes` describe a good answer.

Student's view: `{"minWords", "maxWords", "lines"}`; rubric and notes are for markers.

Response: `{"text"}`, plain text of at most 200,000 characters: the most words that may be asked for, in any
language. Words are counted as in `rules/words.py`.

Score: none until it is marked; a blank text earns 0 at once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app.rules import words
from exam_app.rules.question_types import checks, decimals
from exam_app.rules.question_types.base import NOTHING, QuestionType
from exam_app.rules.question_types.checks import Problems

MAX_WORDS = 10_000
MAX_TEXT = 20 * MAX_WORDS
"""Characters. Words of Greenlandic and Inuktitut, the longest, have 15 to 18 with the space after them."""
MAX_LINES = 60
MAX_CRITERIA = 30
MAX_LEVELS = 10


class Essay(QuestionType):
    name = "essay"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = Problems()
        known = {"minWords", "maxWords", "lines", "rubric", "graderNotes", "feedback"}
        body = checks.object_of(definition, known, problems)
        clean: dict[str, Any] = {
            "minWords": _limit(body, "minWords", problems),
            "maxWords": _limit(body, "maxWords", problems),
            "lines": checks.whole(body.get("lines", 15), 2, MAX_LINES, problems, "lines"),
            **checks.feedback_of(body, problems, "", "graderNotes", "feedback"),
        }
        if (clean["minWords"] or 0) > (clean["maxWords"] or MAX_WORDS):
            problems.add("maxWords", "Must not be below the minimum.")
        if body.get("rubric"):
            items = checks.list_of(body["rubric"], problems, "rubric", 1, MAX_CRITERIA)
            clean["rubric"] = [_criterion(item, index, problems) for index, item in enumerate(items)]
        problems.raise_if_any()
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {name: definition[name] for name in ("minWords", "maxWords", "lines")}

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        return {"text": checks.typed_text(response, MAX_TEXT)}

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool((response.get("text") or "").strip())

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
        return None if self.is_answered(response) else NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str:
        return str(response["text"])

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {"response": None, "text": None}


def words_in(text: str) -> int:
    return words.count(text)


def _limit(body: dict[str, Any], key: str, problems: Problems) -> int | None:
    value = body.get(key)
    return None if value is None else checks.whole(value, 1, MAX_WORDS, problems, key)


def _criterion(item: object, index: int, problems: Problems) -> dict[str, Any]:
    field = f"rubric.{index}"
    body = checks.object_of(item, {"text", "points", "levels"}, problems, field)
    criterion: dict[str, Any] = {
        "text": checks.required_text(body.get("text"), problems, f"{field}.text"),
        "points": _points(body.get("points"), problems, f"{field}.points"),
    }
    if Decimal(criterion["points"]) <= 0:
        problems.add(f"{field}.points", "Must be above 0.")
    if body.get("levels"):
        levels = checks.list_of(body["levels"], problems, f"{field}.levels", 2, MAX_LEVELS)
        criterion["levels"] = [
            _level(level, Decimal(criterion["points"]), f"{field}.levels.{place}", problems)
            for place, level in enumerate(levels)
        ]
    return criterion


def _level(item: object, most: Decimal, field: str, problems: Problems) -> dict[str, str]:
    body = checks.object_of(item, {"text", "points"}, problems, field)
    points = _points(body.get("points"), problems, f"{field}.points")
    if not 0 <= Decimal(points) <= most:
        problems.add(f"{field}.points", "Must lie between 0 and the points of the criterion.")
    return {"text": checks.required_text(body.get("text"), problems, f"{field}.text"), "points": points}


def _points(value: object, problems: Problems, field: str) -> str:
    try:
        points = decimals.clean(value)
    except ValueError as problem:
        problems.add(field, str(problem))
        return "0"
    if not points:
        problems.add(field, "Is required.")
    return points or "0"
