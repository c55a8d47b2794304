"""Counting of words, by the rules of UAX #29 as far as they need no dictionary.

`frontend/lib/words.js` counts in the same way; `tests/vectors/words.json` holds both to it. A word is
a run of letters, marks and digits, also over an apostrophe, point or colon between letters and a point or
comma between digits: don't, 3.14 and e.g are one word each, well-known is two.

Scripts without spaces between words are where the dictionaries of browsers and libraries differ. Here each
Chinese character and each hiragana is a word, as in word processors, katakana in a row are one, and in Thai,
Lao, Burmese and Khmer every begun `LETTERS_IN_A_WORD` letters of a run are one.
"""

from __future__ import annotations

import re
import unicodedata

from exam_app.rules.characters import Replacements

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


#: What may stand between two letters or two digits of a word, written as l, d or, for both, b.
_BETWEEN = {
    **dict.fromkeys(_BETWEEN_LETTERS, "l"),
    **dict.fromkeys(_BETWEEN_DIGITS, "d"),
    **dict.fromkeys(_BETWEEN_LETTERS & _BETWEEN_DIGITS, "b"),
}
#: Single characters, katakana and unspaced scripts in a row, and words of letters and digits.
_WORDS = re.compile(rf"S|K+|U{{1,{LETTERS_IN_A_WORD}}}|[LD]+(?:(?:(?<=L)[lb](?=L)|(?<=D)[db](?=D))[LD]+)*")


def count(text: str) -> int:
    """The number of words. Takes linear time."""
    return sum(1 for _ in _WORDS.finditer(text.translate(_KINDS)))


class _Kinds(Replacements):
    """The kind of each character as one letter."""

    def replacement(self, code: int) -> str:
        return _kind(code)


_KINDS = _Kinds()


def _kind(code: int) -> str:
    """S, K, U, L or D as in `_WORDS`, what may stand between, "" for marks (parts of what they follow), or a
    space."""
    character = chr(code)
    category = unicodedata.category(character)
    if category[0] == "M" or (category == "Cf" and character != "\u200b"):
        return ""
    if category[0] not in "LN":
        return _BETWEEN.get(character, " ")
    for kind, ranges in (("S", _SINGLE), ("K", _KATAKANA), ("U", _UNSPACED)):
        if any(low <= code <= high for low, high in ranges):
            return kind
    return "D" if category == "Nd" else "L"
