"""Names of people and of what they make: in the order of a reader, in every script, the same everywhere.

The Unicode Collation Algorithm with its default order, which is ICU's for all languages without one of their
own. Spaces, case and accents decide only where letters do not; numbers count as numbers.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from functools import cache, lru_cache
from typing import Any

LONGEST = 200
_DIGITS = re.compile(r"\d+")
_APART = re.compile(r"[\s\-‐-―/,;_]+")


def sort_key(last_name: str, first_name: str = "") -> bytes:
    """Compare two of these as bytes, in Python or in PostgreSQL: by last name, then by first name, first all
    letters, then accents, then case. Who has one name only is sorted by it, whichever it is."""
    if not last_name.strip():
        last_name, first_name = first_name, ""
    family, given = _levels(last_name[:LONGEST]), _levels(first_name[:LONGEST])
    weights: list[int] = []
    for of_family, of_given in zip(family, given, strict=True):
        weights += [*of_family, 1, *of_given, 0]
    return struct.pack(f">{len(weights)}H", *weights)


@lru_cache(maxsize=10_000)
def text_key(text: str) -> bytes:
    """The same for the name of a class, a branch, a course or a test."""
    return sort_key(text)


def initials(*names: str) -> str:
    """``Z. Ł.``: the first letter of each name, with its accents; people may have one name or many."""
    return " ".join(f"{_first_letter(name)}." for name in names if name.strip())


def _first_letter(name: str) -> str:
    text = unicodedata.normalize("NFC", name[:LONGEST].strip())
    end = 1
    while end < len(text) and unicodedata.category(text[end]) in ("Mn", "Mc", "Me"):
        end += 1
    return text[:end]


def _levels(name: str) -> list[list[int]]:
    """The weights of letters, of accents and of case."""
    levels: list[list[int]] = [[]]
    for weight in _collator().sort_key(_plain(name)):
        if weight == 0:
            levels.append([])
        else:
            levels[-1].append(weight)
    return [*levels, [], [], []][:3]


def _plain(name: str) -> str:
    """A hyphen is a space, other punctuation is nothing (O’Brien, d'Arc), and 2 comes before 10."""
    text = _APART.sub(" ", name.strip())
    kept = (c for c in text if c == " " or unicodedata.category(c)[0] not in "PC")
    return _DIGITS.sub(lambda found: found[0].zfill(12), "".join(kept)).strip()


@cache
def _collator() -> Any:
    """Reading its table takes a third of a second, and only processes that name somebody need it."""
    from pyuca import Collator

    return Collator()
