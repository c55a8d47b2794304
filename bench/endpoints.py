"""The attempt API with 16 parallel clients, each call compared with the same number of bare SQL round trips.

With one web process, and with one per core: clients are balanced over them as in `docs/nginx.conf`.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import aiohttp
import psycopg2
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from bench.installation import Installation, running
from bench.people import self_paced_tests
from bench.report import Row
from exam_app import create_app

CLIENTS, TESTS, QUESTIONS = 16, 25, 20
FLOOR_SECONDS = 2.0


@dataclass
class Call:
    """One endpoint: its name, method, path template, and body."""

    name: str
    method: str
    path: str
    body: Callable[[dict[str, Any]], dict[str, Any] | None]


CALLS = [
    Call("start", "POST", "/api/attempts/start", lambda at: {"testId": at["test"]}),
    Call("get", "GET", "/api/attempts/{attempt}", lambda at: None),
    Call(
        "answer",
        "POST",
        "/api/attempts/{attempt}/answer",
        lambda at: {"questionId": at["question"], "selectedOptionId": 1, "timeSpent": 9},
    ),
    Call("progress", "GET", "/api/attempts/{attempt}/progress", lambda at: None),
    Call("submit", "POST", "/api/attempts/{attempt}/submit", lambda at: {"confirmSubmission": True}),
]


def measure() -> list[Row]:
    return [row for count in sorted({1, os.cpu_count() or 1}) for row in _measure(count)]


def _measure(processes: int) -> list[Row]:
    rows = []
    with running(*["web"] * processes) as installation:
        tests, tokens = self_paced_tests(installation.app, CLIENTS + 1, TESTS, QUESTIONS)
        web = create_app({"SOCKETIO_ASYNC_MODE": "threading"}, role="web")
        counts = _statements(web, tests[0], tokens.pop())
        took = asyncio.run(_all_phases(installation, tests, tokens))
        for call in CALLS:
            floor = _round_trips(installation.database_url, counts[call.name])
            calls, (seconds, used) = CLIENTS * TESTS, took[call.name]
            rate = calls / seconds
            note = (
                f"web processes: {processes}; {CLIENTS} clients, {calls} calls of {counts[call.name]} SQL "
                f"round trips each; {floor / rate:.1f} x the floor; {used / calls * 1000:.1f} ms CPU a call, "
                f"{used / seconds:.0%} of one core"
            )
            rows.append(Row(f"REST {call.name}", f"{rate:.0f}/s", f"{floor:.0f}/s", note))
    return rows


async def _all_phases(
    installation: Installation, tests: list[dict[str, int]], tokens: list[str]
) -> dict[str, tuple[float, float]]:
    """Seconds of each phase, and CPU seconds of the web processes in it. In one phase all clients make the
    same call for all their attempts.
    """
    took = dict[str, tuple[float, float]]()
    attempts = [[dict(test) for test in tests] for _ in tokens]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        for call in CALLS:
            began, used = time.perf_counter(), installation.cpu_seconds("web")
            clients = zip(cycle(installation.urls), tokens, attempts, strict=False)
            await asyncio.gather(*(_client(http, url, call, token, own) for url, token, own in clients))
            took[call.name] = (time.perf_counter() - began, installation.cpu_seconds("web") - used)
    return took


async def _client(
    http: aiohttp.ClientSession, url: str, call: Call, token: str, attempts: list[dict[str, Any]]
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    for at in attempts:
        target = url + call.path.format(**at)
        async with http.request(call.method, target, json=call.body(at), headers=headers) as reply:
            body = await reply.json()
            if not body["success"]:
                raise RuntimeError(f"{call.name}: {body}")
            if call.name == "start":
                at["attempt"] = body["data"]["attemptId"]


def _statements(app: Flask, test: dict[str, int], token: str) -> dict[str, int]:
    """SQL round trips of each call, counted in this process; BEGIN and COMMIT are one each."""
    client, headers, at = app.test_client(), {"Authorization": f"Bearer {token}"}, dict[str, Any](test)
    counts = {}
    for call in CALLS:
        with _counted() as seen:
            options = {} if call.body(at) is None else {"json": call.body(at)}
            reply = client.open(call.path.format(**at), method=call.method, headers=headers, **options)
        at.setdefault("attempt", (reply.get_json()["data"] or {}).get("attemptId"))
        counts[call.name] = len(seen)
    return counts


@contextmanager
def _counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def statement(_connection: Any, _cursor: Any, text: str, *_: Any) -> None:
        seen.append(text)

    def commit(_connection: Any) -> None:
        seen.append("COMMIT")

    def begin(_connection: Any) -> None:
        seen.append("BEGIN")

    listeners = (("before_cursor_execute", statement), ("commit", commit), ("begin", begin))
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


def _round_trips(database_url: str, count: int) -> float:
    """How often per second `CLIENTS` connections of one Python process can make `count` bare round trips."""
    done, end = [0] * CLIENTS, time.perf_counter() + FLOOR_SECONDS
    url = make_url(database_url)

    def work(number: int) -> None:
        connection = psycopg2.connect(host=url.query["host"], user=url.username, dbname=url.database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            while time.perf_counter() < end:
                for _ in range(count):
                    cursor.execute("SELECT 1 FROM attempts WHERE id = %s", (str(uuid.UUID(int=number)),))
                done[number] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / FLOOR_SECONDS
