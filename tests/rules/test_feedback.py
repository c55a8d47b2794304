"""When a student may see a result."""

from __future__ import annotations

from datetime import datetime

import pytest

from exam_app.rules.feedback import result_is_visible
from tests.helpers.times import NOW


@pytest.mark.parametrize(
    ("feedback", "is_graded", "released_at", "visible"),
    [
        ("immediate", False, None, False),
        ("immediate", True, None, True),
        ("after_submission", False, NOW, False),
        ("after_submission", True, None, True),
        ("after_release", True, None, False),
        ("after_release", False, NOW, False),
        ("after_release", True, NOW, True),
        ("never", True, None, False),
        ("never", True, NOW, False),
    ],
)
def test_result_is_visible(
    feedback: str, is_graded: bool, released_at: datetime | None, visible: bool
) -> None:
    assert result_is_visible(feedback, is_graded, released_at) is visible
