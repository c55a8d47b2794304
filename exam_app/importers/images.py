"""The pictures of one question: extracted from its HTML, checked, and replaced by `[image 1]`.

Until a question is complete, a placeholder (a Unicode noncharacter, which no text of a file contains) marks
the position of each picture. Then those in the question's text are numbered in order, and all others by their
content, as the order in which an author writes options often reveals which of them is right.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from exam_app.importers.base import CannotRead, Image
from exam_app.rules import pictures

MAX_IMAGES = 20
MAX_ALT = 1000
_STAND_IN = "\ufde0"
_PLACE = re.compile(f"{_STAND_IN}([0-9a-f]{{64}}){_STAND_IN}")
_DATA = re.compile(r"data:[^,]{0,100};base64,(.*)", re.DOTALL | re.IGNORECASE)
_PLUGIN_FILE = "@@PLUGINFILE@@/"


class Files:
    """The files of one text, as base64 by path."""

    def __init__(self, encoded: Mapping[str, str] | None = None) -> None:
        self._encoded = dict(encoded or {})
        self.unused = set(self._encoded)

    def take(self, path: str) -> str | None:
        """The file with this path, literal or percent-encoded."""
        name = path if path in self._encoded else unquote(path)
        self.unused.discard(name)
        return self._encoded.get(name)


class Images:
    """Collects the pictures of one question while its texts are read."""

    def __init__(self) -> None:
        self._found: dict[str, Image] = {}

    def stand_in(self, source: str, alt: str, files: Files) -> str | None:
        """The placeholder for the picture; None if the picture is not in the file.

        :raises CannotRead: the picture is not supported.
        """
        encoded = _encoded(source.strip(), files)
        if encoded is None:
            return None
        image = Image(_checked(encoded), " ".join(alt.split())[:MAX_ALT])
        self._found.setdefault(image.digest, image)
        if len(self._found) > MAX_IMAGES:
            raise CannotRead(f"more than {MAX_IMAGES} pictures")
        return f"{_STAND_IN}{image.digest}{_STAND_IN}"

    def numbered(
        self, text: str, definition: dict[str, Any]
    ) -> tuple[str, dict[str, Any], tuple[Image, ...]]:
        """Text and definition with numbered pictures, and the pictures by number."""
        if not self._found:
            return text, definition, ()
        in_text = list(dict.fromkeys(_PLACE.findall(text)))
        order = in_text + sorted(self._found.keys() - set(in_text))
        numbers = {digest: number for number, digest in enumerate(order, 1)}
        return (
            _with_numbers(text, numbers),
            _with_numbers(definition, numbers),
            tuple(self._found[digest] for digest in order),
        )


def _encoded(source: str, files: Files) -> str | None:
    if source.startswith(_PLUGIN_FILE):
        return files.take(source.removeprefix(_PLUGIN_FILE).partition("?")[0])
    inline = _DATA.fullmatch(source)
    return unquote(inline[1]) if inline else None


def _checked(encoded: str) -> bytes:
    if len(encoded) > pictures.MAX_BYTES * 3 // 2:
        raise CannotRead(_TOO_LARGE)
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CannotRead("a picture is damaged: it is not valid base64") from None
    if len(data) > pictures.MAX_BYTES:
        raise CannotRead(_TOO_LARGE)
    if pictures.media_type(data) is None:
        raise CannotRead("a picture is not a PNG, JPEG, GIF or WebP file")
    return data


_TOO_LARGE = f"a picture is larger than {pictures.MAX_BYTES // 1_000_000} MB"


def _with_numbers(value: Any, numbers: Mapping[str, int]) -> Any:
    if isinstance(value, str):
        return _PLACE.sub(lambda place: f"[image {numbers[place[1]]}]", value)
    if isinstance(value, list):
        return [_with_numbers(item, numbers) for item in value]
    if isinstance(value, dict):
        return {key: _with_numbers(item, numbers) for key, item in value.items()}
    return value
