"""Metrics: counted in the memory of each process, and added up in Redis every two seconds.

Counting never blocks: a save touches neither Redis nor a file for it. Counts that a killed process had not
flushed are lost (docs/decisions/0012).

Keys: ``metrics:total`` is a hash of all counts since Redis was last empty;
``metrics:{organization}:{minute}`` is one of a single minute (number since 1970), stored for two hours;
``metrics:processes`` holds, for each web process, its last report and who is connected to it. A field is a
name and its labels, joined by ``|``; a duration has one field for each bucket, and one for the sum in
microseconds.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from redis import RedisError

from exam_app import clock
from exam_app.infrastructure.redis_client import redis
from exam_app.rules.histogram import BUCKETS, bucket_of

log = logging.getLogger(__name__)

FLUSH_SECONDS = 2
SILENCE_SECONDS = 15
"""A web process that has not reported for longer is considered dead."""
KEPT_SECONDS = 7200
TOTAL = "metrics:total"
_PROCESSES = "metrics:processes"

People = tuple[int, int]
"""The numbers of students and of staff members."""
Connected = Callable[[], Mapping[int, People]]
"""The numbers of users connected to this process, by organization."""


class Tally:
    """The counts of this process that are not flushed yet, by key and field."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, counts: Iterable[tuple[str, str, int]]) -> None:
        with self._lock:
            for key, field, amount in counts:
                self._counts[key, field] += amount

    def take(self) -> Counter[tuple[str, str]]:
        """Return all counts and reset them."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        return counts


# --- counting -----------------------------------------------------------------------------------


def save_done(outcome: str, seconds: float, organization_id: int | None, conflicts: int = 0) -> None:
    """A save was answered. `outcome`: `saved`; `refused`, because of the client; `failed`, because of us."""
    counts = {f"saves|{outcome}": 1}
    if outcome == "saved":
        counts |= _duration("save_seconds", seconds)
    if conflicts:
        counts["conflicts"] = conflicts
    _count(counts, organization_id, counts)


def request_done(operation: str, status: int, seconds: float, organization_id: int | None) -> None:
    """A request or an event was answered. `operation`: method and route, or namespace and event."""
    in_minute = {"requests": 1, **_duration("request_seconds", seconds)}
    if status >= 500:
        in_minute[f"errors|{operation}"] = 1
    total = {f"requests|{operation}|{status}": 1, **_duration(f"request_seconds|{operation}", seconds)}
    _count(total, organization_id, in_minute)


def attempt_closed(organization_id: int, late: float) -> None:
    """An attempt was closed at its deadline, `late` seconds after deadline and grace."""
    counts = _duration("closing_seconds", late)
    _count(counts, organization_id, counts)


def _duration(name: str, seconds: float) -> dict[str, int]:
    return {f"{name}|{bucket_of(seconds)}": 1, f"{name}|sum": round(seconds * 1_000_000)}


def _count(total: dict[str, int], organization_id: int | None, in_minute: dict[str, int]) -> None:
    counts = [(TOTAL, field, amount) for field, amount in total.items()]
    if organization_id is not None:
        key = _minute_key(organization_id, _minute(clock.now()))
        counts += [(key, field, amount) for field, amount in in_minute.items()]
    tally().add(counts)


def tally() -> Tally:
    """The counts of this process that are not flushed yet."""
    kept: Tally = current_app.extensions.setdefault("metrics", Tally())
    return kept


# --- handing on ---------------------------------------------------------------------------------


def flush(connected: Mapping[int, People] | None = None) -> None:
    """Add the counts of this process to Redis; without Redis they stay here until the next flush.

    :param connected: from a web process only, as its sign that it is alive.
    """
    counts = tally().take()
    if not counts and connected is None:
        return
    try:
        with redis().pipeline(transaction=True) as pipe:
            for (key, field), amount in counts.items():
                pipe.hincrby(key, field, amount)
            for key in {key for key, _ in counts} - {TOTAL}:
                pipe.expire(key, KEPT_SECONDS)
            if connected is not None:
                said = {"at": clock.now().timestamp(), "connected": connected}
                pipe.hset(_PROCESSES, f"{socket.gethostname()}:{os.getpid()}", json.dumps(said))
            pipe.execute()
    except RedisError as error:
        log.warning("metrics are not flushed, Redis is unreachable: %s", error)
        tally().add((key, field, amount) for (key, field), amount in counts.items() if _is_young(key))


def note_connections() -> None:
    """Record the number of connections as this minute's data point. Called by the clock process."""
    now = clock.now()
    found = web_processes()
    with redis().pipeline(transaction=False) as pipe:
        for process in found:
            if not process.is_alive(now):
                pipe.hdel(_PROCESSES, process.name)
        for organization_id, (students, staff) in connections(found, now).items():
            key = _minute_key(organization_id, _minute(now))
            pipe.hset(key, mapping={"students": students, "staff": staff})
            pipe.expire(key, KEPT_SECONDS)
        pipe.execute()


# --- reading ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WebProcess:
    """The last report of a web process; `connected` is by organization."""

    name: str
    at: datetime
    connected: dict[int, People]

    def is_alive(self, now: datetime) -> bool:
        return (now - self.at).total_seconds() <= SILENCE_SECONDS


def totals() -> dict[str, int]:
    """All counts of the installation, by field."""
    return _numbers(redis().hgetall(TOTAL))


def minutes_of(organization_id: int, now: datetime, count: int) -> list[tuple[datetime, dict[str, int]]]:
    """The last `count` minutes of an organization, the current one last: start and fields of each."""
    minutes = range(_minute(now) - count + 1, _minute(now) + 1)
    with redis().pipeline(transaction=False) as pipe:
        for minute in minutes:
            pipe.hgetall(_minute_key(organization_id, minute))
        found = pipe.execute()
    return [
        (datetime.fromtimestamp(minute * 60, UTC), _numbers(fields))
        for minute, fields in zip(minutes, found, strict=True)
    ]


def web_processes() -> list[WebProcess]:
    """All web processes that have reported; check `is_alive` for each."""
    found: Any = redis().hgetall(_PROCESSES)
    processes = []
    for name, text in found.items():
        said = json.loads(text)
        connected = {int(key): (people[0], people[1]) for key, people in said["connected"].items()}
        processes.append(WebProcess(name.decode(), datetime.fromtimestamp(said["at"], UTC), connected))
    return processes


def connections(processes: list[WebProcess], now: datetime) -> dict[int, People]:
    """Students and staff connected to live processes, by organization."""
    together: dict[int, People] = {}
    for process in processes:
        if process.is_alive(now):
            for organization_id, (students, staff) in process.connected.items():
                before = together.get(organization_id, (0, 0))
                together[organization_id] = (before[0] + students, before[1] + staff)
    return together


def durations(fields: Mapping[str, int], name: str) -> list[int]:
    """The counts of all buckets of a duration."""
    return [fields.get(f"{name}|{bucket}", 0) for bucket in range(BUCKETS)]


def _numbers(fields: Any) -> dict[str, int]:
    return {field.decode(): int(value) for field, value in fields.items()}


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _minute_key(organization_id: int, minute: int) -> str:
    return f"metrics:{organization_id}:{minute}"


def _is_young(key: str) -> bool:
    """Whether counts of this key are still within the retention time."""
    return key == TOTAL or (_minute(clock.now()) - int(key.rpartition(":")[2])) * 60 < KEPT_SECONDS
