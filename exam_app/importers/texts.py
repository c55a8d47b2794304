"""Conversion of the texts of one question to plain text; changes become notes."""

from __future__ import annotations

from exam_app.importers import plain_text
from exam_app.importers.images import Files, Images


class Texts:
    """Reads the texts of one question. `notes` collects what was changed, each kind once."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.images = Images()

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def plain(
        self,
        source: str,
        style: str,
        typed: bool = False,
        files: Files | None = None,
    ) -> str:
        """The plain text of `source` in the format "html", "moodle" (HTML if it looks like it), "plain" or
        "markdown".

        :param typed: the text is an answer that a student has to type.
        :param files: its embedded files; None if pictures cannot be shown, as in feedback, which must not
            be visible while the question is still being answered.
        """
        if style == "markdown":
            self.note("Markdown was kept as written")
        if style == "html" or (style == "moodle" and plain_text.looks_like_html(source)):
            return self._from_html(source, typed, files)
        return plain_text.tidy(source)

    def _from_html(self, source: str, typed: bool, files: Files | None) -> str:
        def picture(url: str, alt: str) -> str | None:
            return None if files is None or typed else self.images.stand_in(url, alt, files)

        text, left_out = plain_text.from_html(source, as_typed=typed, picture=picture)
        if text != source.strip():
            self.note("HTML was turned into plain text")
        if left_out:
            self.note("pictures or other media were left out; check this question")
        return text
