"""The question types, one file each, by the name used in the API and in the database."""

from __future__ import annotations

from typing import Any

from exam_app import errors
from exam_app.rules.question_types.base import QuestionType, Score
from exam_app.rules.question_types.cloze import Cloze
from exam_app.rules.question_types.essay import Essay
from exam_app.rules.question_types.matching import Matching
from exam_app.rules.question_types.multiple_choice import MultipleChoice
from exam_app.rules.question_types.multiple_response import MultipleResponse
from exam_app.rules.question_types.numerical import Numerical
from exam_app.rules.question_types.ordering import Ordering
from exam_app.rules.question_types.short_answer import ShortAnswer
from exam_app.rules.question_types.true_false import TrueFalse

__all__ = ["QuestionType", "Score", "checked_definition", "get", "names"]

_TYPES: dict[str, QuestionType] = {
    kind.name: kind
    for kind in (
        MultipleChoice(),
        MultipleResponse(),
        TrueFalse(),
        ShortAnswer(),
        Numerical(),
        Matching(),
        Ordering(),
        Cloze(),
        Essay(),
    )
}


def get(name: str) -> QuestionType:
    """The type of that name; `InvalidInput` if unknown. Types are stateless and may be shared."""
    if not isinstance(name, str) or name not in _TYPES:
        raise errors.InvalidInput(details={"type": [f"Not a question type. Known: {', '.join(_TYPES)}."]})
    return _TYPES[name]


def checked_definition(name: str, definition: dict[str, Any], text: str) -> dict[str, Any]:
    """The definition in its normal form, for a question with this text; `InvalidInput` otherwise."""
    kind = get(name)
    clean = kind.validate_definition(definition)
    kind.check_text(clean, text)
    return clean


def names() -> tuple[str, ...]:
    """The names of all types, in the order in which authors see them."""
    return tuple(_TYPES)
