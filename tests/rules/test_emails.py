"""E-mail addresses as people paste and type them."""

from __future__ import annotations

import pytest

from exam_app.rules.emails import LONGEST_TYPED, InvalidEmail, cleaned, comparable


@pytest.mark.parametrize(
    "typed",
    [
        "ada@school.example",
        "  Ada@School.EXAMPLE\n",
        "\u00a0ada@school.example\u3000",
        "\u200bada@school.example\ufeff",
        "ada\u00ad@school\u200e.example",
        "ada＠school．example",
        "ａｄａ@school.example",
        "mailto:ada@school.example",
        "MAILTO:ada%40school.example?subject=Exam",
        "<ada@school.example>",
        "<mailto:ada@school.example>",
        "Ada Adams <ada@school.example>",
        '"Adams, Ada" <Ada@school.example>,',
        "ada@school.example;",
        "ada@school.example.",
    ],
)
def test_what_surrounds_an_address_is_taken_off(typed: str) -> None:
    assert cleaned(typed) == comparable(typed) == "ada@school.example"


def test_accents_are_composed_and_foreign_domains_have_one_form() -> None:
    assert cleaned("rene\u0301@school.example") == cleaned("ren\u00e9@school.example")
    assert (
        cleaned("ada@müller.example") == cleaned("ada@xn--mller-kva.example") == "ada@xn--mller-kva.example"
    )
    assert cleaned("ada@straße.example") != cleaned("ada@strasse.example")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "Enter an e-mail address"),
        ("ada", "no @"),
        ("ada school@example.org", "a space"),
        ("@school.example", "missing"),
        ("ada@", "missing"),
        ("ada@school..example", "dot"),
        ("ada@.example", "dot"),
        ("ada@school.example, ben@school.example", "space"),
        ("ada@school.example,ben@school.example", "one e-mail address"),
        ("ada@ben@school.example", "one e-mail address"),
        ("ada\x07@school.example", "control character"),
        ("a" * 400 + "@school.example", "too long"),
        ("a" * (LONGEST_TYPED + 1), "too long"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(InvalidEmail, match=reason):
        cleaned(typed)
    assert len(comparable(typed)) <= LONGEST_TYPED
