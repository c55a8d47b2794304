"""Durable saves per second of one web process, over Socket.IO and REST, compared with the bare statement."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from bench.installation import Installation, running
from bench.people import Room, Seat, running_session
from bench.report import Row
from bench.wire import Wire
from exam_app.engines.embedded import postgres_programs
from exam_app.rehearsal.figures import quantile

STUDENTS, QUESTIONS, CLIENTS, SECONDS = 200, 40, 64, 10

# The minimum of a save: the guard, a row of the log, the answer. One statement, one commit.
FLOOR = """
\\set seat random(0, {last})
\\set question random({first_question}, {last_question})
WITH claimed AS (
  UPDATE attempts SET version = version + 1
   WHERE id = (SELECT id FROM bench_seats WHERE seat = :seat) AND status = 'in_progress'
     AND now() <= deadline_at + interval '2 seconds'
  RETURNING id, version
), logged AS (
  INSERT INTO answer_changes (attempt_id, seq, change_id, question_id, response, flagged, time_spent,
                              base_version, typed_at, arrived_at, outcome)
  SELECT id, version, gen_random_uuid(), :question, '{{"selectedOptionIds": [1]}}', false, 1, 0, now(),
         now(), 'applied' FROM claimed
)
INSERT INTO answers (attempt_id, question_id, id, version, response, is_answered, flagged, time_spent,
                     typed_at, saved_at, points, is_correct)
SELECT id, :question, gen_random_uuid(), version, '{{"selectedOptionIds": [1]}}', true, false, 1,
       now(), now(), 1, true
  FROM claimed
    ON CONFLICT (attempt_id, question_id) DO UPDATE
   SET version = excluded.version, response = excluded.response;
"""

Save = Callable[[aiohttp.ClientSession, Seat, dict[str, Any]], Awaitable[bool]]


def measure() -> list[Row]:
    rows = []
    with running("web") as installation:
        room = running_session(installation.app, STUDENTS, QUESTIONS)
        floor = _pgbench(installation, room)
        for name, prepare in (("Socket.IO", _over_socket), ("REST", _over_rest)):
            used = installation.cpu_seconds("web")
            count, took, latencies = asyncio.run(_load(installation, room, prepare))
            used = installation.cpu_seconds("web") - used
            p50, p99 = (quantile(latencies, share) * 1000 for share in (0.5, 0.99))
            note = (
                f"{CLIENTS} clients for {took:.0f} s: p50 {p50:.0f} ms, p99 {p99:.0f} ms; "
                f"web process {used / count * 1000:.2f} ms CPU a save"
            )
            rows.append(Row(f"saves over {name}", f"{count / took:.0f}/s", f"{floor:.0f}/s", note))
    return rows


async def _load(installation: Installation, room: Room, prepare: Any) -> tuple[int, float, list[float]]:
    """`CLIENTS` students save one answer after the other for `SECONDS`; every reply is checked."""
    latencies: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        seats = room.seats[:CLIENTS]
        asks = [await prepare(http, installation.url, seat) for seat in seats]
        end = time.perf_counter() + SECONDS
        began = time.perf_counter()

        async def student(seat: Seat, ask: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]) -> None:
            number = 0
            while time.perf_counter() < end:
                number += 1
                question = room.question_ids[number % len(room.question_ids)]
                sent = time.perf_counter()
                reply = await ask(batch(seat, question, number))
                latencies.append(time.perf_counter() - sent)
                if not reply["success"] or len(reply["data"]["saved"]) != 1:
                    raise RuntimeError(json.dumps(reply))

        await asyncio.gather(*(student(seat, ask) for seat, ask in zip(seats, asks, strict=True)))
        return len(latencies), time.perf_counter() - began, latencies


def batch(seat: Seat, question: int, number: int) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    change = {
        "changeId": str(uuid.uuid4()),
        "questionId": question,
        "response": {"selectedOptionIds": [number % 4 + 1]},
        "timeSpent": number,
        "clientTime": now,
        "flagged": False,
    }
    return {"changes": [change], "sentAt": now, "deviceId": str(seat.student_id)}


async def _over_socket(http: aiohttp.ClientSession, url: str, seat: Seat) -> Any:
    wire = await Wire.connect(http, url, "/student", seat.token)

    async def ask(batch: dict[str, Any]) -> dict[str, Any]:
        return await wire.ask("answers_save", {"attemptId": str(seat.attempt_id), **batch})

    return ask


async def _over_rest(http: aiohttp.ClientSession, url: str, seat: Seat) -> Any:
    answers_url = f"{url}/api/attempts/{seat.attempt_id}/answers"
    headers = {"Authorization": f"Bearer {seat.token}"}

    async def ask(batch: dict[str, Any]) -> dict[str, Any]:
        async with http.post(answers_url, json=batch, headers=headers) as reply:
            body: dict[str, Any] = await reply.json()
            return body

    return ask


def _pgbench(installation: Installation, room: Room) -> float:
    """Transactions per second of the bare statement, from sixteen clients."""
    programs = postgres_programs()
    url = installation.database_url.replace("postgresql+psycopg2://", "postgresql://")
    seats = ",".join(f"({n},'{seat.attempt_id}'::uuid)" for n, seat in enumerate(room.seats))
    setup = f"CREATE TABLE bench_seats AS SELECT * FROM (VALUES {seats}) AS v(seat, id); ANALYZE bench_seats;"
    psql = [programs / "psql", "-q", url]
    subprocess.run(psql, input=setup, text=True, check=True, stdout=subprocess.DEVNULL)
    script = FLOOR.format(
        last=len(room.seats) - 1, first_question=room.question_ids[0], last_question=room.question_ids[-1]
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        Path(file.name).write_text(script)
        command = [programs / "pgbench", "-n", "-c", "16", "-j", "1", "-T", "8", "-f", file.name, url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    reset = (
        "SET client_min_messages TO warning; UPDATE attempts SET version = 0;"
        "TRUNCATE answers, answer_changes CASCADE; DROP TABLE bench_seats;"
    )
    subprocess.run([*psql, "-c", reset], check=True)
    found = re.search(r"tps = ([\d.]+)", output)
    assert found is not None, output
    return float(found[1])
