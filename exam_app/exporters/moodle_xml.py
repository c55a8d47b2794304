"""Moodle XML, as `importers/moodle_xml.py` reads it and as Moodle itself exports it."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from exam_app.exporters import moodle_types
from exam_app.importers.base import Image, ImportedQuestion
from exam_app.rules import pictures

_PLACE = re.compile(r"\[image ([0-9]{1,2})\]")


def file(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{content}</quiz>\n'


def category(path: str | None) -> str:
    text = f"<text>{escape(f'$course$/top/{path or str()}')}</text>"
    return f'<question type="category">\n<category>{text}</category>\n</question>\n'


def question(source: ImportedQuestion) -> str:
    """:raises CannotWrite: Moodle has no way to say this."""
    texts = Texts(source.images)
    kind, body = moodle_types.write(source, texts)
    parts = [
        f"<name><text>{escape(source.name)}</text></name>",
        texts.element("questiontext", moodle_types.text_of(source)),
        texts.element("generalfeedback", source.definition.get("feedback", "")),
        f"<defaultgrade>{source.points}</defaultgrade>",
        *body,
    ]
    if source.tags:
        tags = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in source.tags)
        parts.append(f"<tags>{tags}</tags>")
    return "\n".join([f'<question type="{kind}">', *parts, "</question>\n"])


def expected(source: ImportedQuestion) -> tuple[ImportedQuestion, list[str]]:
    """What will be read from the file, and what of the question is not in it."""
    if "rubric" not in source.definition:
        return source, []
    kept = {key: value for key, value in source.definition.items() if key != "rubric"}
    return replace(source, definition=kept), ["its rubric"]


class Texts:
    """Writes the texts of one question, HTML where a picture stands in one."""

    def __init__(self, images: tuple[Image, ...]) -> None:
        self._images = dict(enumerate(images, 1))

    def element(self, tag: str, text: str, attributes: str = "", inside: str = "") -> str:
        """`<tag format="…"><text>…</text>…</tag>`; `inside` is what comes after the text."""
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
