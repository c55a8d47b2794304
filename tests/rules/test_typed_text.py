"""Texts that a reader cannot tell apart, and those that one can."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_app.rules import question_types, typed_text

SHORT = question_types.get("short_answer")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
odd = st.text(
    "aА\u0301\u0316\u200b\u200c\u200d\u034f\u0640\u094d\u0915\u0633\u00b4\u02bc'\"\u2033\u2032"
    "*\ufe0f😀\u1fef\u03d3\uff9e -–",
    max_size=20,
)


def same(key: str, typed: str, **options: bool) -> bool:
    definition = SHORT.validate_definition({"accepted": [{"text": key}], **options})
    return bool(SHORT.score(definition, {"text": typed}, Decimal(1)).is_correct)


EQUAL = [
    ("کتاب", "كتاب"),  # Persian and Arabic kaf
    ("یک", "يك"),
    ("10〜20", "10～20"),  # wave dash and full-width tilde
    ("İstanbul", "istanbul"),
    ("don’t", "don't"),
    ("don‘t", "don`t"),
    ("donʼt", "don´t"),
    ("“so”", '"so"'),
    ("«so»", "„so“"),
    ("5″", "5''"),
    ("5′", "5'"),
    ("well‑known", "well-known"),
    ("well–known", "well—known"),
    ("−5 °C", "-5 °C"),
    ("2010‒2012", "2010－2012"),
    ("nucleus", "nuc\u200bleus"),
    ("nucleus", "\ufeffnucleus"),
    ("nucleus", "nuc\u00adleus\u200e"),
    ("nucleus", "\u2067nucleus\u2069"),
    ("nucleus", "nuc\u2060le\u034fus\ufe0e"),
    ("ABC", "ＡＢＣ"),
    ("カタカナ", "ｶﾀｶﾅ"),
    ("ガ", "ｶﾞ"),
    ("efficient ﬂow", "eﬃcient flow"),
    ("wait…", "wait..."),
    ("caf\u00e9", "cafe\u0301"),
    ("Ω", "\u2126"),
    ("µm", "μm"),
    ("10\u00a0km", "10 km"),
    ("10\u202fkm", "10\u2009km"),
    ("مدرسة", "مدرســة"),
    ("لا", "\ufefb"),
    ("צה״ל", 'צה"ל'),
    ("ג׳ירפה", "ג'ירפה"),
    ("תל־אביב", "תל-אביב"),
    ("H2O", "Н2О"),
    ("Москва", "Mосква"),
    ("CO", "СΟ"),
    ("Ёлка", "Ëлка"),
    ("Straße", "STRASSE"),
    ("вода", "ВОДА"),
    ("don’t*", "don't worry"),
    (r"a\*b – c", "a*b - c"),
]
DIFFERENT = [
    ("m²", "m2"),
    ("H₂O", "H2O"),
    ("½", "1/2"),
    ("①", "1"),
    ("ℝ", "R"),
    ("résumé", "resume"),
    ("می‌خواهم", "میخواهم"),
    ("क्\u200dष", "क्ष"),
    ("👩\u200d🔬", "👩🔬"),
    ("α", "a"),
    ("ρ", "p"),
    ("H2O", "н2о"),
    ("a", "b"),
    ("co-op", "coop"),
    ("its", "it's"),
    ("AB", "A B"),
]


@pytest.mark.parametrize(("key", "typed"), EQUAL)
def test_what_a_reader_cannot_tell_apart_is_the_same_answer(key: str, typed: str) -> None:
    assert same(key, typed)
    assert "*" in key or same(typed, key)


@pytest.mark.parametrize(("key", "typed"), DIFFERENT)
def test_what_a_reader_can_see_stays_different(key: str, typed: str) -> None:
    assert not same(key, typed)
    assert not same(typed, key)


@pytest.mark.parametrize(
    ("key", "typed"), [("don’t", "don't"), ("ABC", "ＡＢＣ"), ("H2O", "Н2О"), ("a-b", "a\u00adb")]
)
def test_an_author_may_ask_for_exactness(key: str, typed: str) -> None:
    assert not same(key, typed, exact=True)
    assert same(key, f"  {key.lower()} ", exact=True)
    assert not same(key, key.swapcase(), exact=True, caseSensitive=True)


def test_case_counts_beside_typography() -> None:
    assert same("Don’t", "Don't", caseSensitive=True)
    assert not same("Don’t", "don't", caseSensitive=True)
    assert same("Н2О", "H2O", caseSensitive=True)


def test_exactness_is_stored_only_where_it_is_asked_for() -> None:
    plain = SHORT.validate_definition({"accepted": [{"text": "x"}], "exact": False})
    assert "exact" not in plain
    assert SHORT.validate_definition({**plain, "exact": True})["exact"] is True


def test_gaps_compare_in_the_same_way() -> None:
    cloze = question_types.get("cloze")
    gap = {"id": 1, "type": "short_answer", "definition": {"accepted": [{"text": "don’t"}]}}
    definition = cloze.validate_definition({"gaps": [gap]})
    response = {"gaps": [{"gapId": 1, "response": {"text": "don't"}}]}
    assert cloze.score(definition, response, Decimal(1)).is_correct
    assert not cloze.score(cloze.exactly(definition), response, Decimal(1)).is_correct


@given(texts | odd, st.booleans())
def test_the_form_of_a_form_is_itself(text: str, case_sensitive: bool) -> None:
    for form in (typed_text.form, typed_text.lookalike_form):
        once = form(text, case_sensitive)
        assert form(once, case_sensitive) == once
    assert typed_text.exact_form(typed_text.exact_form(text)) == typed_text.exact_form(text)


@given(odd.filter(str.strip), odd.filter(str.strip), st.booleans())
def test_it_does_not_matter_which_of_two_texts_is_the_key(one: str, other: str, case_sensitive: bool) -> None:
    pair = [text.replace("*", "x") for text in (one, other)]
    assert same(*pair, caseSensitive=case_sensitive) == same(*reversed(pair), caseSensitive=case_sensitive)


HOSTILE: list[Any] = [
    "a" + "\u0301\u0316" * 5000,
    "\u0301\u034f\u0316" * 4000,
    "\uff9e\u0301" * 5000,
    "\ufdfa" * 2000,
    "\u200d" * 9000,
    "س\u200c" * 5000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_take_linear_time(text: str) -> None:
    typed_text.form(text, False)  # fills the tables
    short, long = (_seconds(text * times) for times in (1, 4))
    assert long < 0.05 or long < short * 12  # quadratic would be 16 times as long


def _seconds(text: str) -> float:
    started = time.thread_time()
    for form in (typed_text.form, typed_text.lookalike_form):
        form(text, False)
    typed_text.exact_form(text)
    return time.thread_time() - started
