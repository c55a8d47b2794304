"""Moodle XML, as `importers/moodle_xml.py` reads it and Moodle exports it."""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape

from exam_app.exporters import moodle_types
from exam_app.exporters.base import portable
from exam_app.exporters.moodle_texts import Texts
from exam_app.importers.base import ImportedQuestion


def file(content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{content}</quiz>\n'


def category(path: str | None) -> str:
    text = f"<text>{escape(f'$course$/top/{path or str()}')}</text>"
    return f'<question type="category">\n<category>{text}</category>\n</question>\n'


def question(source: ImportedQuestion) -> str:
    """:raises CannotWrite: Moodle does not support this."""
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
    """What will be read from the file, and which parts of the question are not in it."""
    kept, notes = portable(source.definition)
    if "rubric" in kept:
        kept = {key: value for key, value in kept.items() if key != "rubric"}
        notes.append("its rubric")
    return replace(source, definition=kept), notes
