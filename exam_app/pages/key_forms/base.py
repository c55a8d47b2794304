"""What the fields of a key are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from exam_app.errors import InvalidInput
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
    """A field with its present value. `options` are pairs of value and words; short fields are `short`."""

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
    legend: str = "Which answer is right?"
    hint: str = ""


class KeyFields(ABC):
    """The key of one type of question. Names of fields begin with `prefix`, for questions made of others."""

    @abstractmethod
    def groups(self, definition: dict[str, Any], prefix: str) -> list[Group]:
        """The fields, with the key there is."""

    @abstractmethod
    def read(self, form: Form, definition: dict[str, Any], prefix: str) -> dict[str, Any]:
        """The definition with the key that was typed.

        :raises InvalidInput: something typed cannot be read.
        """


def tick(name: str, label: str, is_on: bool) -> Field:
    return Field(name, label, TICKED if is_on else "", Look.TICK)


def worth(name: str, label: str, item: dict[str, Any]) -> Field:
    """Of an option or an accepted answer, in percent of the points."""
    return Field(name, label, percent(item), short=True)


def fraction(percent: str) -> float:
    """:raises InvalidInput: it is no percentage."""
    try:
        share = Decimal(percent.replace(",", ".").removesuffix("%").strip() or "0") / 100
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite():
        raise unreadable(f"“{percent}” is no percentage.")
    return float(share)


def unreadable(words: str) -> InvalidInput:
    return InvalidInput(details={"definition": [words]})
