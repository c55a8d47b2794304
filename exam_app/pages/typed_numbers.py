"""Numbers that people type into forms: read as those of students, and with two meanings refused."""

from __future__ import annotations

from decimal import Decimal

from exam_app.rules import typed_numbers


def number(typed: str) -> str:
    """The number as text for `Decimal`, "" for an empty field.

    :raises ValueError: with a sentence about what was typed.
    """
    reading = typed_numbers.read(typed)
    if reading.meanings:
        raise ValueError(f"“{typed}”: {typed_numbers.either(reading.meanings)}")
    if reading.number is None:
        raise ValueError(f"“{typed}” is not a number.")
    return reading.number


def points(typed: str) -> str:
    """The same for points, of which three decimals are none: “1.250” can still be meant as 1250.

    :raises ValueError: as `number`.
    """
    if problem := meanings_of_points(typed):
        raise ValueError(problem)
    return number(typed)


def meanings(typed: str) -> str:
    """Why a field with a number that can mean two is refused, "" for all others."""
    found = typed_numbers.read(typed).meanings
    return f"“{typed}”: {typed_numbers.either(found)}" if found else ""


def meanings_of_points(typed: str) -> str:
    found = typed_numbers.read(typed).meanings
    if not found:
        return ""
    return (
        f"“{typed}” can mean {found[0]} or {found[1]}. At most two decimals. Write {found[1]}, or round it."
    )


def percentage(typed: str) -> Decimal | None:
    """A number of percent, None if it is none. In thousands it would be none, so 33,333 means one number."""
    reading = typed_numbers.read(typed.strip().removesuffix("%"))
    found = reading.meanings[0] if reading.meanings else reading.number
    return Decimal(found) if found else None
