"""Answer keys of questions with typed answers: accepted texts and numbers. The first match decides."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import Any

from exam_app.pages.forms import Form
from exam_app.pages.key_forms.base import TICKED, Field, Group, KeyFields, fraction, number, tick, worth

EMPTY_ROWS = 3
"""Rows for further accepted answers."""
_AROUND = ("±", "+/-", "+-")


_COMPARISON = (
    "Kinds of quotes, apostrophes, hyphens and dashes, full-width letters and invisible characters make no "
    "difference, unless you tick “Exact characters”."
)


class Accepted(KeyFields):
    hint: str

    @abstractmethod
    def to_text(self, item: dict[str, Any]) -> str:
        """The accepted answer as a teacher types it."""

    @abstractmethod
    def from_text(self, typed: str) -> dict[str, Any]:
        """The accepted answer for a typed text."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        filled = [(self.to_text(item), item) for item in definition["accepted"]]
        rows = []
        for row, (text, item) in enumerate([*filled, *[("", None)] * EMPTY_ROWS]):
            percent = f"{prefix}worth-{row}", "Points (%)"
            rows.append(
                [
                    Field(f"{prefix}accepted-{row}", f"Answer {row + 1}", text),
                    worth(*percent, item) if item else Field(*percent, "", short=True),
                ]
            )
        hint = f"The first match decides. {self.hint} Leave unused rows empty."
        return [Group(rows, hint=hint)]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        before = {self.to_text(item): item for item in definition["accepted"]}
        found = []
        for row in range(len(definition["accepted"]) + EMPTY_ROWS):
            if typed := form[f"{prefix}accepted-{row}"]:
                item = before.get(typed) or self.from_text(typed)
                found.append({**item, "fraction": fraction(form[f"{prefix}worth-{row}"] or "100")})
        return {**definition, "accepted": found}


class AcceptedTexts(Accepted):
    hint = "In a pattern, * matches anything: “photo*” matches all that starts with photo, \\* an asterisk."

    def to_text(self, item: dict[str, Any]) -> str:
        return str(item["text"])

    def from_text(self, typed: str) -> dict[str, Any]:
        return {"text": typed}

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        strict = tick(f"{prefix}case", "Case-sensitive", definition["caseSensitive"])
        exact = tick(f"{prefix}exact", "Exact characters", definition.get("exact", False))
        return [*super().groups(definition, prefix), Group([[strict], [exact]], "Comparison", _COMPARISON)]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        found = {**super().read(form, definition, prefix), "caseSensitive": form[f"{prefix}case"] == TICKED}
        found.pop("exact", None)
        return {**found, "exact": True} if form[f"{prefix}exact"] == TICKED else found


class AcceptedNumbers(Accepted):
    hint = "A number may have a tolerance, “46 ± 0.5”, or be a range, “3 to 5”."

    def to_text(self, item: dict[str, Any]) -> str:
        if "value" not in item:
            return f"{item['min']} to {item['max']}"
        return (
            str(item["value"]) if not Decimal(item["tolerance"]) else f"{item['value']} ± {item['tolerance']}"
        )

    def from_text(self, typed: str) -> dict[str, Any]:
        low, is_range, high = " ".join(typed.split()).partition(" to ")
        if is_range:
            return {"min": number(low), "max": number(high)}
        mark = next((mark for mark in _AROUND if mark in typed), "±")
        value, is_around, tolerance = typed.partition(mark)
        return {"value": number(value), "tolerance": number(tolerance) if is_around else "0"}

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        found = super().groups(definition, prefix)
        if "units" in definition:
            first, *others = definition["units"]
            rows = [
                [Field(f"{prefix}unit-{row}", f"{unit['text']} per {first['text']}", unit["multiplier"])]
                for row, unit in enumerate(others, start=1)
            ]
            needed = tick(f"{prefix}unit-needed", "The unit is required", definition["unitRequired"])
            hint = f"The answers above are in {first['text']}."
            found.append(Group([*rows, [needed]], legend="Units", hint=hint))
        return found

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        found = super().read(form, definition, prefix)
        if "units" in definition:
            first, *others = definition["units"]
            found["units"] = [first] + [
                {**unit, "multiplier": number(form[f"{prefix}unit-{row}"], unit["multiplier"])}
                for row, unit in enumerate(others, start=1)
            ]
            found["unitRequired"] = form[f"{prefix}unit-needed"] == TICKED
        return found
