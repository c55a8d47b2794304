"""Checks of untrusted JSON that the question types share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from exam_app import errors

MAX_TEXT = 20_000


class Problems:
    """Collects problems by field, so that an author sees all of them at once."""

    def __init__(self) -> None:
        self._by_field: dict[str, list[str]] = {}

    def add(self, field: str, message: str) -> None:
        self._by_field.setdefault(field, []).append(message)

    def raise_if_any(self) -> None:
        if self._by_field:
            raise errors.InvalidInput(details=dict(self._by_field))


def refuse(field: str, message: str) -> errors.InvalidInput:
    """The exception for one wrong field, to be raised by the caller."""
    return errors.InvalidInput(details={field: [message]})


def text_problem(value: object, max_length: int = MAX_TEXT) -> str | None:
    """Why `value` cannot be stored as text, or None. PostgreSQL takes neither NUL nor lone surrogates."""
    if not isinstance(value, str):
        return "Must be a text."
    if len(value) > max_length:
        return f"Must not be longer than {max_length} characters."
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        return "Contains a character that cannot be stored."
    return None


def object_of(value: object, allowed: set[str], problems: Problems, field: str = "") -> dict[str, Any]:
    """`value` as an object, {} if it is not one; keys outside `allowed` are problems. `field` is its path."""
    if not isinstance(value, dict):
        problems.add(field or "definition", "Must be an object.")
        return {}
    for key in value:
        if key not in allowed:
            problems.add(path(field, str(key)), "Unknown field.")
    return value


def list_of(value: object, problems: Problems, field: str, least: int, most: int) -> list[Any]:
    """`value` as a list, [] if it is not one or has a wrong length."""
    if not isinstance(value, list):
        problems.add(field, "Must be a list.")
        return []
    if not least <= len(value) <= most:
        problems.add(field, f"Must have {least} to {most} entries.")
        return []
    return value


def required_text(value: object, problems: Problems, field: str) -> str:
    """A text that is not blank, trimmed."""
    problem = text_problem(value)
    if problem is None and not str(value).strip():
        problem = "Must not be empty."
    if problem:
        problems.add(field, problem)
        return ""
    return str(value).strip()


def feedback_of(body: dict[str, Any], problems: Problems, field: str = "", *keys: str) -> dict[str, str]:
    """The feedback texts among `keys` (default "feedback") that are not blank, to be merged in."""
    found: dict[str, str] = {}
    for key in keys or ("feedback",):
        value = body.get(key)
        if value is None:
            continue
        problem = text_problem(value)
        if problem:
            problems.add(path(field, key), problem)
        elif value.strip():
            found[key] = value.strip()
    return found


def flag(body: dict[str, Any], key: str, default: bool, problems: Problems) -> bool:
    value = body.get(key, default)
    if not isinstance(value, bool):
        problems.add(key, "Must be true or false.")
        return default
    return value


def one_of(body: dict[str, Any], key: str, known: tuple[str, ...], problems: Problems) -> str:
    """The text under `key`, by default the first of `known`."""
    value = body.get(key, known[0])
    if value not in known:
        problems.add(key, f"Must be one of {', '.join(known)}.")
        return known[0]
    return str(value)


def whole(value: object, least: int, most: int, problems: Problems, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        problems.add(field, f"Must be a whole number from {least} to {most}.")
        return least
    return value


def fraction(value: object, problems: Problems, field: str, least: int) -> float:
    """A number from `least` to 1. NaN is refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= 1:
        problems.add(field, f"Must be a number from {least} to 1.")
        return 0.0
    return float(value)


def share(item: dict[str, Any]) -> Decimal:
    """The fraction of a checked option or accepted answer, exactly as written."""
    return Decimal(str(item["fraction"]))


def percent(item: dict[str, Any]) -> str:
    """The fraction as a percentage, as in files: ``33.33333``, ``-50``, ``100``."""
    return f"{(share(item) * 100).normalize():f}"


def sole_value(response: object, *names: str) -> Any:
    """The value of a response with exactly one of the keys `names`; `InvalidInput` otherwise."""
    if not isinstance(response, dict):
        raise refuse("response", "Must be an object.")
    unknown = [str(key) for key in response if key not in names]
    if unknown:
        raise errors.InvalidInput(details={key: ["Unknown field."] for key in unknown})
    if len(response) != 1:
        raise refuse(names[0], "Is required, once.")
    return next(iter(response.values()))


def typed_text(response: object, max_length: int = MAX_TEXT) -> str:
    """The text of a text response, as typed; the legacy field `answerText` is accepted too."""
    value = sole_value(response, "text", "answerText")
    if problem := text_problem(value, max_length):
        raise refuse("text", problem)
    return str(value)


def id_pairs(value: object, field: str, *names: str) -> dict[int, int]:
    """`[{name: id, other: id}]` as a mapping of the first id to the second; `InvalidInput` for anything else,
    including a duplicate first id."""
    if not isinstance(value, list):
        raise refuse(field, "Must be a list.")
    found: dict[int, int] = {}
    for item in value:
        if not isinstance(item, dict) or set(item) != set(names):
            raise refuse(field, f"Each entry must have {' and '.join(names)}, and nothing else.")
        first, second = (item[name] for name in names)
        if type(first) is not int or type(second) is not int:
            raise refuse(field, "Ids are whole numbers.")
        if first in found:
            raise refuse(field, f"{names[0]} {first} occurs twice.")
        found[first] = second
    return found


def path(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key
