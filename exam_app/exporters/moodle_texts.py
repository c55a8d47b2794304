"""Texts in Moodle XML, with embedded pictures."""

from __future__ import annotations

import base64
import html
import re
from xml.sax.saxutils import escape, quoteattr

from exam_app.importers.base import Image
from exam_app.rules import pictures

_PLACE = re.compile(r"\[image ([0-9]{1,2})\]")


class Texts:
    """Writes the texts of one question, as HTML if they contain a picture."""

    def __init__(self, images: tuple[Image, ...]) -> None:
        self._images = dict(enumerate(images, 1))

    def element(self, tag: str, text: str, attributes: str = "", inside: str = "") -> str:
        """`<tag format="…"><text>…</text>…</tag>`; `inside` follows the text."""
        shown = {int(number) for number in _PLACE.findall(text)} & self._images.keys()
        if shown:
            written, style = self._html(text), "html"
        else:
            written, style = text, "plain_text"
        files = "".join(self._file(number) for number in sorted(shown))
        return f'<{tag}{attributes} format="{style}"><text>{escape(written)}</text>{files}{inside}</{tag}>'

    def _html(self, text: str) -> str:
        def picture(place: re.Match[str]) -> str:
            image = self._images.get(int(place[1]))
            if image is None:
                return place[0]
            name = pictures.file_name(int(place[1]), image.data)
            return f'<img src="@@PLUGINFILE@@/{name}" alt={quoteattr(image.alt)}>'

        return _PLACE.sub(picture, html.escape(text, quote=False).replace("\n", "<br>"))

    def _file(self, number: int) -> str:
        image = self._images[number]
        encoded = base64.b64encode(image.data).decode()
        name = pictures.file_name(number, image.data)
        return f'<file name="{name}" path="/" encoding="base64">{encoded}</file>'
