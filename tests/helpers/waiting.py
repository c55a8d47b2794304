"""Waiting for what will come, however busy the machine is: never longer than it takes, and patiently."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 240
"""Seconds. A machine with nothing else to do needs a few; a mail whose mailer was killed comes after the two
minutes of its lease. What has not come by then does not come."""

T = TypeVar("T")


def until(
    condition: Callable[[], T],
    what: str,
    *,
    every: float = 0.02,
    seen: Callable[[], object] = str,
    pause: Callable[[float], object] = time.sleep,
) -> T:
    """The first true value of `condition()`, looked at now and `every` so many seconds.

    When it does not come the test fails with `what` was waited for, and what `seen()` says then. `pause` is
    for those whose events come only while they wait in a way of their own.
    """
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"{PATIENCE} s were not enough: {what}\n{seen()}"
        pause(every)
    return found


async def soon(
    condition: Callable[[], T], what: str, *, every: float = 0.02, seen: Callable[[], object] = str
) -> T:
    """`until`, for those who share an event loop with what they wait for."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"{PATIENCE} s were not enough: {what}\n{seen()}"
        await asyncio.sleep(every)
    return found
