"""A minimal Socket.IO client, so that the benchmark measures the server and not the client.

It speaks Engine.IO 4 over a WebSocket; the tests use the official clients.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from typing import Any

import aiohttp


class Wire:
    """One connection to one namespace: `ask` sends an event and waits for its ack."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self._socket, self._namespace = wire, namespace
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._sent = 0
        self.on_event: Callable[[str, Any], None] = lambda _name, _data: None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, http: aiohttp.ClientSession, url: str, namespace: str, token: str) -> Wire:
        socket_url = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        opened = await http.ws_connect(socket_url)
        await opened.receive_str()
        await opened.send_str(f"40{namespace},{json.dumps({'token': token})}")
        while (answer := await opened.receive_str()) == "2":
            await opened.send_str("3")
        if not answer.startswith(f"40{namespace}"):
            raise ConnectionError(answer)
        return cls(opened, namespace)

    async def ask(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """The ack, envelope included."""
        self._sent += 1
        number = self._sent
        ack = self._acks[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_str(f"42{self._namespace},{number}{json.dumps([event, data])}")
        reply: dict[str, Any] = await ack
        return reply

    def drop(self) -> None:
        """Close abruptly, as when the network fails."""
        self._socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()

    async def _read(self) -> None:
        head = len(self._namespace) + 3
        async for message in self._socket:
            text = message.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("43"):
                start = text.index("[")
                self._acks.pop(int(text[head:start])).set_result(json.loads(text[start:])[0])
            elif text.startswith("42"):
                name, data = json.loads(text[head:])
                self.on_event(name, data)
