"""So many at a time, and the others in the order in which they came.

A pool of connections, or a semaphore of the standard library, gives what is free to whoever asks next: under
load somebody who waits may be passed by again and again, until they are told that nothing is free.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A context manager with so many places; a place that is given up goes to whoever has waited longest."""

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
