"""A running session with its proctor and a student in it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import AttemptFactory, ExamSessionFactory
from tests.helpers.room import join, join_monitor


@pytest.fixture
def priya(socket: Any, cast: SimpleNamespace, running: Any) -> Any:
    client = socket(cast.priya)
    join_monitor(client, running)
    return client


@pytest.fixture
def carl(socket: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> Any:
    client = socket(cast.carl)
    join(client, running)
    client.received()
    return client


@pytest.fixture
def elsewhere(cast: SimpleNamespace, exam: Any) -> Any:
    """Carl's attempt in a session that Priya does not supervise."""
    other = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=exam)
    return AttemptFactory(student=cast.carl, session=other)
