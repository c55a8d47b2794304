"""``python -m workers QUEUE...``: work off the queues, in the order given, until SIGTERM.

One process, one job at a time, no fork for each: a deadline must not wait for a fork. A process that
dies is started again by whoever runs it, and what it was at is found again in the database.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Any

from flask import Flask
from rq import SimpleWorker

from exam_app import create_app
from exam_app.engines import embedded
from exam_app.infrastructure import metrics, queues, redis_client

MAILER_NICENESS = 10


class JobWorker(SimpleWorker):
    """Each job in an app context of its own, so that its database session ends with it."""

    # Redis may be away in the middle of an exam; RQ would look again after up to a minute.
    max_connection_wait_time = 1
    app: Flask

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        with self.app.app_context():
            try:
                return super().perform_job(*args, **kwargs)
            finally:
                metrics.flush()

    def set_shutdown_requested_date(self) -> None:
        """Left out: RQ does it in the handler of the signal, where the job may just hold the pool of
        connections, and then the process would wait for itself."""


def main(names: list[str]) -> None:
    if names == [queues.MAIL]:
        # Two thousand receipts are written in the very seconds in which others still save their answers.
        os.nice(MAILER_NICENESS)
    app = create_app(role="worker")
    embedded.ensure(app.config)
    # Loaded now, and not while the first deadline waits for its job.
    import_module("workers.jobs")
    with app.app_context():
        worker = JobWorker(names, connection=redis_client.redis())
    worker.app = app
    # A full collection over all that is loaded took longer than closing two thousand attempts may take.
    gc.collect()
    gc.freeze()
    worker.work(logging_level="WARNING")


if __name__ == "__main__":
    main(sys.argv[1:])
