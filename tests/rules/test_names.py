"""Names in the order in which readers look for them, and their first letters."""

from __future__ import annotations

import random

import pytest

from exam_app.rules.names import initials, sort_key, text_key

IN_ORDER = [
    ("Aaltonen", ""),
    ("Abel", "Zoë"),
    ("Åberg", "Anna"),
    ("Ahmed", ""),
    ("al-Amin", "Nur"),
    ("Al Amin", "Omar"),
    ("Álvarez", "Ana"),
    ("D'Arc", "Jeanne"),
    ("Darwin", "Charles"),
    ("de Souza", "Ana"),
    ("De Souza", "Bea"),
    ("de Souza", "Cia"),
    ("", "Émile"),
    ("Łódź", "Jan"),
    ("Müller", "Anna"),
    ("Mu\u0308ller", "Bernd"),
    ("MÜLLER", "Cora"),
    ("Nguyễn", "An"),
    ("O’Brien", "Ada"),
    ("O'Brien", "Ben"),
    ("Sukarno", ""),
    ("Zola", "Émile"),
    ("Παπαδόπουλος", ""),
    ("Иванов", "Ян"),
    ("Щукин", ""),
    ("כהן", "דוד"),
    ("محمد", ""),
    ("हिन्दी", ""),
    ("김", "민준"),
    ("王", "伟"),
]


def test_people_are_in_the_order_of_a_reader() -> None:
    mixed = IN_ORDER[:]
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=lambda name: sort_key(*name)) == IN_ORDER


def test_numbers_count_as_numbers() -> None:
    names = ["Class 1", "Class 2", "class 10", "Class 10b", "Class ١٢", "Écoles", "Zoo"]
    mixed = names[::-1]
    assert sorted(mixed, key=text_key) == names


@pytest.mark.parametrize(
    "name", ["", " ", "😀", "\u200b", "'", "\ud83d", "x" * 100_000, "1" * 5000, "a\u0301" * 5000]
)
def test_every_name_has_a_place(name: str) -> None:
    assert len(sort_key(name, name)) < 20_000


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (("Carl", "Carter"), "C. C."),
        (("", "Sukarno"), "S."),
        (("Madonna", " "), "M."),
        (("Zoe\u0308", "Łódź"), "Z. Ł."),
        (("e\u0301mile", "王"), "é. 王."),
        (("नीता", "x\u0323\u0304"), "नी. x\u0323\u0304."),
        (("", ""), ""),
    ],
)
def test_initials(names: tuple[str, ...], letters: str) -> None:
    assert initials(*names) == letters
