"""Latency from a student's tab switch to the proctor's screen, while a class is working."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any

import aiohttp

from bench.installation import Installation, running
from bench.people import Room, running_session
from bench.report import Row
from bench.saves import batch
from bench.wire import Wire
from exam_app.rehearsal.figures import quantile

STUDENTS, SWITCHES = 30, 60


def measure() -> list[Row]:
    with running("web") as installation:
        room = running_session(installation.app, STUDENTS, 40)
        delays = asyncio.run(_watch(installation, room))
    note = f"{SWITCHES} tab switches while {STUDENTS} students save an answer every 2 s"
    value = f"p50 {quantile(delays, 0.5) * 1000:.0f} ms"
    return [
        Row("tab switch on the dashboard", value, "", f"{note}; p99 {quantile(delays, 0.99) * 1000:.0f} ms")
    ]


async def _watch(installation: Installation, room: Room) -> list[float]:
    delays: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        proctor = await Wire.connect(http, installation.url, "/proctor", room.proctor_token)
        await proctor.ask("monitor_join", {"sessionId": str(room.session_id)})
        wires = [await Wire.connect(http, installation.url, "/student", seat.token) for seat in room.seats]
        places = zip(wires, room.seats, strict=True)
        busy = [asyncio.create_task(_work(wire, seat, room, n)) for n, (wire, seat) in enumerate(places)]
        await asyncio.sleep(3)
        for number in range(SWITCHES):
            seat = room.seats[number % STUDENTS]
            seen: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            proctor.on_event = _seen_by(str(seat.attempt_id), seen)
            violation = {"attemptId": str(seat.attempt_id), "type": "tab_switch", "durationMs": 1000}
            sent = time.perf_counter()
            await wires[number % STUDENTS].ask("tab_violation", violation)
            delays.append(await asyncio.wait_for(seen, 10) - sent)
            await asyncio.sleep(0.15)
        for task in busy:
            task.cancel()
    return delays


def _seen_by(attempt_id: str, seen: asyncio.Future[float]) -> Any:
    def on_event(_name: str, data: Any) -> None:
        mine = [e for e in data.get("events", []) if e["attemptId"] == attempt_id]
        if any(event["type"] == "tab_violation" for event in mine) and not seen.done():
            seen.set_result(time.perf_counter())

    return on_event


async def _work(wire: Wire, seat: Any, room: Room, start: int) -> None:
    for number in itertools.count(start):
        await asyncio.sleep(2)
        question = room.question_ids[number % len(room.question_ids)]
        await wire.ask("answers_save", {"attemptId": str(seat.attempt_id), **batch(seat, question, number)})
