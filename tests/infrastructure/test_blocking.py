"""Calls beside the event loop: at most two at a time, by the runner of the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from exam_app.infrastructure import blocking
from tests.helpers.waiting import PATIENCE, until


@pytest.fixture
def running() -> Iterator[list[Any]]:
    """What the runner was asked to run; it makes each call in a thread, as `wsgi.py` arranges it."""
    calls: list[Any] = []

    def runner(function: Any, *arguments: Any) -> Any:
        calls.append(arguments)
        return function(*arguments)

    blocking.use(runner)
    yield calls
    blocking.use(None)


def test_results_and_errors_come_back(running: list[Any]) -> None:
    assert blocking.run(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        blocking.run(divmod, 7, 0)
    assert blocking.run(divmod, 7, 3) == (2, 1)
    assert running == [(7, 2), (7, 0), (7, 3)]


def test_two_at_a_time(running: list[Any]) -> None:
    may_end = threading.Event()
    threads = [threading.Thread(target=blocking.run, args=(may_end.wait, PATIENCE)) for _ in range(5)]
    for thread in threads:
        thread.start()
    until(lambda: len(running) == 2, "two are running")
    may_end.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(running) == 5
