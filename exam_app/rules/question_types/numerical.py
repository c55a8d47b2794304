"""Numerical: a typed number, compared with accepted numbers and ranges; the first match decides.

Definition: `{"accepted": [{"value", "tolerance", ..} | {"min", "max", ..}], "units"?, "unitRequired"?,
"feedback"?}`, each accepted number with `"fraction"` and `"feedback"?`, numbers as text; ranges include both
ends. Decimals are exact: 0.1 + 0.2 is 0.3.

`units` are `{"text", "multiplier"}`: how many of this unit equal one of the first, whose multiplier is 1.
Accepted numbers are in the first unit. With `m` and `cm` (multiplier 100), 3.5 m is also 350 cm. Moodle's
multiplier is the same (https://docs.moodle.org/en/Numerical_question_type). A number without a unit earns
0, unless `unitRequired` is false: then it is in the first unit.

Student's view: `{}`, or the texts of the units, `{"units": ["m", "cm"]}`, to choose from.

Response: `{"number": "3.5"}`, with units also `"unit": "m"`. A text that is no number, or can mean two
(1,250), is `{"text": "about 3"}`, as typed: it is marked manually, unless both numbers earn the same. A
refusal would leave the answer before it in effect, which may be the first half of it.
"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

from exam_app.rules import typed_numbers
from exam_app.rules.question_types import checks, decimals
from exam_app.rules.question_types.base import FULL, NOTHING, QuestionType

MAX_ACCEPTED = 100
MAX_UNITS = 20
MAX_TYPED = 500
_EXACT = Context(prec=800)


class Numerical(QuestionType):
    name = "numerical"

    def validate_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        problems = checks.Problems()
        body = checks.object_of(definition, {"accepted", "units", "unitRequired", "feedback"}, problems)
        items = checks.list_of(body.get("accepted"), problems, "accepted", 1, MAX_ACCEPTED)
        accepted = [_accepted(item, index, problems) for index, item in enumerate(items)]
        clean = {"accepted": accepted, **_units(body, problems), **checks.feedback_of(body, problems)}
        problems.raise_if_any()
        self._refuse_unreachable(clean)
        return clean

    def student_view(self, definition: dict[str, Any]) -> dict[str, Any]:
        return {"units": [unit["text"] for unit in definition["units"]]} if "units" in definition else {}

    def check_response(self, definition: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
        """The number "" when cleared, in ASCII with a decimal point; `answerText` works too.

        Programs send `number`: what is no number is refused. A `text` is what a person typed.
        """
        chosen: dict[str, Any] = {}
        if "units" in definition and isinstance(response, dict) and "unit" in response:
            chosen = {"unit": response["unit"]}
            response = {name: value for name, value in response.items() if name != "unit"}
            if chosen["unit"] not in [unit["text"] for unit in definition["units"]]:
                raise checks.refuse("unit", "Is not a unit of this question.")
        if isinstance(response, dict) and "text" in response:
            return {**_understood(checks.sole_value(response, "text")), **chosen}
        value = checks.sole_value(response, "number", "answerText")
        if isinstance(value, str) and "." not in value and typed_numbers.read(value).meanings:
            return {"text": value.strip(), **chosen}
        try:
            return {"number": decimals.clean(value), **chosen}
        except ValueError as problem:
            raise checks.refuse("number", str(problem)) from None

    def is_answered(self, response: dict[str, Any]) -> bool:
        return bool(response.get("number") or response.get("text"))

    def share(self, definition: dict[str, Any], response: dict[str, Any]) -> Decimal | None:
        if not self.is_answered(response):
            return NOTHING
        meanings = [response["number"]] if "number" in response else _meanings(response["text"])
        if not meanings:
            return None
        multiplier = _multiplier(definition, response.get("unit"))
        if multiplier is None:
            return NOTHING
        shares = {self._share_of(definition, Decimal(one), multiplier) for one in meanings}
        return shares.pop() if len(shares) == 1 else None

    def _share_of(self, definition: dict[str, Any], number: Decimal, multiplier: Decimal) -> Decimal:
        for item in definition["accepted"]:
            low, high = _bounds(item)
            if _EXACT.multiply(low, multiplier) <= number <= _EXACT.multiply(high, multiplier):
                return checks.share(item)
        return NOTHING

    def response_text(self, definition: dict[str, Any], response: dict[str, Any]) -> str:
        number = str(response.get("text", response.get("number", "")))
        return f"{number} {response['unit']}" if number and "unit" in response else number

    def answer_key(self, definition: dict[str, Any]) -> dict[str, Any]:
        right = _right(definition)
        number = right[0].get("value") or right[0]["min"]
        unit = {"unit": definition["units"][0]["text"]} if "units" in definition else {}
        words = " or ".join(map(_readable, right))
        return {"response": {"number": number, **unit}, "text": " ".join([words, *unit.values()])}

    def _refuse_unreachable(self, definition: dict[str, Any]) -> None:
        if not _right(definition):
            raise checks.refuse("accepted", "One accepted number must be worth the full points (fraction 1).")
        if self.share(definition, self.answer_key(definition)["response"]) != FULL:
            raise checks.refuse("accepted", "An earlier number of lower fraction matches the right answer.")


def _understood(typed: object) -> dict[str, str]:
    """The response for a typed text: its number, or the text itself."""
    if problem := checks.text_problem(typed, MAX_TYPED):
        raise checks.refuse("text", problem)
    text = str(typed).strip()
    reading = typed_numbers.read(text)
    return {"text": text} if reading.number is None else {"number": reading.number}


def _meanings(text: str) -> tuple[str, ...]:
    """The numbers that a typed text can mean: none, one or two."""
    reading = typed_numbers.read(text)
    return (reading.number,) if reading.number else reading.meanings or ()


def _right(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in definition["accepted"] if checks.share(item) == FULL]


def _units(body: dict[str, Any], problems: checks.Problems) -> dict[str, Any]:
    """`units` and `unitRequired` if the question has units, otherwise {}."""
    if not body.get("units"):
        return {}
    found = []
    for index, item in enumerate(checks.list_of(body["units"], problems, "units", 1, MAX_UNITS)):
        field = f"units.{index}"
        unit = checks.object_of(item, {"text", "multiplier"}, problems, field)
        found.append(
            {
                "text": checks.required_text(unit.get("text"), problems, f"{field}.text"),
                "multiplier": _number(unit, "multiplier", problems, f"{field}.multiplier"),
            }
        )
        if Decimal(found[-1]["multiplier"]) <= 0:
            problems.add(f"{field}.multiplier", "Must be above 0.")
    if found and Decimal(found[0]["multiplier"]) != 1:
        problems.add("units.0.multiplier", "Must be 1: accepted numbers are in the first unit.")
    if len({unit["text"] for unit in found}) != len(found):
        problems.add("units", "A unit occurs twice.")
    return {"units": found, "unitRequired": checks.flag(body, "unitRequired", True, problems)}


def _multiplier(definition: dict[str, Any], unit: str | None) -> Decimal | None:
    """How many of the unit equal one of the first; None if a required unit is missing."""
    if "units" not in definition:
        return FULL
    if unit is None:
        return None if definition["unitRequired"] else FULL
    return next(Decimal(known["multiplier"]) for known in definition["units"] if known["text"] == unit)


def _bounds(item: dict[str, Any]) -> tuple[Decimal, Decimal]:
    if "value" not in item:
        return Decimal(item["min"]), Decimal(item["max"])
    value, tolerance = Decimal(item["value"]), Decimal(item["tolerance"])
    return _EXACT.subtract(value, tolerance), _EXACT.add(value, tolerance)


def _readable(item: dict[str, Any]) -> str:
    if "value" not in item:
        return f"{item['min']} to {item['max']}"
    return item["value"] if not Decimal(item["tolerance"]) else f"{item['value']} ± {item['tolerance']}"


def _accepted(item: object, index: int, problems: checks.Problems) -> dict[str, Any]:
    field = f"accepted.{index}"
    is_range = isinstance(item, dict) and ("min" in item or "max" in item)
    numbers = ("min", "max") if is_range else ("value", "tolerance")
    body = checks.object_of(item, {*numbers, "fraction", "feedback"}, problems, field)
    clean = {key: _number(body, key, problems, f"{field}.{key}") for key in numbers}
    if is_range and Decimal(clean["min"]) > Decimal(clean["max"]):
        problems.add(f"{field}.max", "Must not be below the minimum.")
    if not is_range and Decimal(clean["tolerance"]) < 0:
        problems.add(f"{field}.tolerance", "Must not be negative.")
    return {
        **clean,
        "fraction": checks.fraction(body.get("fraction", 1.0), problems, f"{field}.fraction", 0),
        **checks.feedback_of(body, problems, field),
    }


def _number(body: dict[str, Any], key: str, problems: checks.Problems, field: str) -> str:
    """The number under `key`; "0" if it is missing, which is a problem except for the tolerance."""
    try:
        number = decimals.clean(body.get(key, "0" if key == "tolerance" else ""))
    except ValueError as problem:
        problems.add(field, str(problem))
        return "0"
    if not number:
        problems.add(field, "Is required.")
    return number or "0"
