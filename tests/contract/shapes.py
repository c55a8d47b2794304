"""Comparing a response with an example of a document: `shown(reply, EXAMPLE) == EXAMPLE`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any


class Some:
    """Equal to any value that fits: the ids and texts of an example, which are different here."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, name: str, fits: Callable[[Any], bool]) -> None:
        self.name = name
        self.fits = fits

    def __eq__(self, other: object) -> bool:
        return self.fits(other)

    def __repr__(self) -> str:
        return f"<{self.name}>"


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _is_time(value: Any) -> bool:
    """ISO 8601 in UTC with milliseconds."""
    try:
        return bool(datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ")) and len(value) == 24
    except (TypeError, ValueError):
        return False


UUID = Some("a UUID", _is_uuid)
NUMBER_ID = Some("a number as id", lambda value: type(value) is int and value > 0)
TIME = Some("a time", _is_time)
TEXT = Some("a text", lambda value: isinstance(value, str))


def clock_time(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A time of day on the date of the documents' examples."""
    return datetime(2025, 1, 15, hour, minute, second, tzinfo=UTC)


def written(hour: int, minute: int = 0, second: int = 0) -> str:
    """The same as formatted in a response."""
    return f"2025-01-15T{hour:02}:{minute:02}:{second:02}.000Z"


def shown(value: Any, example: Any) -> Any:
    """The fields of `value` that `example` has. A list is compared up to the length of the example."""
    if isinstance(example, dict) and isinstance(value, dict):
        return {name: shown(value[name], example[name]) for name in example if name in value}
    if isinstance(example, list) and isinstance(value, list):
        return [shown(one, like) for one, like in zip(value, example, strict=False)]
    if isinstance(example, bool) != isinstance(value, bool) and not isinstance(example, Some):
        return f"{value!r} of the wrong type"
    return value
