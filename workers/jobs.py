"""What the queues run. A job finds its work in the database; losing one or running it twice is harmless."""

from __future__ import annotations

from flask import current_app

from exam_app import clock
from exam_app.realtime import deltas
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading, regrades
from exam_app.services.marking import reminders
from exam_app.services.notifications import outbox
from exam_app.services.proctoring import integrity
from exam_app.services.results import releases
from exam_app.services.sessions import dashboard
from exam_app.services.taking import heartbeats
from exam_app.services.timing import time_warnings


def close_due() -> int:
    """Close every attempt and session whose time is up."""
    closed = closing.close_due(clock.now())
    deltas.flush()
    return closed


def grade_closed() -> int:
    """Grade what is marked."""
    graded = bulk_grading.grade_closed(clock.now())
    deltas.flush()
    return graded


def release_results() -> int:
    """Release the results of sessions and self-paced tests that are through."""
    released = releases.release_due(clock.now())
    deltas.flush()
    return released


def regrade() -> None:
    """Take one step of a regrade, which puts the next one: what waits in the queues comes in between."""
    regrades.take_step(clock.now())
    deltas.flush()


def remind_of_marking() -> int:
    """Tell teachers of the answers that are to be marked in sessions that are over."""
    reminded = reminders.remind_due(clock.now())
    deltas.flush()
    return reminded


def send_mail() -> int:
    """Send what is due in the outbox."""
    return outbox.send_due_mail(clock.now()) if current_app.config["SMTP_URL"] else 0


def maintain_sessions() -> None:
    """Warn of the time, and tell proctors who fell silent and how the counts have changed."""
    now = clock.now()
    time_warnings.give_due_warnings(now)
    running = dashboard.running_session_ids()
    heartbeats.sweep_presence(running, now)
    integrity.review_rapid_guessing(now)
    dashboard.publish_stats(running, now)
    deltas.flush()
