"""The texts inside a GIFT question: their format marker, and from it to plain text."""

from __future__ import annotations

import re

from exam_app.importers import plain_text
from exam_app.importers.gift_syntax import restore

MAX_SOURCE = 60_000
_MARKER = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)


class Texts:
    """Reads the texts of one question. The format of the question is that of its answers, unless they say.

    `notes` gathers what was changed on the way, each kind once.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._default = "moodle"

    def question(self, protected: str) -> str:
        """The text of the question itself, which sets the format for the rest."""
        marker = _MARKER.match(protected)
        if marker:
            self._default = marker[1].lower()
        return self.read(protected)

    def read(self, protected: str, typed: bool = False) -> str:
        """The plain text. What a student has to type is taken as it stands, unless it has its own marker."""
        marker = _MARKER.match(protected)
        style = marker[1].lower() if marker else "plain" if typed else self._default
        text = restore(protected[marker.end() :] if marker else protected)
        if style == "markdown":
            self.note("Markdown was kept as it is written")
        if style == "html" or (style == "moodle" and plain_text.looks_like_html(text)):
            return self._from_html(text, typed)
        return plain_text.tidy(text)

    def _from_html(self, source: str, typed: bool) -> str:
        text, media = plain_text.from_html(source, as_typed=typed)
        if text != source.strip():
            self.note("HTML was turned into plain text")
        if media:
            self.note("pictures or other media were left out; look at this question")
        return text

    def note(self, text: str) -> None:
        """Gather a note, unless it is there already."""
        if text not in self.notes:
            self.notes.append(text)
