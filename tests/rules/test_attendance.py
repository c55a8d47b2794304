"""Who was present, and when each student was absent."""

from __future__ import annotations

from typing import Any

import pytest

from exam_app.rules.attendance import Absence, absences, attendance
from tests.helpers.times import NOW, later


@pytest.mark.parametrize(
    ("joined", "began", "word"),
    [
        (None, None, "absent"),
        (later(-60), None, "waited"),
        (later(-60), NOW, "present"),
        (None, later(59), "present"),
        (later(60), later(60), "late"),
    ],
)
def test_attendance_of_a_student(joined: Any, began: Any, word: str) -> None:
    assert attendance(joined, began, NOW) == word


@pytest.mark.parametrize(
    ("moments", "found"),
    [
        ([], []),
        ([(NOW, False)], [Absence(NOW, None)]),
        ([(NOW, True)], []),
        ([(NOW, False), (later(9), True)], [Absence(NOW, later(9))]),
        ([(NOW, False), (later(5), False), (later(9), True)], [Absence(NOW, later(9))]),
        (
            [(NOW, False), (later(9), True), (later(20), True), (later(30), False)],
            [Absence(NOW, later(9)), Absence(later(30), None)],
        ),
    ],
)
def test_an_absence_lasts_from_leaving_to_returning(moments: Any, found: Any) -> None:
    assert absences(moments) == found


def test_a_short_absence_is_no_incident() -> None:
    assert not Absence(NOW, later(60)).is_reportable(later(600))
    assert Absence(NOW, later(61)).is_reportable(later(600))
    assert Absence(NOW, None).is_reportable(later(61))
