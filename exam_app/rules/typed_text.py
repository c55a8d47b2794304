"""When two typed texts are the same answer.

Equal are texts that a reader cannot tell apart, or that differ only in the typography of quotes, apostrophes,
hyphens and dashes: `don’t` and `don't`, a soft hyphen or none, full width or not. What a reader can see stays
different: m² is not m2, ½ not 1/2, and in Persian a zero-width non-joiner changes the shape of a word.

No step takes more than linear time: runs of combining marks, which make normalization quadratic, are cut as
in UAX #15, Stream-Safe Text Format.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from exam_app.rules.characters import INVISIBLE, LOOKALIKES, TYPOGRAPHY, Replacements

MAX_MARKS = 30
"""Consecutive combining marks; more than any language writes (UAX #15)."""

_ZWNJ, _ZWJ, _VIRAMA = "\u200c", "\u200d", 9
#: Compatibility decompositions of the kinds that a reader hardly sees. Not among them: super, sub, fraction,
#: circle, square and font, which change what is read.
_UNSEEN = frozenset(
    (
        *("<wide>", "<narrow>", "<small>", "<vertical>", "<noBreak>", "<compat>"),
        *("<initial>", "<medial>", "<final>", "<isolated>"),
    )
)
#: Scripts whose letters join, so that a joiner between two of them changes their shape.
_JOINING = ((0x0600, 0x08FF), (0x1800, 0x18AF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x1E900, 0x1E95F))


def exact_form(text: str) -> str:
    """NFC, trimmed, white space collapsed: the form in which exact answers are compared."""
    return _spaced(unicodedata.normalize("NFC", _stream_safe(text)))


def form(text: str, case_sensitive: bool) -> str:
    """The form in which answers are compared: the same for texts that are the same answer. Idempotent."""
    plain = _plain(text)
    return _finished(plain if case_sensitive else _folded(plain))


def lookalike_form(text: str, case_sensitive: bool) -> str:
    """The same with Cyrillic and Greek letters replaced by the Latin ones they look like.

    Letters are replaced before case is ignored: Н looks like H, but н does not look like h.
    """
    latin = unicodedata.normalize("NFD", _plain(text)).translate(LOOKALIKES)
    return _finished(latin if case_sensitive else _folded(latin).translate(LOOKALIKES))


def _folded(text: str) -> str:
    """Without case. The Turkish İ is the capital of i: Unicode folds it to an i that keeps a dot above."""
    return text.casefold().replace("i\u0307", "i")


def _plain(text: str) -> str:
    """Without what is invisible, in plain typography, composed."""
    visible = _joined(text) if _ZWNJ in text or _ZWJ in text else text
    single = unicodedata.normalize("NFD", _stream_safe(visible.translate(INVISIBLE)))
    return unicodedata.normalize("NFC", _stream_safe(single.translate(_EXPANSIONS)))


def _finished(text: str) -> str:
    """After case was ignored, which may bring back what `_plain` has replaced."""
    plain = unicodedata.normalize("NFC", _stream_safe(text.translate(_EXPANSIONS)))
    return _spaced(plain.replace("''", '"'))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _stream_safe(text: str) -> str:
    """The text with at most `MAX_MARKS` combining marks in a row."""
    if text.isascii():
        return text
    kept, run = [], 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _joined(text: str) -> str:
    """Only the joiners that change what is seen: in joining scripts, after a virama, between emoji."""
    kept: list[str] = []
    following = _following(text)
    for index, character in enumerate(text):
        if character not in (_ZWNJ, _ZWJ):
            kept.append(character)
        elif kept and _shapes(kept[-1], following[index]):
            kept.append(_JOINERS[character])
    return "".join(kept)


def _following(text: str) -> list[str]:
    """For each position the next character that is visible, "" at the end."""
    found, after = [""] * len(text), ""
    for index in range(len(text) - 1, -1, -1):
        found[index] = after
        if ord(text[index]) not in INVISIBLE:
            after = text[index]
    return found


def _shapes(before: str, after: str) -> bool:
    if not after:
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return unicodedata.category(after)[0] == "L"
    if unicodedata.category(after) == "So":
        return unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
    return _joins(before) and _joins(after)


@lru_cache(maxsize=1024)
def _joins(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character)[0] in "LM" and any(low <= code <= high for low, high in _JOINING)


#: Kept joiners, under characters that stand for nothing else, while what is invisible is removed.
_JOINERS = {_ZWNJ: "\ufdd0", _ZWJ: "\ufdd1"}


class _Expansions(Replacements):
    def replacement(self, code: int) -> str:
        return _expanded(chr(code))


def _expanded(character: str) -> str:
    if character in TYPOGRAPHY:
        return TYPOGRAPHY[character]
    kind, *codes = unicodedata.decomposition(character).split() or [""]
    if kind not in _UNSEEN:
        return character
    parts = [chr(int(code, 16)) for code in codes]
    return "".join(_expanded(part) for part in parts if ord(part) not in INVISIBLE)


_EXPANSIONS = _Expansions()
