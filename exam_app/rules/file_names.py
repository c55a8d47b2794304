"""Names of files that are made from titles: valid on every file system, with the letters of every script."""

from __future__ import annotations

import re
import unicodedata

_MOST_CHARACTERS, _MOST_BYTES = 80, 200  # of the 255 bytes that most file systems have
_JOINERS = "\u200c\u200d"  # part of how words and emoji are written; other invisible characters are not
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])(?=\.|\Z)", re.IGNORECASE)


def file_name(title: str, ending: str, otherwise: str = "file") -> str:
    """`title` as the name of a file with this ending; `otherwise`, where nothing is left of it."""
    text = unicodedata.normalize("NFC", title[: 4 * _MOST_CHARACTERS])
    text = "".join(_printable(character) for character in _FORBIDDEN.sub("_", text))
    text = _cut(text).strip(" ._")
    if not any(unicodedata.category(character)[0] in "LNS" for character in text):
        text = otherwise
    if _RESERVED.match(text):
        text = f"_{text}"
    return f"{text}.{ending}"


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if character in _JOINERS:
        return character
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "" if category in ("Cf", "Cs", "Cn") else character


def _cut(text: str) -> str:
    """The beginning of a text that is too long, without half a letter at its end."""
    if len(text) <= _MOST_CHARACTERS and len(text.encode()) <= _MOST_BYTES:
        return text
    short = text[: _MOST_CHARACTERS + 1].encode()[: _MOST_BYTES + 4].decode(errors="ignore")
    while short and (
        len(short) > _MOST_CHARACTERS
        or len(short.encode()) > _MOST_BYTES
        or text[len(short) :][:1] in _JOINERS
        or unicodedata.combining(text[len(short)])
    ):
        short = short[:-1]
    return short.rstrip(_JOINERS)
