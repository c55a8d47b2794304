"""Shared by the types with options: the list of options, the student's view of it, the selection."""

from __future__ import annotations

from typing import Any

from exam_app.rules.question_types import checks
from exam_app.rules.question_types.checks import Problems

MAX_OPTIONS = 100
MAX_ID = 2**31 - 1


def options(value: object, problems: Problems) -> list[dict[str, Any]]:
    """2 to 100 options `{id, text, fraction, fixed?, feedback?}`; numbered from 1 if none has an id."""
    items = checks.list_of(value, problems, "options", 2, MAX_OPTIONS)
    if all(isinstance(item, dict) and "id" not in item for item in items):
        items = [{"id": number, **item} for number, item in enumerate(items, 1)]
    found = [_option(item, index, problems) for index, item in enumerate(items)]
    ids = [option["id"] for option in found]
    if len(set(ids)) != len(ids):
        problems.add("options", "Every option needs an id of its own.")
    return found


def view(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"options": [{"optionId": item["id"], "optionText": item["text"]} for item in items]}


def check_selection(response: dict[str, Any], known: set[int], most: int) -> dict[str, list[int]]:
    """`{"selectedOptionIds": [...]}`, sorted and unique; the legacy field `selectedOptionId` is accepted."""
    value = checks.sole_value(response, "selectedOptionIds", "selectedOptionId")
    if "selectedOptionId" in response:
        value = [] if value is None else [value]
    if not isinstance(value, list) or len(value) > MAX_OPTIONS:
        raise checks.refuse("selectedOptionIds", f"Must be a list of at most {MAX_OPTIONS} option ids.")
    for option_id in value:
        if isinstance(option_id, bool) or not isinstance(option_id, int) or option_id not in known:
            raise checks.refuse("selectedOptionIds", "Names an option that this question does not have.")
    chosen = sorted(set(value))
    if len(chosen) > most:
        raise checks.refuse("selectedOptionIds", f"Choose at most {most}.")
    return {"selectedOptionIds": chosen}


def chosen_ids(response: dict[str, Any]) -> set[int]:
    return set(response.get("selectedOptionIds") or ())


def response_text(items: list[dict[str, Any]], response: dict[str, Any]) -> str | None:
    """The texts of the chosen options, None without any."""
    texts = {item["id"]: item["text"] for item in items}
    return ", ".join(texts[option_id] for option_id in response["selectedOptionIds"]) or None


def key_for(items: list[dict[str, Any]], joined_by: str) -> dict[str, Any]:
    """The answer key that selects `items`."""
    return {
        "response": {"selectedOptionIds": sorted(item["id"] for item in items)},
        "text": joined_by.join(item["text"] for item in items),
    }


def _option(item: object, index: int, problems: Problems) -> dict[str, Any]:
    field = f"options.{index}"
    body = checks.object_of(item, {"id", "text", "fraction", "fixed", "feedback"}, problems, field)
    option_id = body.get("id")
    if isinstance(option_id, bool) or not isinstance(option_id, int) or not 1 <= option_id <= MAX_ID:
        problems.add(f"{field}.id", "Must be a positive whole number.")
        option_id = -index
    return {
        "id": option_id,
        "text": checks.required_text(body.get("text"), problems, f"{field}.text"),
        "fraction": checks.fraction(body.get("fraction", 0.0), problems, f"{field}.fraction", -1),
        **({"fixed": True} if checks.flag(body, "fixed", False, problems) else {}),
        **checks.feedback_of(body, problems, field),
    }
