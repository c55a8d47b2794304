"""The texts inside a GIFT question: format markers and conversion to plain text."""

from __future__ import annotations

import re

from exam_app.importers.gift_syntax import restore
from exam_app.importers.images import Files
from exam_app.importers.texts import Texts

MAX_SOURCE = 60_000
MARKER = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)


class GiftTexts(Texts):
    """Answers have the format of the question unless they declare their own."""

    def __init__(self) -> None:
        super().__init__()
        self._default = "moodle"

    def question(self, protected: str) -> str:
        """The text of the question itself, which sets the default format for the rest."""
        marker = MARKER.match(protected)
        if marker:
            self._default = marker[1].lower()
        return self.read(protected)

    def read(self, protected: str, typed: bool = False, is_feedback: bool = False) -> str:
        """The plain text. An answer to be typed is taken literally, unless it has its own marker."""
        marker = MARKER.match(protected)
        style = marker[1].lower() if marker else "plain" if typed else self._default
        text = restore(protected[marker.end() :] if marker else protected)
        return self.plain(text, style, typed, None if is_feedback else Files())
