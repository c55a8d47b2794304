"""Matching of a short text against a pattern in which `*` stands for any text and `\\*` for an asterisk.

No regular expressions: the running time is bounded by the lengths of text and pattern.
"""

from __future__ import annotations

import unicodedata

#: A character that no text may contain replaces `\\*` while the pattern is split at its wildcards.
_ASTERISK = "\0"


def normal_form(text: str) -> str:
    """NFC, trimmed, white space collapsed: the form in which answers are compared."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def literal(pattern: str) -> str:
    """A text that the pattern matches: the pattern itself, with `\\*` unescaped."""
    return pattern.replace("\\*", "*")


def matches(pattern: str, text: str, case_sensitive: bool) -> bool:
    """Whether the whole text matches the pattern. Neither may contain NUL."""
    fold = normal_form if case_sensitive else _caseless
    pieces = [piece.replace(_ASTERISK, "*") for piece in fold(pattern).replace("\\*", _ASTERISK).split("*")]
    return _fits(pieces, fold(text))


def _caseless(text: str) -> str:
    return normal_form(unicodedata.normalize("NFC", text).casefold())


def _fits(pieces: list[str], text: str) -> bool:
    """Whether text is the pieces in order with anything between them. The leftmost match suffices."""
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in middle:
        position = text.find(piece, position, end)
        if position < 0:
            return False
        position += len(piece)
    return True
