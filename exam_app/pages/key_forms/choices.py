"""Answer keys of questions in which students choose, match or order what is shown."""

from __future__ import annotations

from typing import Any

from exam_app.pages.forms import Form
from exam_app.pages.key_forms.base import Field, Group, KeyFields, Look, fraction, unreadable, worth


class Truth(KeyFields):
    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        options = (("true", "True"), ("false", "False"))
        value = "true" if definition["correct"] else "false"
        return [Group([[Field(f"{prefix}correct", "", value, Look.RADIO, options)]])]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        return {**definition, "correct": form[f"{prefix}correct"] == "true"}


class Options(KeyFields):
    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        hint = (
            "In percent of the points: 100 is correct, 0 is wrong. Values between give partial credit; "
            "negative values deduct points if students can choose several options."
        )
        rows = [[worth(f"{prefix}worth-{item['id']}", item["text"], item)] for item in definition["options"]]
        return [Group(rows, hint=hint)]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        options = [
            {**item, "fraction": fraction(form[f"{prefix}worth-{item['id']}"])}
            for item in definition["options"]
        ]
        return {**definition, "options": options}


class Matches(KeyFields):
    """One of the shown choices for each stem."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        choices = tuple((choice["text"], choice["text"]) for choice in definition["choices"])
        rows = [
            [Field(f"{prefix}stem-{stem['id']}", stem["text"], stem["choice"], Look.CHOICE, choices)]
            for stem in definition["stems"]
        ]
        return [Group(rows, legend="Correct matches", hint="A choice may match several items.")]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        stems = [{**stem, "choice": form[f"{prefix}stem-{stem['id']}"]} for stem in definition["stems"]]
        return {**definition, "stems": stems}


class Order(KeyFields):
    """The position of each item, and how partly correct orders are scored."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        items = definition["items"]
        places = tuple((str(place), str(place)) for place, _ in enumerate(items, start=1))
        rows = [
            [Field(f"{prefix}place-{item['id']}", item["text"], str(place), Look.CHOICE, places)]
            for place, item in enumerate(items, start=1)
        ]
        scoring = Field(f"{prefix}scoring", "Points for", definition["scoring"], Look.CHOICE, _SCORINGS)
        return [Group(rows, legend="Correct order"), Group([[scoring]], legend="Partial credit")]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        items = definition["items"]
        at = {form[f"{prefix}place-{item['id']}"]: item for item in items}
        places = [str(place) for place, _ in enumerate(items, start=1)]
        if sorted(at) != sorted(places):
            raise unreadable("Give each item a different position.")
        return {**definition, "items": [at[place] for place in places], "scoring": form[f"{prefix}scoring"]}


_SCORINGS = (
    ("position", "each item in the correct position"),
    ("next", "each item followed by the correct one"),
    ("exact", "the whole order only"),
)
