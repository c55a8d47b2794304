"""A thousand students on one web process: working for a minute, and reconnecting after a complete cut-off."""

from __future__ import annotations

import asyncio
import time

import aiohttp

from bench import crowd
from bench.installation import Installation, Meter, running
from bench.people import Room, running_session
from bench.report import Row, in_milliseconds
from bench.wire import Wire

STUDENTS, QUESTIONS, SECONDS = 1000, 40, 60
BACK_WITHIN = 10
"""Seconds over which the pages reconnect."""


def measure() -> list[Row]:
    with running("web", "worker", "clock") as installation:
        room = running_session(installation.app, STUDENTS, QUESTIONS)
        return asyncio.run(_rows(installation, room))


async def _rows(installation: Installation, room: Room) -> list[Row]:
    url, session_id = installation.url, room.session_id
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        proctor = await Wire.connect(http, url, "/proctor", room.proctor_token)
        await crowd.ask(proctor, "monitor_join", {"sessionId": str(session_id)})
        empty = installation.memory("web")
        coming = [crowd.enter(http, url, seat.token, session_id) for seat in room.seats]
        wires = [wire for wire, _ in await crowd.at_most(crowd.AT_ONCE, coming)]
        entered, meter = installation.memory("web"), Meter(installation)
        timings = await crowd.work(room, wires, proctor, SECONDS)
        load, worked = meter.read(), installation.memory("web")

        meter, began = Meter(installation), time.perf_counter()
        for wire in wires:
            wire.drop()
        coming = [crowd.enter(http, url, seat.token, session_id) for seat in room.seats]
        returned = await crowd.spread(BACK_WITHIN, [crowd.timed(one) for one in coming])
        all_back, rush = time.perf_counter() - began, meter.read(STUDENTS)

    rhythm = f"{STUDENTS} students, a heartbeat every {crowd.BEAT} s, an answer every {crowd.ANSWER} s"
    kilobytes = (entered - empty) / STUDENTS / 1024
    return [
        Row("room: heartbeat", in_milliseconds(timings.beats), "", f"{rhythm}; {load}"),
        Row("room: save", in_milliseconds(timings.saves), "", f"{len(timings.saves)} of them in {SECONDS} s"),
        Row("room: save on the dashboard", in_milliseconds(timings.seen), "", "deltas leave every 250 ms"),
        Row(
            "room: memory of a student",
            f"{kilobytes:.0f} KB",
            "",
            f"web process {empty / 2**20:.0f} MB before, {worked / 2**20:.0f} MB after {SECONDS} s",
        ),
        Row(
            "all drop: one reconnected",
            in_milliseconds([took for took, _ in returned]),
            "",
            f"{STUDENTS} connect and join again, spread over {BACK_WITHIN} s, {rush}",
        ),
        Row(
            "all drop: all reconnected",
            f"{all_back:.1f} s",
            f"{BACK_WITHIN} s",
            "since they were cut off",
        ),
    ]
