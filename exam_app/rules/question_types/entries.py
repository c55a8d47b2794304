"""Lists of texts with ids: the stems and choices of a matching question, the items of an ordering one.

Ids are visible in the page and in a student's response. So that they reveal nothing about the right answer,
missing ids are assigned in alphabetical order of the texts, and the student's view is sorted by id.
"""

from __future__ import annotations

from typing import Any

from exam_app.rules.question_types import checks
from exam_app.rules.question_types.checks import Problems
from exam_app.rules.question_types.choices import MAX_ID

MAX_ENTRIES = 100


def read(
    value: object, allowed: set[str], problems: Problems, field: str, least: int
) -> list[dict[str, Any]]:
    """`{id, text, ..}` for each of `least` to 100 entries, with other keys of `allowed` unchecked.

    An id is a positive whole number; a missing one is the next free one, in the order of the texts.
    """
    found = []
    for index, item in enumerate(checks.list_of(value, problems, field, least, MAX_ENTRIES)):
        at = f"{field}.{index}"
        body = checks.object_of(item, {"id", "text", *allowed}, problems, at)
        entry = {**body, "text": checks.required_text(body.get("text"), problems, f"{at}.text")}
        if "id" in body and not _is_id(body["id"]):
            problems.add(f"{at}.id", "Must be a positive whole number.")
            entry["id"] = -index
        found.append(entry)
    ids = [entry["id"] for entry in found if "id" in entry]
    if len(set(ids)) != len(ids):
        problems.add(field, "Every entry needs an id of its own.")
    return _with_ids(found, max(ids, default=0))


def check_distinct(entries: list[dict[str, Any]], problems: Problems, field: str) -> None:
    """Report entries with the same text, which could not be distinguished."""
    texts = [entry["text"] for entry in entries]
    for text in sorted({text for text in texts if text and texts.count(text) > 1}):
        problems.add(field, f"Occurs twice: {text[:100]}")


def view(entries: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The student's view: `{stemId, stemText}` for the name "stem", in the order of the ids."""
    return [
        {f"{name}Id": entry["id"], f"{name}Text": entry["text"]}
        for entry in sorted(entries, key=lambda entry: int(entry["id"]))
    ]


def texts(entries: list[dict[str, Any]]) -> dict[int, str]:
    return {entry["id"]: entry["text"] for entry in entries}


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_ID


def _with_ids(entries: list[dict[str, Any]], highest: int) -> list[dict[str, Any]]:
    new = sorted((entry["text"], index) for index, entry in enumerate(entries) if "id" not in entry)
    given = {index: highest + place for place, (_, index) in enumerate(new, start=1)}
    return [{"id": given.get(index), **entry} for index, entry in enumerate(entries)]
