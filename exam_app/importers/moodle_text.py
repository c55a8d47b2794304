"""The texts inside a question of Moodle XML: `<name format="html"><text>…</text><file …/></name>`."""

from __future__ import annotations

from exam_app.importers.base import CannotRead
from exam_app.importers.decoding import UNSTORABLE
from exam_app.importers.images import Files
from exam_app.importers.texts import Texts
from exam_app.importers.xml_tree import Element

_STYLES = {"html": "html", "plain_text": "plain", "markdown": "markdown"}


class MoodleTexts(Texts):
    def read(self, element: Element | None, typed: bool = False, is_feedback: bool = False) -> str:
        """The plain text of an element, "" if it is missing."""
        if element is None:
            return ""
        style = _STYLES.get(element.attributes.get("format", ""), "moodle")
        if typed and "format" not in element.attributes:
            style = "plain"
        files = _files(element)
        text = self.plain(source_of(element), style, typed, None if is_feedback else files)
        for name in sorted(files.unused):
            self.note(f"a file was left out: {name[:100]}")
        return text

    def feedback(self, element: Element, key: str = "feedback", tag: str = "feedback") -> dict[str, str]:
        """`{key: text}` of the child `tag`, to be merged into a definition; {} without one."""
        text = self.read(element.child(tag), is_feedback=True)
        return {key: text} if text else {}


def source_of(element: Element) -> str:
    """The content of the element's `<text>`, as written.

    :raises CannotRead: markup that is not escaped, or a character that cannot be stored.
    """
    text = element.child("text")
    if text is None:
        return ""
    if text.children:
        raise CannotRead(f"line {text.line}: HTML in <text> must be escaped or in CDATA")
    if UNSTORABLE.search(text.text):
        raise CannotRead(f"line {text.line}: an invalid character")
    return text.text


def _files(element: Element) -> Files:
    encoded = {}
    for file in element.all("file"):
        path = f"{file.attributes.get('path', '/')}{file.attributes.get('name', '')}".lstrip("/")
        encoded[path] = file.text
    return Files(encoded)
