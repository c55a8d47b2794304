"""The start of an exam: time until five hundred pages show their first question."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import crowd
from bench.installation import Installation, Meter, running
from bench.people import Class, planned_session
from bench.report import Row, in_milliseconds
from exam_app.rules.attempt_states import SessionStatus

STUDENTS, QUESTIONS = 500, 40
CONFIRM_WITHIN, LATE_WITHIN = 5, 1
"""Seconds over which pages confirm the decrypted paper, and over which latecomers join."""


def measure() -> list[Row]:
    with running("web", "worker", "clock") as installation:
        waiting = planned_session(installation.app, STUDENTS, QUESTIONS, SessionStatus.WAITING)
        begun = planned_session(installation.app, STUDENTS, QUESTIONS, SessionStatus.IN_PROGRESS)
        return asyncio.run(_sealed(installation, waiting)) + asyncio.run(_late(installation, begun))


async def _sealed(installation: Installation, room: Class) -> list[Row]:
    """All students wait with their sealed papers; then the proctor starts the session."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        coming = [crowd.enter(http, installation.url, token, room.session_id) for token in room.tokens]
        places = await crowd.at_most(crowd.AT_ONCE, coming)
        arrivals, keys = dict[int, float](), dict[int, str]()
        everybody = asyncio.Event()

        def started(number: int, name: str, data: Any) -> None:
            if name == "session_started":
                arrivals[number], keys[number] = time.perf_counter(), data["key"]
                if len(arrivals) == STUDENTS:
                    everybody.set()

        for number, (wire, _) in enumerate(places):
            wire.on_event = lambda name, data, number=number: started(number, name, data)  # type: ignore[misc]
        meter, began = Meter(installation), time.perf_counter()
        headers = {"Authorization": f"Bearer {room.proctor_token}"}
        async with http.post(
            f"{installation.url}/api/sessions/{room.session_id}/start", headers=headers
        ) as reply:
            answered = time.perf_counter() - began
            if reply.status != 200:
                raise RuntimeError(await reply.text())
        await asyncio.wait_for(everybody.wait(), 60)
        used = meter.read()
        papers = [_opened(joined["prepared"], keys[number]) for number, (_, joined) in enumerate(places)]
        asks = [
            crowd.ask(wire, "state_sync_request", {"attemptId": paper["attemptId"], "versions": {}})
            for (wire, _), paper in zip(places, papers, strict=True)
        ]
        confirmed = await crowd.spread(CONFIRM_WITHIN, [crowd.timed(ask) for ask in asks])
    note = f"{STUDENTS} in the waiting room, from the proctor's click to the key; {used}"
    return [
        Row("start: first question", in_milliseconds([at - began for at in arrivals.values()]), "", note),
        Row("start: the proctor's reply", f"{answered * 1000:.0f} ms", "", "all have their attempts"),
        Row(
            "start: confirmed",
            in_milliseconds([took for took, _ in confirmed]),
            "",
            f"each page asks for its state, spread over {CONFIRM_WITHIN} s",
        ),
    ]


def _opened(prepared: dict[str, str], key: str) -> dict[str, Any]:
    """The decrypted paper; it must contain questions."""
    iv, sealed = b64decode(prepared["iv"]), b64decode(prepared["sealed"])
    paper: dict[str, Any] = json.loads(AESGCM(b64decode(key)).decrypt(iv, sealed, None))
    assert len(paper["questions"]) == QUESTIONS
    return paper


async def _late(installation: Installation, room: Class) -> list[Row]:
    """All students join a session that has started, and get their attempts there."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        meter = Meter(installation)
        coming = [crowd.enter(http, installation.url, token, room.session_id) for token in room.tokens]
        entered = await crowd.spread(LATE_WITHIN, [crowd.timed(one) for one in coming])
        used = meter.read(STUDENTS)
    assert all(len(joined["attempt"]["questions"]) == QUESTIONS for _, (_, joined) in entered)
    note = f"{STUDENTS} connect and join within {LATE_WITHIN} s, each gets an attempt; {used}"
    return [Row("late: first question", in_milliseconds([took for took, _ in entered]), "", note)]
