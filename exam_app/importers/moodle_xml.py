"""Moodle XML, the format in which Moodle exports everything it has: https://docs.moodle.org/en/Moodle_XML_format"""

from __future__ import annotations

import re
from decimal import Decimal

from exam_app.importers import moodle_types, xml_tree
from exam_app.importers.assembly import assembled
from exam_app.importers.base import CannotRead, ImportedQuestion, ImportReport
from exam_app.importers.gift_syntax import category_path
from exam_app.importers.moodle_text import MoodleTexts, source_of
from exam_app.importers.xml_tree import Element

_SIGN = re.compile(r"\s*<(?:\?xml|quiz|!DOCTYPE)\b")
_MAX_POINTS = Decimal(10_000)
_MAX_TAGS, _MAX_TAG = 50, 100
#: Elements that any question may have. Numbering and penalties are ignored: layout and multiple tries.
_COMMON = {
    *("name", "questiontext", "generalfeedback", "defaultgrade", "tags"),
    *("penalty", "hidden", "answernumbering", "showstandardinstruction", "shownumcorrect"),
}
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_STANDARD_FEEDBACK = {
    "",
    "Your answer is correct.",
    "Your answer is partially correct.",
    "Your answer is incorrect.",
}


def read(text: str, report: ImportReport) -> None:
    """Add every question to the report, or the reason for its refusal.

    :raises InvalidInput: the file as a whole is not acceptable XML.
    """
    category: str | None = None

    def take(element: Element) -> None:
        nonlocal category
        if element.tag == "question" and element.attributes.get("type") == "category":
            category = _category(element)
            return
        texts = MoodleTexts()
        try:
            question = _question(element, category, texts)
        except CannotRead as problem:
            report.refuse(element.line, str(problem))
        else:
            report.accept(question, texts.notes)

    xml_tree.each_child(text, "quiz", take)


def recognises(text: str) -> bool:
    """Whether the file starts like XML."""
    return _SIGN.match(text) is not None


def _category(element: Element) -> str | None:
    path = element.child("category")
    return category_path(path.text_of("text")) if path else None


def _question(element: Element, category: str | None, texts: MoodleTexts) -> ImportedQuestion:
    if element.tag != "question":
        raise CannotRead(f"not a question: <{element.tag[:50]}>")
    kind = element.attributes.get("type", "")
    reader = moodle_types.reader(kind)
    name = element.child("name")
    type_, definition = reader.read(element, texts)  # before the text, in which cloze has its gaps
    text = texts.read(element.child("questiontext"))
    _note_what_is_left_out(element, reader.uses, texts)
    return assembled(
        texts,
        type=type_,
        name=source_of(name) if name else "",
        text=text,
        definition={**definition, **texts.feedback(element, "feedback", "generalfeedback")},
        line=element.line,
        category=category,
        points=_points(element, texts),
        tags=_tags(element),
    )


def _points(element: Element, texts: MoodleTexts) -> Decimal:
    written = element.text_of("defaultgrade") or "1"
    try:
        points = Decimal(written)
    except ArithmeticError:
        raise CannotRead(f"<defaultgrade> is not a number: {written[:20]}") from None
    if not points.is_finite() or not 0 < points <= _MAX_POINTS:
        raise CannotRead(f"<defaultgrade> must be above 0 and at most {_MAX_POINTS}, not {written[:20]}")
    rounded = max(round(points, 2), Decimal("0.01"))
    if rounded != points:
        texts.note(f"its {written[:20]} points were rounded to {rounded}")
    return rounded.normalize() if rounded != rounded.to_integral_value() else Decimal(int(rounded))


def _tags(element: Element) -> tuple[str, ...]:
    tags = element.child("tags")
    found = (
        [" ".join(source_of_tag.split()) for source_of_tag in map(source_of, tags.all("tag"))] if tags else []
    )
    if len(found) > _MAX_TAGS or any(len(tag) > _MAX_TAG for tag in found):
        raise CannotRead(f"more than {_MAX_TAGS} tags, or one longer than {_MAX_TAG} characters")
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _note_what_is_left_out(element: Element, used: frozenset[str], texts: MoodleTexts) -> None:
    for child in element.children:
        if child.tag in _COMBINED:
            if texts.read(child, is_feedback=True) not in _STANDARD_FEEDBACK:
                texts.note("combined feedback for right, partly right and wrong answers was left out")
        elif child.tag == "hint":
            texts.note("hints for multiple tries were left out")
        elif child.tag not in _COMMON | used and not child.is_blank:
            texts.note(f"<{child.tag[:50]}> was left out")
    if element.text_of("hidden") == "1":
        texts.note("it was hidden in Moodle: perhaps an older version")
