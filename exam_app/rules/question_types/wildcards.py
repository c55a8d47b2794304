"""Matching of a short text against patterns in which `*` stands for any text and `\\*` for an asterisk.

No regular expressions: the running time is bounded by the lengths of text and pattern.
"""

from __future__ import annotations

from functools import cached_property, partial

from exam_app.rules import typed_text

#: A character that no text may contain stands for a wildcard while a pattern is brought into its form.
_ANYTHING = "\0"


def literal(pattern: str) -> str:
    """A text that the pattern matches: the pattern itself, with `\\*` unescaped."""
    return pattern.replace("\\*", "*")


def normal_form(text: str) -> str:
    """NFC, trimmed, white space collapsed: the form in which a pattern is stored."""
    return typed_text.exact_form(text)


def matches(pattern: str, text: str, case_sensitive: bool, exact: bool = False) -> bool:
    """Whether the whole text matches the pattern. Neither may contain NUL."""
    return Typed(text, case_sensitive, exact).matches(pattern)


class Typed:
    """A typed text, to be compared with several patterns. Neither may contain NUL.

    `exact`: as typed, but for white space and composed accents; otherwise as `typed_text` says.
    """

    def __init__(self, text: str, case_sensitive: bool, exact: bool) -> None:
        self._text = text
        self._is_exact = exact
        self._form = partial(_exact if exact else typed_text.form, case_sensitive=case_sensitive)
        self._lookalike = partial(typed_text.lookalike_form, case_sensitive=case_sensitive)

    def matches(self, pattern: str) -> bool:
        """Whether the whole text matches the pattern."""
        wild = "*".join(part.replace("*", _ANYTHING) for part in pattern.split("\\*"))
        if _fits(self._form(wild).split(_ANYTHING), self._formed):
            return True
        return not self._is_exact and _fits(self._lookalike(wild).split(_ANYTHING), self._latin)

    @cached_property
    def _formed(self) -> str:
        return self._form(self._text)

    @cached_property
    def _latin(self) -> str:
        return self._lookalike(self._text)


def _exact(text: str, case_sensitive: bool) -> str:
    form = typed_text.exact_form(text)
    return form if case_sensitive else typed_text.exact_form(form.casefold())


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
