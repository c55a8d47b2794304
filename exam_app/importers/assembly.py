"""The last step of reading a question with pictures, common to all formats."""

from __future__ import annotations

from typing import Any

from exam_app.importers.base import MAX_NAME, ImportedQuestion, check_definition, check_text, name_for
from exam_app.importers.texts import Texts


def assembled(
    texts: Texts, *, type: str, name: str, text: str, definition: dict[str, Any], **further: Any
) -> ImportedQuestion:
    """The question with numbered pictures and a checked definition; without a name, it is named after
    its text. `further` are the other fields of an `ImportedQuestion`.

    :raises CannotRead: text or definition are not valid for this type.
    """
    text, definition, images = texts.images.numbered(text, definition)
    check_text(text)
    name = " ".join(name.split()) or name_for(text)
    if len(name) > MAX_NAME:
        texts.note(f"the title was cut to {MAX_NAME} characters")
        name = name[: MAX_NAME - 1] + "…"
    checked = check_definition(type, definition, text)
    return ImportedQuestion(type=type, name=name, text=text, definition=checked, images=images, **further)
