"""A token bucket: so much at once, and so much a second in the long run."""

from __future__ import annotations

import time


class TokenBucket:
    """Starts full. `rate` are tokens a second, `burst` is what it holds."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens = burst
        self._filled_at = time.monotonic()

    def take(self, tokens: float = 1) -> bool:
        """Whether there were as many; if not, none is taken."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < tokens:
            return False
        self._tokens -= tokens
        return True
