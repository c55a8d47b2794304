"""The building blocks of answer key forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exam_app.errors import InvalidInput
from exam_app.pages import typed_numbers
from exam_app.pages.forms import Form
from exam_app.rules.question_types.checks import percent

TICKED = "yes"


class Look(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    RADIO = "radio"
    TICK = "tick"


@dataclass(frozen=True)
class Field:
    """A field with its current value. `options` are pairs of value and label; `short` is for short inputs."""

    name: str
    label: str
    value: str
    look: Look = Look.TEXT
    options: tuple[tuple[str, str], ...] = ()
    short: bool = False


@dataclass(frozen=True)
class Group:
    """Rows of fields under a legend."""

    rows: list[list[Field]]
    legend: str = "Correct answer"
    hint: str = ""


class KeyFields(ABC):
    """The answer key of one question type. Field names start with `prefix`, for composite questions."""

    @abstractmethod
    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        """The fields, filled in with the current key."""

    @abstractmethod
    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        """The definition with the key that was typed.

        :raises InvalidInput: a value is not valid.
        """


def tick(name: str, label: str, is_on: bool) -> Field:
    return Field(name, label, TICKED if is_on else "", Look.TICK)


def worth(name: str, label: str, item: dict[str, Any]) -> Field:
    """The field for the worth of an option or an accepted answer, in percent of the points."""
    return Field(name, label, percent(item), short=True)


def fraction(percent: str) -> float:
    """:raises InvalidInput: it is not a percentage."""
    share = typed_numbers.percentage(percent or "0")
    if share is None:
        raise unreadable(f"“{percent}” is not a percentage.")
    return float(share / 100)


def number(typed: str, stored: str = "") -> str:
    """The number that was typed; what the form was filled in with stays as it is.

    :raises InvalidInput: it is none, or can mean two.
    """
    if typed == stored:
        return stored
    try:
        return typed_numbers.number(typed)
    except ValueError as problem:
        raise unreadable(str(problem)) from None


def unreadable(message: str) -> InvalidInput:
    return InvalidInput(details={"definition": [message]})
