"""Tables of characters: invisible ones, equivalent typography, letters of different scripts that look alike.

The browser reads numbers with the same invisible characters, dashes and apostrophes
(`frontend/exam/model/numbers.js`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import chain


class Replacements(ABC, dict[int, str]):
    """For `str.translate`: what replaces each character, computed when it occurs.

    It is stored for as many characters as a language has: a text with all of Unicode fills no memory.
    """

    MOST = 20_000

    def __missing__(self, code: int) -> str:
        found = self.replacement(code)
        if len(self) < self.MOST:
            self[code] = found
        return found

    @abstractmethod
    def replacement(self, code: int) -> str:
        """What the character is replaced by; itself if by nothing else."""


#: Default_Ignorable_Code_Point of Unicode, and the tatweel, which only stretches an Arabic word. For
#: `str.translate`.
INVISIBLE: dict[int, None] = dict.fromkeys(
    chain(
        (0x00AD, 0x034F, 0x061C, 0x0640, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
        range(0x180B, 0x1810),
        range(0x200B, 0x2010),
        range(0x202A, 0x202F),
        range(0x2060, 0x2070),
        range(0xFE00, 0xFE10),
        range(0xFFF0, 0xFFF9),
        range(0x1BCA0, 0x1BCA4),
        range(0x1D173, 0x1D17B),
        range(0xE0000, 0xE1000),
    )
)

#: Hyphens, dashes, minus signs. Wave dashes are read as something else.
DASHES = (
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u058a\u05be\u1400\u1806\u02d7\u2043"
    "\u2e3a\u2e3b\u2e40\ufe31\ufe32"
)
SINGLE_QUOTES = (
    "'\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a`\u00b4\uff07\uff40\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb"
    "\u05f3\ua78c\u055a\u0384\u1fbd\u1fbf\u1fef\u1ffd\u275b\u275c"
)
DOUBLE_QUOTES = (
    '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\uff02\u02ba\u02dd\u02ee\u05f4'
    "\u301d\u301e\u301f\u275d\u275e"
)
_OTHERS = {
    **{"\u22ef": "...", "\u2215": "/", "\u2044": "/", "\u2236": ":", "\u223c": "~", "\u2217": "*"},
    "\u301c": "~",  # the wave dash, which some keyboards write for the full-width tilde
    # Kaf and yeh as Persian and Urdu keyboards write them: between other letters they look like Arabic ones.
    **{"\u06a9": "\u0643", "\u06cc": "\u064a"},
    **dict.fromkeys("\u22c5\u2219\u2027\u0387\u30fb\uff65", "\u00b7"),
}
#: Each typographic variant with the plain character.
TYPOGRAPHY: dict[str, str] = {
    **dict.fromkeys(DASHES, "-"),
    **dict.fromkeys(SINGLE_QUOTES, "'"),
    **dict.fromkeys(DOUBLE_QUOTES, '"'),
    **_OTHERS,
}

#: Letters that have the same shape in the usual fonts, a part of the table of UTS #39. Letters that an answer
#: may have to tell apart (α and a, ρ and p, κ and k) are not among them.
_CYRILLIC = ("АВЕЅІЈКМНОРСТУҮХԚԜӀҺаеѕіјорсухԛԝһӏ", "ABESIJKMHOPCTYYXQWIhaesijopcyxqwhl")
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿοϲϳν", "ABEZHIKMNOPTYXCJocjv")
LOOKALIKES: dict[int, str] = {
    ord(letter): latin
    for letters, latins in (_CYRILLIC, _GREEK)
    for letter, latin in zip(letters, latins, strict=True)
}
