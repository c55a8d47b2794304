"""Conversion of exported HTML to plain text that keeps its meaning: paragraphs, lists, powers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

Picture = Callable[[str, str], str | None]
"""From the URL and the description of a picture to its placeholder; None to omit it."""

_PARAGRAPH_TAGS = frozenset(
    ("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul")
)
_LINE_TAGS = frozenset(("br", "dd", "div", "dl", "dt", "figcaption", "figure", "hr", "li", "section", "tr"))
_HIDDEN_TAGS = frozenset(("script", "style"))
_MEDIA_TAGS = frozenset(("img", "audio", "video", "iframe", "object", "embed"))
_INLINE_TAGS = frozenset(
    ("a", "b", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "td", "u")
)

_POWERS = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_INDICES = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")

#: What plain prose hardly contains; a single `<div>` may be the subject of the question.
_SIGNS_OF_HTML = re.compile(
    rf"</(?:{'|'.join(sorted(_PARAGRAPH_TAGS | _LINE_TAGS | _INLINE_TAGS))})>"
    r"|<(?:br|hr) {0,3}/?>|<(?:img|p|span) "
    r"|&(?:nbsp|amp|lt|gt|quot|#[0-9]{1,6}|#x[0-9a-f]{1,6});",
    re.IGNORECASE,
)
_COMPLETE_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def looks_like_html(text: str) -> bool:
    return _SIGNS_OF_HTML.search(text) is not None


def tidy(text: str) -> str:
    """The text trimmed, without trailing spaces, and with at most one empty line in a row."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def from_html(
    source: str, as_typed: bool = False, picture: Picture = lambda _url, _alt: None
) -> tuple[str, int]:
    """The plain text, and the number of omitted pictures and other media. Accepts any text.

    Powers and indices become Unicode characters (x², H₂O), or with `as_typed` ASCII (x^2, H2O).
    """
    reader = _Reader(as_typed, picture)
    reader.feed(_without_loose_ends(source))
    reader.close()
    lines = [re.sub(" {2,}", " ", line).strip(" ") if not reader.has_pre else line for line in reader.lines()]
    return tidy("\n".join(lines)), reader.left_out


def _without_loose_ends(source: str) -> str:
    """Remove comments, and escape every `<` that does not start a complete tag.

    The result has none of the constructs on which `html.parser` is slow or fails.
    """
    kept, position = [], 0
    while (start := source.find("<!--", position)) >= 0 and (end := source.find("-->", start + 4)) >= 0:
        kept.append(source[position:start])
        position = end + 3
    visible = "".join(kept) + source[position:]
    tags = {match.start() for match in _COMPLETE_TAG.finditer(visible)}
    pieces = re.split("(<)", visible)
    position, safe = 0, []
    for piece in pieces:
        safe.append("&lt;" if piece == "<" and position not in tags else piece)
        position += len(piece)
    return "".join(safe)


class _Reader(HTMLParser):
    """Collects text; open `sub` and `sup` are tracked by their start position."""

    def __init__(self, as_typed: bool, picture: Picture) -> None:
        super().__init__(convert_charrefs=True)
        self._as_typed = as_typed
        self._picture = picture
        self.left_out = 0
        self.has_pre = False
        self._out: list[str] = []
        self._hidden = 0
        self._pre = 0
        self._scripts: list[tuple[str, int]] = []

    def lines(self) -> list[str]:
        return "".join(self._out).split("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break_line(tag)
        if tag == "li":
            self._out.append("- ")
        elif tag in _MEDIA_TAGS:
            self._replace_media(tag, dict(attrs))
        elif tag in _HIDDEN_TAGS:
            self._hidden += 1
        elif tag == "pre":
            self._pre += 1
            self.has_pre = True
        elif tag in ("sub", "sup"):
            self._scripts.append((tag, len(self._out)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN_TAGS:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        elif tag in ("td", "th"):
            self._out.append("\t")
        elif tag in ("sub", "sup") and self._scripts:
            self._raise_or_lower()
        if tag not in ("br", "li"):
            self._break_line(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._out.append(data if self._pre else re.sub(r"\s+", " ", data))

    def _break_line(self, tag: str) -> None:
        if tag in _PARAGRAPH_TAGS:
            self._out.append("\n\n")
        elif tag in _LINE_TAGS:
            self._out.append("\n")

    def _replace_media(self, tag: str, attributes: dict[str, str | None]) -> None:
        words = " ".join((attributes.get("alt") or "").split())
        kept = self._picture(attributes.get("src") or "", words) if tag == "img" else None
        if kept is None:
            self.left_out += 1
            kind = "image" if tag == "img" else "media"
            kept = f"[{kind}: {words}]" if words else f"[{kind}]"
        self._out.append(kept)

    def _raise_or_lower(self) -> None:
        tag, start = self._scripts.pop()
        inner = "".join(self._out[start:]).strip()
        del self._out[start:]
        table, sign = (_POWERS, "^") if tag == "sup" else (_INDICES, "_")
        if self._as_typed and tag == "sub":
            self._out.append(inner)
        elif not self._as_typed and all(ord(character) in table for character in inner):
            self._out.append(inner.translate(table))
        else:
            self._out.append(f"{sign}{inner}" if len(inner) == 1 else f"{sign}({inner})")
