"""Decoding of a file to text with `\\n` line ends."""

from __future__ import annotations

import codecs
import re

from exam_app import errors

_NAMES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "windows-1252": "latin-1",
    "cp1252": "latin-1",
    "utf-16": "utf-16",
}
#: NUL, and the Unicode noncharacters, which the GIFT reader uses internally.
UNSTORABLE = re.compile("[\0\ufdd0-\ufdef]")


_XML_DECLARATION = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")


def declared_by_xml(data: bytes) -> str | None:
    """The encoding declared in the first line of an XML file, if it is one."""
    declared = _XML_DECLARATION.match(data)
    return declared[1].decode("ascii") if declared else None


def is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and the name of the encoding used: "utf-8", or "latin-1" or "utf-16" if declared.

    A UTF-8 byte order mark takes precedence over the declaration. Latin-1 is read as Windows-1252, its
    superset. Raises `InvalidInput` with `{"line", "byte"}` if the bytes are invalid.
    """
    name = _NAMES.get((declared or "utf-8").lower())
    if name is None:
        raise errors.InvalidInput(f"Unknown encoding {declared!r}. Known: {', '.join(sorted(_NAMES))}.")
    if data.startswith(codecs.BOM_UTF8):
        name = "utf-8"
    text = _decode(data, name).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    bad = UNSTORABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        raise errors.InvalidInput("Not a text file: it contains an invalid character.", {"line": line})
    return text, name


def _decode(data: bytes, name: str) -> str:
    if name == "latin-1":
        return "".join(_WINDOWS_1252[byte] for byte in data)
    try:
        return data.decode(name)
    except UnicodeDecodeError as problem:
        details = {"line": len(re.findall(rb"\r\n|\r|\n", data[: problem.start])) + 1, "byte": problem.start}
        raise errors.InvalidInput(_advice(data, name), details) from None


def _advice(data: bytes, name: str) -> str:
    if name == "utf-16":
        return "Not UTF-16."
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "Not UTF-8 but UTF-16; convert it or pass --encoding utf-16."
    return "Not UTF-8; convert it or pass --encoding latin-1."


def _character(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:  # the five bytes that Windows-1252 leaves undefined
        return chr(byte)


_WINDOWS_1252 = [_character(byte) for byte in range(256)]
