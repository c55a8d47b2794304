"""``python -m workers.clock``: the scheduler.

It sleeps until the next deadline in the database, at most a second, and enqueues one job. It is stateless:
what is due, ungraded or unsent is read from the database each time, so that a job that was lost with Redis
is enqueued again. One clock is enough; a second one only enqueues the same idempotent jobs twice.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from redis import RedisError
from sqlalchemy.exc import OperationalError

from exam_app import clock, create_app
from exam_app.engines import embedded
from exam_app.infrastructure import metrics, queues
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading, regrades
from exam_app.services.marking import reminders
from exam_app.services.notifications import outbox
from exam_app.services.results import releases

log = logging.getLogger("workers.clock")
LONGEST_SLEEP = 1.0


def main() -> None:
    app = create_app(role="clock")
    embedded.ensure(app.config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticker = Ticker(app)
    while not stop.is_set():
        stop.wait(ticker.tick())


class Ticker:
    """Each `tick` enqueues what is due and returns the seconds until the next one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.last: dict[str, float] = {}

    def tick(self) -> float:
        try:
            with self.app.app_context():
                return self._tick()
        except (OperationalError, RedisError) as error:
            # Deadlines are enforced by every write; what is due now will still be due in a second.
            log.warning("an engine does not respond, trying again: %s", error)
            return LONGEST_SLEEP

    def _tick(self) -> float:
        now = clock.now()
        grace = timedelta(seconds=self.app.config["GRACE_SECONDS"])
        earliest = closing.next_deadline()
        if earliest is not None and earliest + grace <= now:
            queues.enqueue_close()
        self._every(5, queues.clock_ticks)
        self._every(2, queues.enqueue_session_maintenance)
        self._every(3, self._reconcile)
        self._every(10, metrics.note_connections)
        if earliest is None:
            return LONGEST_SLEEP
        due_in = (earliest + grace - clock.now()).total_seconds()
        # What is due is already enqueued; check again soon, but not at once.
        return min(LONGEST_SLEEP, due_in if due_in > 0 else 0.25)

    def _reconcile(self) -> None:
        """Enqueue again what a lost job left: ungraded attempts, results to release, marking reminders, a
        stalled regrade, unsent mails."""
        now = clock.now()
        if bulk_grading.has_ungraded(now - timedelta(seconds=2)):
            queues.enqueue_grading()
        if releases.is_due(now):
            queues.enqueue_release()
        if reminders.is_due():
            queues.enqueue_marking_reminders()
        if regrades.is_stuck(now):
            queues.enqueue_regrade()
        if self.app.config["SMTP_URL"] and outbox.has_due_mail(now):
            queues.enqueue_mail()

    def _every(self, seconds: float, action: Callable[[], None]) -> None:
        key = action.__qualname__
        if time.monotonic() - self.last.get(key, float("-inf")) >= seconds:
            self.last[key] = time.monotonic()
            action()


if __name__ == "__main__":
    main()
