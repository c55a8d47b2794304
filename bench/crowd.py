"""A session full of students over real WebSockets, with timings."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import aiohttp

from bench.people import Room, Seat
from bench.saves import batch
from bench.wire import Wire

T = TypeVar("T")
BEAT, ANSWER = 10, 30
"""Seconds between two heartbeats and two answers of a student."""
AT_ONCE = 50
"""Connections opened concurrently while nothing is measured."""


@dataclass
class Timings:
    """Seconds of each round trip, and from sending a save to its arrival on the proctor's dashboard."""

    beats: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)


async def ask(wire: Wire, event: str, data: dict[str, Any]) -> Any:
    """The data of the ack. A refusal raises, as it would invalidate the measurement."""
    reply = await wire.ask(event, data)
    if not reply["success"]:
        raise RuntimeError(f"{event}: {reply['error']}")
    return reply["data"]


async def enter(http: aiohttp.ClientSession, url: str, token: str, session_id: Any) -> tuple[Wire, Any]:
    """Join a session as the page does. Returns the connection and the reply to joining."""
    wire = await Wire.connect(http, url, "/student", token)
    return wire, await ask(wire, "session_join", {"sessionId": str(session_id)})


async def at_most(number: int, coming: Sequence[Awaitable[T]]) -> list[T]:
    """Await all, at most `number` concurrently."""
    gate = asyncio.Semaphore(number)

    async def through(one: Awaitable[T]) -> T:
        async with gate:
            return await one

    return await asyncio.gather(*map(through, coming))


async def spread(seconds: float, coming: Sequence[Awaitable[T]]) -> list[T]:
    """Await all, started at random times within `seconds`."""
    delays = random.Random(1)

    async def later(one: Awaitable[T], delay: float) -> T:
        await asyncio.sleep(delay)
        return await one

    return await asyncio.gather(*(later(one, delays.uniform(0, seconds)) for one in coming))


async def timed(coming: Awaitable[T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = await coming
    return time.perf_counter() - began, result


async def work(room: Room, wires: Sequence[Wire], proctor: Wire, seconds: float) -> Timings:
    """Heartbeats and answers for `seconds`, each student at a random phase, with a connected proctor."""
    timings, sent = Timings(), dict[str, float]()

    def on_event(name: str, data: Any) -> None:
        if name == "student_status_update":
            for row in data["students"]:
                if "answered" in row and row["studentId"] in sent:
                    timings.seen.append(time.perf_counter() - sent.pop(row["studentId"]))

    proctor.on_event = on_event
    end = time.perf_counter() + seconds
    async with asyncio.TaskGroup() as students:
        for seat, wire in zip(room.seats, wires, strict=True):
            students.create_task(_beat(wire, seat, timings, end))
            students.create_task(_answer(wire, seat, room, timings, sent, end))
    await asyncio.sleep(1)
    if sent:
        raise RuntimeError(f"{len(sent)} saves never reached the dashboard")
    return timings


async def save_until(
    over: asyncio.Event, wire: Wire, seat: Seat, room: Room, every: float, saves: list[tuple[float, float]]
) -> None:
    """One answer at a fixed interval, the first at random: when each was sent, and how long it took."""
    number = 0
    await asyncio.sleep(random.uniform(0, every))
    while not over.is_set():
        number += 1
        sent_at = time.perf_counter()
        question = room.question_ids[number % len(room.question_ids)]
        changes = {"attemptId": str(seat.attempt_id), **batch(seat, question, number)}
        took, _ = await timed(ask(wire, "answers_save", changes))
        saves.append((sent_at, took))
        await asyncio.sleep(max(0, every - took))


async def _beat(wire: Wire, seat: Seat, timings: Timings, end: float) -> None:
    beat = {"attemptId": str(seat.attempt_id), "visible": True, "focused": True, "pending": 0}
    deadline, number = None, 0
    async for _ in _rhythm(BEAT, end):
        number += 1
        took, state = await timed(ask(wire, "heartbeat", {**beat, "seq": number, "expiresAt": deadline}))
        timings.beats.append(took)
        deadline = state["expiresAt"]


async def _answer(
    wire: Wire, seat: Seat, room: Room, timings: Timings, sent: dict[str, float], end: float
) -> None:
    number = 0
    async for _ in _rhythm(ANSWER, end):
        number += 1
        question = room.question_ids[number % len(room.question_ids)]
        changes = {"attemptId": str(seat.attempt_id), **batch(seat, question, number)}
        sent[str(seat.student_id)] = time.perf_counter()
        took, reply = await timed(ask(wire, "answers_save", changes))
        timings.saves.append(took)
        if len(reply["saved"]) != 1:
            raise RuntimeError(f"not saved: {reply}")


async def _rhythm(every: float, end: float) -> AsyncIterator[None]:
    """A tick at a fixed interval until `end`, the first at random; missed ticks are skipped."""
    due = time.perf_counter() + random.uniform(0, every)
    while due < end:
        await asyncio.sleep(due - time.perf_counter())
        yield
        due = max(due + every, time.perf_counter())
