"""Counting of words, by the rules of UAX #29 as far as they need no dictionary.

`frontend/lib/words.js` counts in the same way; `tests/vectors/words.json` holds both to it. A word is
a run of letters, marks and digits, also over an apostrophe, point or colon between letters and a point or
comma between digits: don't, 3.14 and e.g are one word each, well-known is two.

Scripts without spaces between words are where the dictionaries of browsers and libraries differ. Here each
Chinese character and each hiragana is a word, as in word processors, katakana in a row are one, and in Thai,
Lao, Burmese and Khmer every begun `LETTERS_IN_A_WORD` letters of a run are one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LETTERS_IN_A_WORD = 4
_BETWEEN_LETTERS = frozenset("'’‘.:·\u2024\u2027\u05f4\uff07\uff0e")
_BETWEEN_DIGITS = frozenset("'’‘.,;\u066c\u2024\uff07\uff0c\uff0e")
_SINGLE = (
    *((0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3041, 0x3096)),
    *((0x309D, 0x309F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),
)
_KATAKANA = ((0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F))
_UNSPACED = (
    *((0x0E01, 0x0E4E), (0x0E80, 0x0ECE), (0x0EDC, 0x0EDF), (0x1000, 0x103F), (0x1050, 0x108F)),
    *((0x1780, 0x17D3), (0x17D7, 0x17DC), (0xA9E0, 0xA9EF), (0xAA60, 0xAA7F)),
)


def count(text: str) -> int:
    """The number of words. Takes linear time."""
    words, before, letters, gap = 0, "", 0, ""
    for character in text:
        kind = _kind(character)
        if kind == "mark":
            continue
        if kind == "unspaced":
            letters = letters + 1 if before == "unspaced" and not gap else 1
            words += letters % LETTERS_IN_A_WORD == 1
        elif kind == "single" or (kind and not _continues(before, gap, kind)):
            words += 1
        if not kind and before and not gap:
            gap = character
        else:
            before, gap = kind, ""
    return words


def _continues(before: str, gap: str, kind: str) -> bool:
    """Whether a character goes on with the word before it, with `gap` between them."""
    if not gap:
        return before == kind or {before, kind} <= {"letter", "digit"}
    return before == kind and gap in {"letter": _BETWEEN_LETTERS, "digit": _BETWEEN_DIGITS}.get(kind, "")


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """single, katakana, unspaced, letter, digit, mark (part of what it follows), or "" for all others."""
    code, category = ord(character), unicodedata.category(character)
    if category[0] == "M" or (category == "Cf" and character != "\u200b"):
        return "mark"
    if category[0] not in "LN":
        return ""
    for name, ranges in (("single", _SINGLE), ("katakana", _KATAKANA), ("unspaced", _UNSPACED)):
        if _within(code, ranges):
            return name
    return "digit" if category == "Nd" else "letter"


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)
