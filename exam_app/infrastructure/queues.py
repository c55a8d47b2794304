"""Queue names and the jobs to enqueue. Jobs are named by path, so this never imports `workers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from exam_app import clock
from exam_app.infrastructure.redis_client import redis

DEADLINES = "deadlines"
GRADING = "grading"
MAIL = "mail"
ALL = (DEADLINES, GRADING, MAIL)
CLOCK_SILENCE_SECONDS = 15
WORKER_SILENCE = timedelta(minutes=8)
"""RQ's own: an idle worker sends a heartbeat every seven minutes."""
_CLOCK = "clock-alive"
_MODULE = "workers.jobs"
JOBS = {
    "close_due": DEADLINES,
    "grade_closed": GRADING,
    "release_results": GRADING,
    "regrade": GRADING,
    "remind_of_marking": GRADING,
    "maintain_sessions": GRADING,
    "send_mail": MAIL,
}
"""The functions of `workers.jobs`, and their queues."""


class KnownJob(Job):
    """A job that runs nothing but a function of ours: whoever can write to Redis can enqueue anything."""

    @property
    def func(self) -> Any:
        module, _, name = str(self.func_name).rpartition(".")
        if module != _MODULE or name not in JOBS:
            raise ValueError(f"{self.func_name} is no job of this product")
        return super().func


def queue_of(name: str) -> Queue:
    """The queue with this name, as all processes see it."""
    # JSON, as unpickling could run anything, too.
    return Queue(name, connection=redis(), job_class=KnownJob, serializer=JSONSerializer)


def _enqueue(job: str) -> None:
    # A job takes no arguments and finds its work in the database, so its result is not needed.
    queue_of(JOBS[job]).enqueue(f"{_MODULE}.{job}", result_ttl=0, failure_ttl=86_400, job_timeout=300)


def enqueue_close() -> None:
    """Close every attempt and session whose time is up."""
    _enqueue("close_due")


def enqueue_grading() -> None:
    """Grade every closed attempt whose grading is due."""
    _enqueue("grade_closed")


def enqueue_release() -> None:
    """Release the results whose automatic release is due."""
    _enqueue("release_results")


def enqueue_regrade() -> None:
    """Take the next step of a regrade."""
    _enqueue("regrade")


def enqueue_marking_reminders() -> None:
    """Remind teachers of answers that have to be marked."""
    _enqueue("remind_of_marking")


def enqueue_session_maintenance() -> None:
    """Send the time warnings that are due, and detect disconnected students."""
    _enqueue("maintain_sessions")


def enqueue_mail() -> None:
    """Send every mail of the outbox that is due."""
    _enqueue("send_mail")


def clock_ticks() -> None:
    """Record that the clock process is alive."""
    redis().set(_CLOCK, clock.now().timestamp(), ex=CLOCK_SILENCE_SECONDS)


def clock_ticked_at() -> datetime | None:
    """When the clock process last reported; None if it is not alive."""
    said: Any = redis().get(_CLOCK)
    return datetime.fromtimestamp(float(said), UTC) if said else None


@dataclass(frozen=True)
class QueueState:
    """`failed`: in the last day; `workers`: live processes that work on it; `heard_at`: the last heartbeat of
    any of them."""

    name: str
    waiting: int
    failed: int
    workers: int
    heard_at: datetime | None


def states() -> list[QueueState]:
    """The state of every queue."""
    now, workers = clock.now(), Worker.all(connection=redis())
    found = []
    for name in ALL:
        queue = queue_of(name)
        beats = [
            worker.last_heartbeat.replace(tzinfo=UTC)
            for worker in workers
            if name in worker.queue_names() and worker.last_heartbeat is not None
        ]
        fresh = [beat for beat in beats if now - beat < WORKER_SILENCE]
        failed = queue.failed_job_registry.count
        found.append(QueueState(name, queue.count, failed, len(fresh), max(fresh, default=None)))
    return found


@dataclass(frozen=True)
class FailedJob:
    """`error` is the type of the error only: its message may contain personal data."""

    queue: str
    name: str
    at: datetime
    error: str


def newest_failures(count: int) -> list[FailedJob]:
    """Jobs that failed in the last day, newest first."""
    found = []
    for name in ALL:
        ids = queue_of(name).failed_job_registry.get_job_ids(desc=True)[:count]
        for job in KnownJob.fetch_many(ids, connection=redis(), serializer=JSONSerializer):
            if job is not None and (result := job.latest_result()) is not None:
                error = str(result.exc_string or "").strip().rpartition("\n")[2].partition(":")[0]
                job_name = str(job.func_name).rpartition(".")[2]
                found.append(FailedJob(name, job_name, result.created_at, error or "unknown"))
    return sorted(found, key=lambda failure: failure.at, reverse=True)[:count]
