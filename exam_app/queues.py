"""Queue names and what may be put into them. Jobs are named by path: this never imports `workers`."""

from __future__ import annotations

from flask import current_app
from redis import Redis
from rq import Queue

DEADLINES = "deadlines"
GRADING = "grading"
MAIL = "mail"
CLOCK_SILENCE_SECONDS = 15
_CLOCK = "clock-alive"


def redis() -> Redis:
    """The connection of this process (a pool; connects on first use)."""
    connection: Redis = current_app.extensions["redis"]
    return connection


def _enqueue(queue: str, job: str) -> None:
    # A job takes no arguments but ids and finds its work in the database, so a result is of no use.
    Queue(queue, connection=redis()).enqueue(job, result_ttl=0, failure_ttl=86_400, job_timeout=300)


def enqueue_close() -> None:
    """Close every attempt and session whose time is up."""
    _enqueue(DEADLINES, "workers.jobs.close_due")


def enqueue_grading() -> None:
    """Grade every closed attempt that is marked for it."""
    _enqueue(GRADING, "workers.jobs.grade_closed")


def enqueue_room_care() -> None:
    """Give the time warnings that are due, and notice who fell silent."""
    _enqueue(GRADING, "workers.jobs.tend_rooms")


def enqueue_mail() -> None:
    """Send every mail of the outbox that is due."""
    _enqueue(MAIL, "workers.jobs.send_mail")


def clock_ticks() -> None:
    """The clock process says that it is alive."""
    redis().set(_CLOCK, "1", ex=CLOCK_SILENCE_SECONDS)


def clock_is_alive() -> bool:
    return bool(redis().exists(_CLOCK))
