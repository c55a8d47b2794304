"""The quiz of the examples, and the time at which they take place."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.models import Feedback, Test
from tests import factories
from tests.contract.shapes import clock_time
from tests.contract.situations import javascript_quiz

At = Callable[..., None]


@pytest.fixture
def at(time_machine: Any) -> At:
    """`at(12, 15)` is that time on the day of the examples. Tokens last an hour: call `api` again later."""

    def move(*time: int) -> None:
        time_machine.move_to(clock_time(*time), tick=False)

    return move


@pytest.fixture
def make_quiz(cast: SimpleNamespace) -> Callable[..., Test]:
    """Ines's quiz, with immediate feedback by default."""

    def make(feedback: Feedback = Feedback.IMMEDIATE, **fields: Any) -> Test:
        with factories.one_commit():
            return javascript_quiz(cast.ines, feedback, **fields)

    return make


@pytest.fixture
def quiz(make_quiz: Callable[..., Test]) -> Test:
    return make_quiz()
