"""Notification templates: a closed list of placeholders, and no access to attributes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.errors import InvalidInput
from exam_app.rules.notifications import english, german, templates
from exam_app.rules.notifications.kinds import KINDS, MEANINGS, SAMPLES, Kind
from exam_app.rules.notifications.texts import Language, Phrase, Text, counted

ALL = [(kind, language) for kind in Kind for language in Language]


@pytest.mark.parametrize(("kind", "language"), ALL)
def test_built_in_templates_are_valid(kind: Kind, language: Language) -> None:
    text = templates.built_in(kind, language)
    assert templates.checked(kind, text.title, text.body) == text
    shown = templates.sample(kind, text, language)
    assert not re.search(r"[{}]", shown.title + shown.body)
    assert "Biology, final exam" in shown.title


def test_every_language_has_all_templates() -> None:
    assert set(KINDS) == set(Kind) == set(english.TEXTS) == set(german.TEXTS)
    assert set(english.PHRASES) == set(german.PHRASES)
    placeholders = {name for facts in KINDS.values() for name in facts.placeholders}
    assert placeholders == set(MEANINGS) == set(SAMPLES)


def test_every_kind_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs/notifications.md").read_text()
    for kind, facts in KINDS.items():
        assert f"| `{kind}` | " + " ".join(f"`{{{name}}}`" for name in facts.placeholders) + " |" in text
        assert re.search(rf"^\| `{kind}` \| .+ \| {'yes' if facts.by_mail else 'no'} \|", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("title", "body", "field", "words"),
    [
        ("{receipt}", "b", "title", "{receipt} is not a placeholder of this message. Available: {title}."),
        ("{title.__class__}", "b", "title", "{title.__class__} is not a placeholder"),
        ("t", "{title!r:>99999999}", "body", "is not a placeholder"),
        ("t", "{0} {}", "body", "{0} is not a placeholder"),
        ("t", "a { b", "body", "There is a single brace"),
        ("t", "{{title}}", "body", "There is a single brace"),
        ("t\nBcc: all@school.example", "b", "title", "a line break"),
        ("t\r\nBcc: all@school.example", "b", "title", "a line break"),
        ("t\u2028u", "b", "title", "a line break"),
        ("t", "a\x00b", "body", "control character"),
        (" ", "b", "title", "Enter a text."),
        ("t", "\n", "body", "Enter a text."),
        ("t" * 151, "b", "title", "at most 150 characters; these are 151"),
        ("t", "b" * 2001, "body", "at most 2000 characters"),
    ],
)
def test_invalid_templates_are_refused(title: str, body: str, field: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        templates.checked(Kind.RELEASED, title, body)
    assert list(refused.value.details) == [field]
    assert words in refused.value.details[field][0]


def test_line_breaks_and_umlauts_are_preserved() -> None:
    text = templates.checked(Kind.RELEASED, " Geprüft: {title} ", "Guten Tag,\r\n\r\n{title}\tist da.\r\n")
    assert text == Text("Geprüft: {title}", "Guten Tag,\n\n{title}\tist da.")


def test_values_are_substituted_once_and_a_subject_is_one_line() -> None:
    values = {"title": "{receipt}\r\nBcc: all@school.example", "receipt": "secret"}
    shown = templates.rendered(Text("On {title}", "{title}!"), values, Language.ENGLISH)
    assert shown.title == "On {receipt} Bcc: all@school.example"
    assert "secret" not in shown.title + shown.body


def test_phrases_are_translated_to_each_language() -> None:
    text = Text("{answers}", "{how}")
    values = {"answers": counted("answers", 1), "how": Phrase("handed_in_forced", {"time": "09:00:00 UTC"})}
    assert templates.rendered(text, values, Language.GERMAN) == Text(
        "1 Antwort", "Die Prüfung wurde um 09:00:00 UTC beendet: Deine Antworten sind abgegeben."
    )


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_every_valid_template_can_be_rendered(title: str, body: str, value: str) -> None:
    try:
        text = templates.checked(Kind.RELEASED, title, body)
    except InvalidInput:
        return
    shown = templates.rendered(text, {"title": value}, Language.ENGLISH)
    assert len(shown.title.splitlines()) <= 1
