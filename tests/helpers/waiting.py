"""Waiting for a condition with a generous timeout: no longer than necessary, however busy the machine is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, settings

PATIENCE = 240
"""Timeout in seconds. An idle machine needs a few; a mail whose mailer was killed is sent again after its
lease of two minutes."""

# Hypothesis, too: on a busy machine its first examples take longer than it allows.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

T = TypeVar("T")


def until(
    condition: Callable[[], T],
    what: str,
    *,
    every: float = 0.02,
    seen: Callable[[], object] = str,
    pause: Callable[[float], object] = time.sleep,
) -> T:
    """The first true value of `condition()`, evaluated now and `every` so many seconds.

    On a timeout the test fails with `what` was waited for, and the current value of `seen()`. `pause` is for
    callers that receive their events only while they wait in their own way.
    """
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"{PATIENCE} s were not enough: {what}\n{seen()}"
        pause(every)
    return found


async def soon(
    condition: Callable[[], T], what: str, *, every: float = 0.02, seen: Callable[[], object] = str
) -> T:
    """`until` for code that shares an event loop with what it waits for."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"{PATIENCE} s were not enough: {what}\n{seen()}"
        await asyncio.sleep(every)
    return found
