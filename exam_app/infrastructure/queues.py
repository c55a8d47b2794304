"""Queue names and the jobs to enqueue. Jobs are named by path, so this never imports `workers`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rq import Queue, Worker
from rq.job import Job

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


def _enqueue(queue: str, job: str) -> None:
    # A job takes no arguments but ids and finds its work in the database, so its result is not needed.
    Queue(queue, connection=redis()).enqueue(job, result_ttl=0, failure_ttl=86_400, job_timeout=300)


def enqueue_close() -> None:
    """Close every attempt and session whose time is up."""
    _enqueue(DEADLINES, "workers.jobs.close_due")


def enqueue_grading() -> None:
    """Grade every closed attempt whose grading is due."""
    _enqueue(GRADING, "workers.jobs.grade_closed")


def enqueue_release() -> None:
    """Release the results whose automatic release is due."""
    _enqueue(GRADING, "workers.jobs.release_results")


def enqueue_regrade() -> None:
    """Take the next step of a regrade."""
    _enqueue(GRADING, "workers.jobs.regrade")


def enqueue_marking_reminders() -> None:
    """Remind teachers of answers that have to be marked."""
    _enqueue(GRADING, "workers.jobs.remind_of_marking")


def enqueue_session_maintenance() -> None:
    """Send the time warnings that are due, and detect disconnected students."""
    _enqueue(GRADING, "workers.jobs.maintain_sessions")


def enqueue_mail() -> None:
    """Send every mail of the outbox that is due."""
    _enqueue(MAIL, "workers.jobs.send_mail")


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
        queue = Queue(name, connection=redis())
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
        ids = Queue(name, connection=redis()).failed_job_registry.get_job_ids(desc=True)[:count]
        for job in Job.fetch_many(ids, connection=redis()):
            if job is not None and (result := job.latest_result()) is not None:
                error = str(result.exc_string or "").strip().rpartition("\n")[2].partition(":")[0]
                job_name = str(job.func_name).rpartition(".")[2]
                found.append(FailedJob(name, job_name, result.created_at, error or "unknown"))
    return sorted(found, key=lambda failure: failure.at, reverse=True)[:count]
