"""The direction of texts that people wrote, whatever the direction of the text around them.

The browser's copy of these rules is `frontend/lib/direction.js`.
"""

from __future__ import annotations

import unicodedata

_ISOLATE, _POP = "\u2068", "\u2069"


def direction(text: str) -> str:
    """The attribute `dir` of an element with this text.

    The first letter decides, as browsers do by themselves, except for a text of which a third of the words or
    more is Arabic or Hebrew, and that happens to begin with a Latin one, such as "C++ و Java.". A sentence of
    ours with names in it has the direction of our words.
    """
    if _ISOLATE in text:
        return "ltr"
    words = [word for word in text.split() if any(sign.isalpha() for sign in word)]
    return "rtl" if words and 3 * sum(_is_rtl(word) for word in words) >= len(words) else "auto"


def isolated(name: str) -> str:
    """A name for a sentence of plain text, so that it does not turn the sentence round."""
    return f"{_ISOLATE}{name}{_POP}" if _is_rtl(name) else name


def _is_rtl(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
