"""Notification templates: the built-in texts, validation of an administrator's own texts, and rendering.

A placeholder is a name from a closed list in braces and nothing else: no attribute, no index, no format.
Values are inserted once, so braces in the title of an exam stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from exam_app.errors import InvalidInput
from exam_app.rules.direction import isolated
from exam_app.rules.notifications import english, german
from exam_app.rules.notifications.kinds import KINDS, SAMPLES, Kind
from exam_app.rules.notifications.texts import Language, Phrase, Text

LONGEST_TITLE, LONGEST_BODY = 150, 2000
"""Of a template; the rendered text may be longer."""
_LONGEST_SUBJECT = 250
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LANGUAGES = {Language.ENGLISH: english, Language.GERMAN: german}
_CONTROLS = {"Cc", "Zl", "Zp"}

Values = Mapping[str, str | Phrase]


def built_in(kind: Kind, language: Language) -> Text:
    return _LANGUAGES[language].TEXTS[kind]


def phrase_text(phrase: Phrase, language: Language) -> str:
    """The text of a phrase."""
    return _put_in(_LANGUAGES[language].PHRASES[phrase.name], phrase.values)


def rendered(text: Text, values: Values, language: Language) -> Text:
    """The text with `values` by placeholder; the title is one line that fits a mail subject."""
    words = {
        name: phrase_text(value, language) if isinstance(value, Phrase) else isolated(value)
        for name, value in values.items()
    }
    title = " ".join(_put_in(text.title, words).split())
    return Text(title[:_LONGEST_SUBJECT], _put_in(text.body, words).strip())


def sample(kind: Kind, text: Text, language: Language) -> Text:
    """The text with sample values."""
    return rendered(text, {name: SAMPLES[name] for name in KINDS[kind].placeholders}, language)


def checked(kind: Kind, title: str, body: str) -> Text:
    """An administrator's template in its stored form.

    :raises InvalidInput: naming `title` or `body`: empty, too long, or with an unknown placeholder.
    """
    title, body = title.strip(), body.replace("\r\n", "\n").strip()
    problems = {
        "title": _problem(kind, title, LONGEST_TITLE, allowed=""),
        "body": _problem(kind, body, LONGEST_BODY, allowed="\n\t"),
    }
    if any(problems.values()):
        raise InvalidInput(details={field: [words] for field, words in problems.items() if words})
    return Text(title, body)


def _problem(kind: Kind, text: str, longest: int, allowed: str) -> str | None:
    known = KINDS[kind].placeholders
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    if not text:
        return "Enter a text."
    if len(text) > longest:
        return f"Enter at most {longest} characters; these are {len(text)}."
    if any(unicodedata.category(sign) in _CONTROLS and sign not in allowed for sign in text):
        return "The text contains a line break or a control character that cannot be sent."
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in known)
        return f"{{{unknown[0]}}} is not a placeholder of this message. Available: {names}."
    if re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        return "There is a single brace. Enter a placeholder such as {title}, or remove the brace."
    return None


def _put_in(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)
