"""Cloze: a text with gaps, each a question of its own: a short answer, a number or a choice.

Definition: `{"gaps": [{"id", "type", "weight", "definition"}], "feedback"?}`. The text of the question has
the placeholder `[[id]]` for each gap, once: `"Water boils at [[1]] °C and is made of [[2]] and oxygen."`.
`type` is `short_answer`, `numerical` or `multiple_choice`, and `definition` is one of that type. `weight` is
a whole number from 1 to 100, by default 1.

Student's view: `{"gaps": [{"gapId", "gapType", "options"?, "units"?}]}`, with what the student sees of each
type.

Response: `{"gaps": [{"gapId", "response"}]}`, each response in the form of its type, empty gaps omitted. An
invalid `number` in a numerical gap is stored and wrong, since a refusal would also reject the other gaps; a
`text` that is no number is marked manually, with the whole question.

Score: the weighted mean of the gaps' shares, none below 0: sum of weight × share / sum of weights. It is
Moodle's rule: the points of a question are divided among its subquestions by their weights
(https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from exam_app import errors
from exam_app.rules import typed_numbers
from exam_app.rules.question_types import checks, decimals
from exam_app.rules.question_types.base import NOTHING, QuestionType
from exam_app.rules.question_types.checks import Problems
from exam_app.rules.question_types.choices import MAX_ID
from exam_app.rules.question_types.multiple_choice import MultipleChoice
from exam_app.rules.question_types.numerical import Numerical
from exam_app.rules.question_types.short_answer import ShortAnswer

MAX_GAPS = 50
MAX_WEIGHT = 100
MAX_TYPED = 500
_TYPES: dict[str, QuestionType] = {kind.name: kind for kind in (ShortAnswer(), Numerical(), MultipleChoice())}
_MARK = re.compile(r"\[\[([0-9]+)\]\]")


class Cloze(QuestionType):
    name = "cloze"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = Problems()
        body = checks.object_of(definition, {"gaps", "feedback"}, problems)
        items = checks.list_of(body.get("gaps"), problems, "gaps", 1, MAX_GAPS)
        gaps = [_gap(item, f"gaps.{index}", problems) for index, item in enumerate(items)]
        if len({gap["id"] for gap in gaps}) != len(gaps):
            problems.add("gaps", "Every gap needs an id of its own.")
        clean = {"gaps": gaps, **checks.feedback_of(body, problems)}
        problems.raise_if_any()
        return clean

    def check_text(self, definition: dict[str, Any], text: str) -> None:
        marks = Counter(int(number) for number in _MARK.findall(text))
        ids = {gap["id"] for gap in definition["gaps"]}
        wrong = sorted(number for number in ids | set(marks) if marks[number] != 1 or number not in ids)
        if wrong:
            listed = ", ".join(f"[[{number}]]" for number in wrong)
            raise checks.refuse("questionText", f"Must have one placeholder for each gap. Check {listed}.")

    def plain_text(self, text: str) -> str:
        return _MARK.sub(r"(\1) _____", text)

    def exactly(self, definition: dict[str, Any]) -> dict[str, Any]:
        gaps = [
            {**gap, "definition": _TYPES[gap["type"]].exactly(gap["definition"])}
            for gap in definition["gaps"]
        ]
        return {**definition, "gaps": gaps}

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {
            "gaps": [
                {
                    "gapId": gap["id"],
                    "gapType": gap["type"],
                    **_TYPES[gap["type"]].student_view(gap["definition"]),
                }
                for gap in definition["gaps"]
            ]
        }

    def arranged(
        self, definition: dict[str, Any], view: dict[str, Any], may_shuffle: bool, random: Random
    ) -> dict[str, Any]:
        gaps = zip(definition["gaps"], view["gaps"], strict=True)
        return {
            "gaps": [
                _TYPES[gap["type"]].arranged(gap["definition"], shown, may_shuffle, random)
                for gap, shown in gaps
            ]
        }

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        value = checks.sole_value(response, "gaps")
        if not isinstance(value, list):
            raise checks.refuse("gaps", "Must be a list.")
        gaps = {gap["id"]: gap for gap in definition["gaps"]}
        found: dict[int, dict[str, Any]] = {}
        for item in value:
            if not isinstance(item, dict) or set(item) != {"gapId", "response"}:
                raise checks.refuse("gaps", "Each entry must have gapId and response, and nothing else.")
            gap_id = item["gapId"]
            if type(gap_id) is not int or gap_id not in gaps:
                raise checks.refuse("gaps", "Names a gap that this question does not have.")
            if gap_id in found:
                raise checks.refuse("gaps", f"gapId {gap_id} occurs twice.")
            found[gap_id] = _checked(gaps[gap_id], item["response"])
        filled = [
            gap_id for gap_id in sorted(found) if _TYPES[gaps[gap_id]["type"]].is_answered(found[gap_id])
        ]
        return {"gaps": [{"gapId": gap_id, "response": found[gap_id]} for gap_id in filled]}

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(response.get("gaps"))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
        shares = [(gap["weight"], _share(gap, inner)) for gap, inner in _filled(definition, response)]
        earned = NOTHING
        for weight, share in shares:
            if share is None:
                return None
            earned += weight * max(share, NOTHING)
        return earned / sum(gap["weight"] for gap in definition["gaps"])

    def certain_part(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any] | None:
        certain = {
            gap["id"] for gap, inner in _filled(definition, response) if _share(gap, inner) is not None
        }
        return {"gaps": [item for item in response["gaps"] if item["gapId"] in certain]}

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str | None:
        words = [
            f"({gap['id']}) {_TYPES[gap['type']].response_text(gap['definition'], inner)}"
            for gap, inner in _filled(definition, response)
        ]
        return "; ".join(words) or None

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        keys = {gap["id"]: _TYPES[gap["type"]].answer_key(gap["definition"]) for gap in definition["gaps"]}
        return {
            "response": {"gaps": [{"gapId": i, "response": keys[i]["response"]} for i in sorted(keys)]},
            "text": "; ".join(f"({gap_id}) {key['text']}" for gap_id, key in keys.items()),
        }


def _gap(item: object, field: str, problems: Problems) -> dict[str, Any]:
    body = checks.object_of(item, {"id", "type", "weight", "definition"}, problems, field)
    gap_id = checks.whole(body.get("id"), 1, MAX_ID, problems, f"{field}.id")
    weight = checks.whole(body.get("weight", 1), 1, MAX_WEIGHT, problems, f"{field}.weight")
    name = body.get("type")
    if not isinstance(name, str) or name not in _TYPES:
        problems.add(f"{field}.type", f"Must be one of {', '.join(_TYPES)}.")
        return {"id": gap_id}
    try:
        definition = _TYPES[name].validate_definition(body.get("definition", {}))
    except errors.InvalidInput as error:
        for key, messages in error.details.items():
            problems.add(f"{field}.definition.{key}", " ".join(messages))
        definition = {}
    return {"id": gap_id, "type": name, "weight": weight, "definition": definition}


def _checked(gap: dict[str, Any], response: object) -> dict[str, Any]:
    if not isinstance(response, dict):
        raise checks.refuse("gaps", "Each response must be an object.")
    for typed in response.values():
        problem = checks.text_problem(typed, MAX_TYPED) if isinstance(typed, str) else None
        if problem:
            raise checks.refuse("gaps", problem)
    kind, typed = _TYPES[gap["type"]], response.get("number")
    if gap["type"] == Numerical.name and isinstance(typed, str) and typed_numbers.read(typed).problem:
        return {**kind.check_response(gap["definition"], {**response, "number": ""}), "number": typed.strip()}
    return kind.check_response(gap["definition"], response)


def _filled(
    definition: dict[str, Any], response: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The gaps that are filled in, in the order of the question."""
    found = {item["gapId"]: item["response"] for item in response["gaps"]}
    return ((gap, found[gap["id"]]) for gap in definition["gaps"] if gap["id"] in found)


def _share(gap: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
    if gap["type"] == Numerical.name and not decimals.is_stored(response.get("number", "0")):
        return NOTHING
    return _TYPES[gap["type"]].share(gap["definition"], response)
