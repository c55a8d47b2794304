"""Numbers, stored as text so that no digit is lost."""

from __future__ import annotations

import math
import re
from decimal import Decimal

from exam_app.rules import typed_numbers
from exam_app.rules.typed_numbers import MAX_LENGTH

_STORED = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def clean(value: object) -> str:
    """The number as text for `Decimal`, "" for a blank one; else `ValueError` with a message for the user.

    Takes JSON numbers and texts below 1e100. A point is a decimal mark, as in all programs and stored
    numbers; a comma before three digits can mean two numbers and is refused.
    """
    text = _as_text(value)
    reading = typed_numbers.read(text)
    if reading.meanings and "." in text:
        return reading.meanings[0]
    if reading.meanings:
        raise ValueError(typed_numbers.either(reading.meanings))
    if reading.number is None:
        raise ValueError(reading.problem)
    return reading.number


def is_stored(text: str) -> bool:
    """Whether the text is a number in the form of `clean`."""
    return bool(_STORED.fullmatch(text)) and abs(Decimal(text)) < typed_numbers.LIMIT


def _as_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("Must be a number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Must be a finite number.")
    if isinstance(value, int) and abs(value) >= 10**MAX_LENGTH:
        raise ValueError("Has too many digits.")
    return value if isinstance(value, str) else repr(value)
