"""A fair (FIFO) semaphore.

A connection pool, or a semaphore of the standard library, gives a free place to whoever asks next: under load
a waiting event may be overtaken again and again, until it times out.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A context manager with a number of places; a released place goes to the longest-waiting thread."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()
        self._changing = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._waiting)

    def __enter__(self) -> None:
        with self._changing:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def __exit__(self, *_: object) -> None:
        with self._changing:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
