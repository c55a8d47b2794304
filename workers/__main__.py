"""``python -m workers QUEUE...``: process the queues, in the order given, until SIGTERM.

One process, one job at a time, without a fork for each: a deadline must not wait for a fork. A process that
dies is restarted by its supervisor, and unfinished work is found again in the database.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

from flask import Flask
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from exam_app import create_app
from exam_app.engines import embedded
from exam_app.infrastructure import metrics, queues, redis_client

MAILER_NICENESS = 10


class JobWorker(SimpleWorker):
    """Runs each job in its own app context, so that its database session ends with it."""

    # Redis may fail during an exam; RQ would retry only after up to a minute.
    max_connection_wait_time = 1
    app: Flask

    def __init__(self, names: list[str], connection: Redis) -> None:
        super().__init__(names, connection=connection, job_class=queues.KnownJob, serializer=JSONSerializer)

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            try:
                return super().perform_job(*args, **kwargs)
            finally:
                metrics.flush()

    def set_shutdown_requested_date(self) -> None:
        """Disabled: RQ calls it in the signal handler, where the interrupted job may hold the lock of the
        connection pool, and the process would deadlock."""


def main(names: list[str]) -> None:
    if names == [queues.MAIL]:
        # Thousands of mails are sent while other students still save their answers.
        os.nice(MAILER_NICENESS)
    app = create_app(role="worker")
    embedded.ensure(app.config)
    # Imported now, so that the first deadline does not wait for it.
    import_module("workers.jobs")
    with app.app_context():
        worker = JobWorker(names, redis_client.redis())
    worker.app = app
    # A full garbage collection took longer than closing two thousand attempts may take.
    gc.collect()
    gc.freeze()
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(sys.argv[1:])
