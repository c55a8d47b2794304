"""Typed numbers, stored as text so that no digit is lost."""

from __future__ import annotations

import math
import re
from decimal import Decimal

MAX_LENGTH = 64
LIMIT = Decimal("1e100")

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def clean(value: object) -> str:
    """The number as text for `Decimal`, "" for a blank one; else `ValueError` with a message for the user.

    Takes JSON numbers and texts of at most 64 characters with a decimal point or comma, below 1e100.
    """
    text = _as_text(value).strip().replace("\u2212", "-").replace(",", ".")
    if not text:
        return ""
    if not _NUMBER.fullmatch(text):
        raise ValueError("Must be a number, such as 3.5, -2 or 1e6.")
    if abs(Decimal(text)) >= LIMIT:
        raise ValueError("Must be smaller than 1e100.")
    return text


def is_number(text: str) -> bool:
    """Whether `clean` accepts the text; blank is accepted."""
    try:
        clean(text)
    except ValueError:
        return False
    return True


def _as_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("Must be a number.")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Must be a finite number.")
    if isinstance(value, int) and abs(value) >= 10**MAX_LENGTH:
        raise ValueError("Has too many digits.")
    if isinstance(value, str) and len(value) > MAX_LENGTH:
        raise ValueError(f"Must not be longer than {MAX_LENGTH} characters.")
    return value if isinstance(value, str) else repr(value)
