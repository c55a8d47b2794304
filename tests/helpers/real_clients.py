"""Socket.IO clients over a real connection: python-socketio's own, as any program would use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
import socketio

from tests.helpers.seed import PASSWORD
from tests.helpers.waiting import PATIENCE, soon


class RealClient:
    """A user's socket in one namespace, and the events it received: `events`, as (event, data)."""

    def __init__(self, url: str, http: aiohttp.ClientSession, namespace: str = "/student") -> None:
        self.url, self.http, self.namespace = url, http, namespace
        self.socket = socketio.AsyncClient(http_session=http, reconnection=False)
        self.events: list[tuple[str, Any]] = []
        self.socket.on("*", self._record, namespace=namespace)

    async def connect(self, email: str, transports: Sequence[str] = ("websocket",)) -> RealClient:
        credentials = {"email": email, "password": PASSWORD}
        async with self.http.post(f"{self.url}/api/auth/login", json=credentials) as reply:
            self.token: str = (await reply.json())["data"]["accessToken"]
        await self.socket.connect(
            self.url,
            namespaces=[self.namespace],
            auth={"token": self.token},
            transports=list(transports),
            wait_timeout=PATIENCE,
        )
        return self

    async def emit(self, event: str, data: Any) -> dict[str, Any]:
        """The ack of an event, whether success or refusal."""
        ack: dict[str, Any] = await self.socket.call(event, data, namespace=self.namespace, timeout=PATIENCE)
        return ack

    async def ask(self, event: str, **data: Any) -> Any:
        """The data of an ack that must report success."""
        ack = await self.emit(event, data)
        assert ack["success"], ack
        return ack["data"]

    async def refused(self, event: str, data: Any) -> str:
        """The error code of an ack that must be a refusal."""
        ack = await self.emit(event, data)
        assert not ack["success"], ack
        return str(ack["error"]["code"])

    async def receives(self, event: str, where: Callable[[Any], bool] = lambda _: True) -> Any:
        """The first event of this name, received already or soon."""

        def found() -> list[Any]:
            return [data for name, data in self.events if name == event and where(data)]

        return (await soon(found, event, seen=lambda: self.events))[0]

    async def wait_until_disconnected(self) -> None:
        """Wait until the server has closed the connection."""
        await soon(lambda: not self.socket.connected, "the server closes the connection")

    async def _record(self, event: str, data: Any) -> None:
        self.events.append((event, data))
