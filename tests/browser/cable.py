"""A separate network link between a student and the product, which can be disconnected.

When disconnected, nothing gets through: neither a beacon of a closed page nor a new WebSocket, both of which
Playwright's "offline" allows.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any
from urllib.parse import urlsplit

from tests.helpers.line import Line, Mode
from tests.helpers.waiting import PATIENCE


class Cable:
    """`url` leads to the product while the cable is connected."""

    def __init__(self, product_url: str) -> None:
        to = urlsplit(product_url)
        assert to.hostname and to.port
        self._line = Line(to.hostname, to.port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._run(self._line.listen())}"

    def pull(self) -> None:
        self._loop.call_soon_threadsafe(self._line.switch, Mode.CUT)

    def plug_in(self) -> None:
        self._loop.call_soon_threadsafe(self._line.switch, Mode.OPEN)

    def remove(self) -> None:
        self._run(self._line.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)
