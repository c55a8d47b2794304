"""The quiz of the examples, and the hour at which they happen."""

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
    """`at(12, 15)` is that time of the examples' day. Tokens last an hour: ask `api` again after it."""

    def move(*time: int) -> None:
        time_machine.move_to(clock_time(*time), tick=False)

    return move


@pytest.fixture
def make_quiz(cast: SimpleNamespace) -> Callable[..., Test]:
    """Ines's quiz, with immediate feedback unless told."""

    def make(feedback: Feedback = Feedback.IMMEDIATE, **fields: Any) -> Test:
        with factories.one_commit():
            return javascript_quiz(cast.ines, feedback, **fields)

    return make


@pytest.fixture
def quiz(make_quiz: Callable[..., Test]) -> Test:
    return make_quiz()
