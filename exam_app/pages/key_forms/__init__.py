"""The answer key of a question as form fields, and back. The rest of the definition stays unchanged.

Question types without fields of their own show their definition as text.
"""

from __future__ import annotations

import json
from typing import Any

from exam_app.errors import InvalidInput
from exam_app.pages.forms import Form
from exam_app.pages.key_forms.accepted import AcceptedNumbers, AcceptedTexts
from exam_app.pages.key_forms.base import Group, KeyFields
from exam_app.pages.key_forms.choices import Matches, Options, Order, Truth
from exam_app.pages.key_forms.gaps import Gaps
from exam_app.rules.paper import PaperQuestion

_PARTS: dict[str, KeyFields] = {
    "true_false": Truth(),
    "multiple_choice": Options(),
    "multiple_response": Options(),
    "short_answer": AcceptedTexts(),
    "numerical": AcceptedNumbers(),
    "matching": Matches(),
    "ordering": Order(),
}
_FIELDS = {**_PARTS, "cloze": Gaps(_PARTS)}


def groups_of(question: PaperQuestion) -> list[Group]:
    """The fields of the key; an empty list if it is edited as text."""
    fields = _FIELDS.get(question.type.name)
    return fields.groups(question.definition, "") if fields else []


def form_of(question: PaperQuestion) -> Form:
    """The form, filled in with the current key."""
    groups = groups_of(question)
    if not groups:
        return Form(definition=json.dumps(question.definition, ensure_ascii=False, indent=2))
    return Form(**{field.name: field.value for group in groups for row in group.rows for field in row})


def definition_from(form: Form, question: PaperQuestion) -> dict[str, Any]:
    """
    :raises InvalidInput: a value is not valid.
    """
    fields = _FIELDS.get(question.type.name)
    return fields.read(form, question.definition, "") if fields else _read_text(form["definition"])


def _read_text(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput(details={"definition": ["This is not a JSON object."]})
    return found
