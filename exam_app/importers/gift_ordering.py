"""Ordering questions in GIFT, as written by Moodle's ordering type."""

from __future__ import annotations

import re
from typing import Any

from exam_app.importers.base import CannotRead
from exam_app.importers.gift_text import GiftTexts

#: The scoring methods of Moodle's ordering type, and their names here.
SCORES = {
    "ABSOLUTE_POSITION": "position",
    "RELATIVE_NEXT_EXCLUDE_LAST": "next",
    "ALL_OR_NOTHING": "exact",
}
_WORD = re.compile("[A-Za-z0-9_]+")


def read(body: str, texts: GiftTexts) -> dict[str, Any]:
    """The unchecked definition: a header such as `>3 ALL VERTICAL ABSOLUTE_POSITION SHOW 123`, which has the
    number and selection of items, layout and scoring method, then one item per line, in the right order."""
    head, _, lines = body.partition("\n")
    settings = head[1:].upper().split()
    if not head.startswith(">") or not all(map(_WORD.fullmatch, settings)):
        raise CannotRead("the first line of an ordering question cannot be read")
    scoring = [SCORES[word] for word in settings if word in SCORES]
    named = [word for word in settings if word.startswith(("ABSOLUTE", "RELATIVE", "ALL_", "LONGEST"))]
    if len(scoring) != len(named):
        raise CannotRead(f"a scoring method that is not supported: {named[0]}")
    items = [{"text": texts.read(line.strip())} for line in lines.split("\n") if line.strip()]
    return {"items": items, "scoring": scoring[0] if scoring else "position"}
