"""The answer key of a cloze question: the key and the weight of each gap."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from exam_app.pages.forms import Form
from exam_app.pages.key_forms.base import Field, Group, KeyFields, number, unreadable


@dataclass(frozen=True)
class Gaps(KeyFields):
    """`parts`: the fields by the question type of a gap."""

    parts: dict[str, KeyFields]

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        found = []
        for gap in definition["gaps"]:
            own = f"{prefix}gap-{gap['id']}-"
            inner = self.parts[gap["type"]].groups(gap["definition"], own)
            found += [
                replace(group, legend=f"Gap ({gap['id']}){': ' + group.legend if index else ''}")
                for index, group in enumerate(inner)
            ]
            weight = Field(f"{own}weight", f"Weight of gap ({gap['id']})", str(gap["weight"]), short=True)
            found[-1] = replace(found[-1], rows=[*found[-1].rows, [weight]])
        return found

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        return {**definition, "gaps": [self._gap(form, gap, prefix) for gap in definition["gaps"]]}

    def _gap(self, form: Form, gap: dict[str, Any], prefix: str) -> dict[str, Any]:
        own = f"{prefix}gap-{gap['id']}-"
        weight = number(form[f"{own}weight"])
        if not weight.isdigit() or len(weight) > 3:
            raise unreadable(f"“{weight}” is not a valid weight: enter a whole number.")
        inner = self.parts[gap["type"]].read(form, gap["definition"], own)
        return {**gap, "weight": int(weight), "definition": inner}
