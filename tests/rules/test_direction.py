"""The direction of texts of people, and of names in sentences."""

from __future__ import annotations

import pytest

from exam_app.rules.activity_sentences import sentence
from exam_app.rules.direction import direction, isolated
from exam_app.rules.notifications.templates import rendered
from exam_app.rules.notifications.texts import Language, Text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ما هي وظيفة النواة؟", "rtl"),
        ("מהו הגרעין?", "rtl"),
        ("C++ و Java.", "rtl"),
        ("The Arabic word كتاب means book.", "auto"),
        ("What is a cell?", "auto"),
        ("3.5", "auto"),
        ("", "auto"),
        (f"{isolated('محمد الأحمد')} raised a hand", "ltr"),
    ],
)
def test_a_text_has_the_direction_of_its_own_content(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_a_name_in_a_sentence_does_not_turn_it_round() -> None:
    assert isolated("Ada Okafor") == "Ada Okafor"
    assert isolated("محمد الأحمد") == "\u2068محمد الأحمد\u2069"


def test_a_mail_and_the_activity_log_isolate_names_and_reasons() -> None:
    title, name = "امتحان الأحياء.", "محمد الأحمد"
    mail = rendered(Text("Your result: {title}", "{title} was released."), {"title": title}, Language.ENGLISH)
    assert mail == Text(f"Your result: {isolated(title)}", f"{isolated(title)} was released.")
    logged = sentence("hand_raised", {"text": title}, name)
    assert logged == f"{isolated(name)} raised a hand: {isolated(title)}"
