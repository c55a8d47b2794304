"""Keys of questions in which something that is shown is chosen, matched or put in order."""

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
            "In percent of the points: 100 is right, 0 wrong; a part of the points may be given or, "
            "where several are chosen, taken off."
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
    """To each stem one of the choices that students saw."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        choices = tuple((choice["text"], choice["text"]) for choice in definition["choices"])
        rows = [
            [Field(f"{prefix}stem-{stem['id']}", stem["text"], stem["choice"], Look.CHOICE, choices)]
            for stem in definition["stems"]
        ]
        return [Group(rows, legend="What belongs to what?", hint="A choice may belong to several.")]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        stems = [{**stem, "choice": form[f"{prefix}stem-{stem['id']}"]} for stem in definition["stems"]]
        return {**definition, "stems": stems}


class Order(KeyFields):
    """The place of each item, and how answers with some items in their places are scored."""

    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        items = definition["items"]
        places = tuple((str(place), str(place)) for place, _ in enumerate(items, start=1))
        rows = [
            [Field(f"{prefix}place-{item['id']}", item["text"], str(place), Look.CHOICE, places)]
            for place, item in enumerate(items, start=1)
        ]
        scoring = Field(f"{prefix}scoring", "Points for", definition["scoring"], Look.CHOICE, _SCORINGS)
        return [Group(rows, legend="Which place is right?"), Group([[scoring]], legend="Part of the points")]

    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        items = definition["items"]
        at = {form[f"{prefix}place-{item['id']}"]: item for item in items}
        places = [str(place) for place, _ in enumerate(items, start=1)]
        if sorted(at) != sorted(places):
            raise unreadable("Give each place to one item.")
        return {**definition, "items": [at[place] for place in places], "scoring": form[f"{prefix}scoring"]}


_SCORINGS = (
    ("position", "each item in its place"),
    ("next", "each item followed by the right one"),
    ("exact", "everything in its place only"),
)
