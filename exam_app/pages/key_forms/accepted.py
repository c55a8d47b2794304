"""Keys of questions in which something is typed: accepted texts and numbers, the first that fits decides."""

from __future__ import annotations

import re
from abc import abstractmethod
from decimal import Decimal
from typing import Any

from exam_app.pages.forms import Form
from exam_app.pages.key_forms.base import TICKED, Field, Group, KeyFields, fraction, tick, worth

EMPTY_ROWS = 3
"""Places for further accepted answers."""
_RANGE = re.compile(r"(\S+)\s+to\s+(\S+)")
_AROUND = re.compile(r"(\S+)\s*(?:±|\+-|\+/-)\s*(\S+)")


class Accepted(KeyFields):
    hint: str

    @abstractmethod
    def in_words(self, item: dict[str, Any]) -> str:
        """As it is typed."""

    @abstractmethod
    def understood(self, typed: str) -> dict[str, Any]:
        """And back."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        filled = [(self.in_words(item), item) for item in definition["accepted"]]
        rows = []
        for number, (words, item) in enumerate([*filled, *[("", None)] * EMPTY_ROWS]):
            percent = f"{prefix}worth-{number}", "Percent of the points"
            rows.append(
                [
                    Field(f"{prefix}accepted-{number}", f"Answer {number + 1}", words),
                    worth(*percent, item) if item else Field(*percent, "", short=True),
                ]
            )
        hint = f"The first that fits decides. {self.hint} Leave empty what you do not need."
        return [Group(rows, hint=hint)]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        before = {self.in_words(item): item for item in definition["accepted"]}
        found = []
        for number in range(len(definition["accepted"]) + EMPTY_ROWS):
            if typed := form[f"{prefix}accepted-{number}"]:
                item = before.get(typed) or self.understood(typed)
                found.append({**item, "fraction": fraction(form[f"{prefix}worth-{number}"] or "100")})
        return {**definition, "accepted": found}


class AcceptedTexts(Accepted):
    hint = "A pattern has * for anything: “photo*” takes every word that begins so, \\* is an asterisk."

    def in_words(self, item: dict[str, Any]) -> str:
        return str(item["text"])

    def understood(self, typed: str) -> dict[str, Any]:
        return {"text": typed}

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        strict = tick(
            f"{prefix}case", "Capital and small letters have to be the same", definition["caseSensitive"]
        )
        return [*super().groups(definition, prefix), Group([[strict]], legend="Letters")]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        strict = form[f"{prefix}case"] == TICKED
        return {**super().read(form, definition, prefix), "caseSensitive": strict}


class AcceptedNumbers(Accepted):
    hint = "A number may have a tolerance, “46 ± 0.5”, or be a range, “3 to 5”."

    def in_words(self, item: dict[str, Any]) -> str:
        if "value" not in item:
            return f"{item['min']} to {item['max']}"
        return (
            str(item["value"]) if not Decimal(item["tolerance"]) else f"{item['value']} ± {item['tolerance']}"
        )

    def understood(self, typed: str) -> dict[str, Any]:
        if found := _RANGE.fullmatch(typed):
            return {"min": found[1], "max": found[2]}
        if found := _AROUND.fullmatch(typed):
            return {"value": found[1], "tolerance": found[2]}
        return {"value": typed, "tolerance": "0"}

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        found = super().groups(definition, prefix)
        if "units" in definition:
            first, *others = definition["units"]
            rows = [
                [
                    Field(
                        f"{prefix}unit-{number}", f"{unit['text']} in one {first['text']}", unit["multiplier"]
                    )
                ]
                for number, unit in enumerate(others, start=1)
            ]
            needed = tick(
                f"{prefix}unit-needed", "A number without its unit is wrong", definition["unitRequired"]
            )
            hint = f"The answers above are in {first['text']}."
            found.append(Group([*rows, [needed]], legend="Units", hint=hint))
        return found

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        found = super().read(form, definition, prefix)
        if "units" in definition:
            first, *others = definition["units"]
            found["units"] = [first] + [
                {**unit, "multiplier": form[f"{prefix}unit-{number}"]}
                for number, unit in enumerate(others, start=1)
            ]
            found["unitRequired"] = form[f"{prefix}unit-needed"] == TICKED
        return found
