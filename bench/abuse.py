"""What one hostile sender costs everybody else: 200 students go on saving while each abuse runs.

The sender has a process of its own, so that it takes a core but not the time of the measuring client. Whoever
is cut off connects again at once.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bench import crowd
from bench.installation import Installation, running
from bench.people import Room, Seat, running_session
from bench.report import Row
from exam_app.rehearsal.figures import quantile
from tests.helpers.raw_websocket import BINARY, CONTINUATION, PING, TEXT, RawWebSocket

STUDENTS, QUESTIONS, SECONDS, EVERY = 200, 20, 10, 2.0
DRIPPING = 200
"""Connections of the slow sender."""
Abuse = Callable[[str, Seat], None]


def fragments(url: str, _: Seat) -> None:
    """One message that never ends."""
    wire = RawWebSocket(url)
    part = b"4" * (256 * 1024)
    wire.send(part, TEXT, is_last=False)
    while True:
        wire.send(part, CONTINUATION, is_last=False)


def small_frames(url: str, _: Seat) -> None:
    wire = RawWebSocket(url)
    while True:
        wire.send(b"", PING)


def attachments(url: str, seat: Seat) -> None:
    """A packet that announces a billion attachments, and some of them."""
    wire = _joined(url, seat)
    wire.send(b'45999999999-/student,["answers_save",{"_placeholder":true,"num":0}]')
    while True:
        wire.send(b"x" * 1_500_000, BINARY)


def large_messages(url: str, seat: Seat) -> None:
    """Messages of almost the largest size that are no JSON until the end."""
    wire = _joined(url, seat)
    message = b'42/student,["answers_save",' + b"[" * 900 + b" " * 1_900_000
    while True:
        wire.send(message)


def events(url: str, seat: Seat) -> None:
    """Heartbeats as fast as they can be sent."""
    wire = _joined(url, seat)
    beat = json.dumps(["heartbeat", {"attemptId": str(seat.attempt_id), "seq": 1}])
    while True:
        wire.send(f"42/student,{beat}".encode())


def slow_headers(url: str, _: Seat) -> None:
    """Requests that come byte by byte."""
    address = urlsplit(url)
    sockets = [socket.create_connection((address.hostname, address.port)) for _ in range(DRIPPING)]
    while True:
        for one in sockets:
            one.sendall(b"X")
        time.sleep(0.5)


def combining_marks(url: str, seat: Seat) -> None:
    """Short answers of combining marks in the worst order."""
    wire = _joined(url, seat)
    text = "a" + "\u0301\u0316" * 450
    change = {"questionId": 1, "response": {"text": text}, "baseVersion": 0}
    number = 0
    while True:
        changes = [{**change, "changeId": f"00000000-0000-4000-8000-{number + n:012d}"} for n in range(40)]
        number += 40
        data = json.dumps(["answers_save", {"attemptId": str(seat.attempt_id), "changes": changes}])
        wire.send(f"42/student,{data}".encode())
        time.sleep(0.05)


ABUSES: dict[str, Abuse] = {
    "endless message": fragments,
    "small frames": small_frames,
    "attachments": attachments,
    "large messages": large_messages,
    "events": events,
    "slow headers": slow_headers,
    "combining marks": combining_marks,
}


def _joined(url: str, seat: Seat) -> RawWebSocket:
    wire = RawWebSocket(url)
    wire.send(f"40/student,{json.dumps({'token': seat.token})}".encode())
    while (frame := wire.frame()) is not None and not frame[1].startswith(b"40/student"):
        pass
    return wire


def _again_and_again(abuse: Abuse, url: str, seat: Seat) -> None:
    while True:
        with suppress(OSError):
            abuse(url, seat)


def measure() -> list[Row]:
    with running("web") as installation:
        room = running_session(installation.app, STUDENTS + 1, QUESTIONS)
        return asyncio.run(_rows(installation, room))


async def _rows(installation: Installation, room: Room) -> list[Row]:
    *honest, hostile = room.seats
    processes = multiprocessing.get_context("spawn")
    url = installation.url
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        coming = [crowd.enter(http, url, seat.token, room.session_id) for seat in honest]
        wires = [wire for wire, _ in await crowd.at_most(crowd.AT_ONCE, coming)]
        seats = list(zip(wires, honest, strict=True))
        before = installation.memory("web")
        quiet, health = await _phase(http, url, room, seats)
        rows = [_row("nobody", quiet, quiet, health, before, installation.memory("web"))]
        for name, abuse in ABUSES.items():
            before = installation.memory("web")
            sender = processes.Process(target=_again_and_again, args=(abuse, url, hostile), daemon=True)
            sender.start()
            try:
                saves, health = await _phase(http, url, room, seats)
            finally:
                sender.kill()
                sender.join()
            rows.append(_row(name, saves, quiet, health, before, installation.memory("web")))
        for wire in wires:
            await wire.close()
    return rows


async def _phase(
    http: aiohttp.ClientSession, url: str, room: Room, seats: list[Any]
) -> tuple[list[float], float]:
    """The seconds of each save, and the longest that /healthz took."""
    over = asyncio.Event()
    saves: list[tuple[float, float]] = []
    longest = 0.0

    async def look() -> None:
        nonlocal longest
        while not over.is_set():
            began = time.perf_counter()
            async with http.get(f"{url}/healthz") as reply:
                await reply.read()
            longest = max(longest, time.perf_counter() - began)
            await asyncio.sleep(0.05)

    async def end() -> None:
        await asyncio.sleep(SECONDS)
        over.set()

    students = (crowd.save_until(over, wire, seat, room, EVERY, saves) for wire, seat in seats)
    await asyncio.gather(end(), look(), *students)
    return [took for _, took in saves], longest


def _row(name: str, saves: list[float], quiet: list[float], health: float, before: int, after: int) -> Row:
    p99, floor = quantile(saves, 0.99), quantile(quiet, 0.99)
    note = (
        f"{p99 / floor:.1f} x quiet; /healthz at most {health * 1000:.0f} ms; {len(saves)} saves by"
        f" {STUDENTS} students in {SECONDS} s; web process {before / 2**20:.0f} MB before,"
        f" {after / 2**20:.0f} MB after"
    )
    return Row(f"abuse: {name}", f"p99 {p99 * 1000:.0f} ms", f"{floor * 1000:.0f} ms", note)
