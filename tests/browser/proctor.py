"""A proctor connected by Socket.IO, for tests of what students see."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import socketio

from tests.helpers.rest import Api
from tests.helpers.waiting import PATIENCE


class Proctor:
    """Priya, over Socket.IO. Each call opens its own connection: Playwright's loop occupies this thread."""

    def __init__(self, url: str) -> None:
        self.api = Api(url, "priya@school.example")

    def ask(self, event: str, **data: Any) -> Any:
        """The data of an ack that must report success."""
        with ThreadPoolExecutor(1) as thread:
            ack = thread.submit(lambda: asyncio.run(self._ask(event, data))).result(PATIENCE)
        assert ack["success"], ack
        return ack["data"]

    async def _ask(self, event: str, data: dict[str, Any]) -> Any:
        async with socketio.AsyncSimpleClient() as client:
            await client.connect(
                self.api.url,
                namespace="/proctor",
                auth={"token": self.api.token},
                transports=["websocket"],
                wait_timeout=PATIENCE,
            )
            return await client.call(event, data, timeout=PATIENCE)
