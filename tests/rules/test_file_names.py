"""File names from titles: valid everywhere, and with their letters."""

from __future__ import annotations

import pytest

from exam_app.rules.file_names import file_name


@pytest.mark.parametrize(
    "title",
    [
        "Контрольная",
        "数学",
        "Łódź",
        "Prüfung 3",
        "हिन्दी परीक्षा",
        "امتحان الرياضيات",
        "می‌خواهم",
        "Test 👩‍🔬",
        "C++ (2)",
    ],
)
def test_letters_of_every_script_are_kept(title: str) -> None:
    assert file_name(title, "csv") == f"{title}.csv"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("", "results.csv"),
        (" ... ", "results.csv"),
        ("???", "results.csv"),
        ("\u200b\u202e", "results.csv"),
        (".htaccess", "htaccess.csv"),
        ("../../etc/passwd", "etc_passwd.csv"),
        ("Mid/term: 2", "Mid_term_ 2.csv"),
        ('say "hello"', "say _hello.csv"),
        ("a\r\nSet-Cookie: b", "a  Set-Cookie_ b.csv"),
        ("a\x00b\x1f\x7fc\u2028d", "a b  c d.csv"),
        ("exam\u202egpj", "examgpj.csv"),
        ("Zoe\u0308", "Zoë.csv"),
        ("CON", "_CON.csv"),
        ("nul.txt", "_nul.txt.csv"),
        ("Com1", "_Com1.csv"),
        ("Console", "Console.csv"),
        ("end. ", "end.csv"),
    ],
)
def test_what_a_file_system_refuses_is_replaced(title: str, name: str) -> None:
    assert file_name(title, "csv", "results") == name


@pytest.mark.parametrize("letter", ["a", "é", "数", "👩‍🔬", "नि", "e\u0301\u0323", "\u0301"])
def test_long_titles_are_cut_between_letters(letter: str) -> None:
    name = file_name(letter * 255, "csv")
    assert len(name.encode()) <= 205 and len(name) <= 85
    assert not name.endswith("\u200d.csv")
