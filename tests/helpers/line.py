"""A network link between students and the server that can be cut, stalled and slowed down."""

from __future__ import annotations

import asyncio
import contextlib
import random
from enum import StrEnum


class Mode(StrEnum):
    OPEN = "open"
    CUT = "cut"  # every connection is reset, new ones are refused
    SILENT = "silent"  # connections stay open, nothing gets through: an unplugged cable
    SLOW = "slow"  # each chunk is delayed by up to a second


class Line:
    """A TCP proxy on its own port. Switch `mode` at any time."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.mode = Mode.OPEN
        self.random = random.Random(7)
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._opened = asyncio.Event()
        self._opened.set()

    async def listen(self) -> int:
        """:returns: the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def switch(self, mode: Mode) -> None:
        self.mode = mode
        if mode == Mode.SILENT:
            self._opened.clear()
        else:
            self._opened.set()
        if mode == Mode.CUT:
            self._abort()

    async def close(self) -> None:
        self._server.close()
        self._opened.set()
        self._abort()
        await asyncio.gather(*self._serving)

    def _abort(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == Mode.CUT:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        there = asyncio.ensure_future(self._carry(reader, far_writer))
        back = asyncio.ensure_future(self._carry(far_reader, writer))
        self._serving |= {there, back}
        await asyncio.wait({there, back})
        self._serving -= {there, back}
        self._writers -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(65_536):
                await self._opened.wait()
                if self.mode == Mode.SLOW:
                    await asyncio.sleep(self.random.uniform(0.1, 1))
                writer.write(piece)
                await writer.drain()
        writer.transport.abort()
