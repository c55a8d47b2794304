"""What the queues run. A job finds its work in the database; losing one or running it twice is harmless."""

from __future__ import annotations

from flask import current_app

from exam_app import clock, live
from exam_app.services import (
    attendance,
    closing,
    grading,
    integrity,
    marking_reminders,
    monitoring,
    outbox,
    regrades,
    releases,
    time_warnings,
)


def close_due() -> int:
    """Close every attempt and session whose time is up."""
    closed = closing.close_due(clock.now())
    live.flush()
    return closed


def grade_closed() -> int:
    """Grade what is marked."""
    graded = grading.grade_closed(clock.now())
    live.flush()
    return graded


def release_results() -> int:
    """Release the results of sessions and self-paced tests that are through."""
    released = releases.release_due(clock.now())
    live.flush()
    return released


def regrade() -> None:
    """Take one step of a regrade, which puts the next one: what waits in the queues comes in between."""
    regrades.take_step(clock.now())
    live.flush()


def remind_of_marking() -> int:
    """Tell teachers of the answers that are to be marked in sessions that are over."""
    reminded = marking_reminders.remind_due(clock.now())
    live.flush()
    return reminded


def send_mail() -> int:
    """Send what is due in the outbox."""
    return outbox.send_due_mail(clock.now()) if current_app.config["SMTP_URL"] else 0


def tend_rooms() -> None:
    """Warn of the time, and tell proctors who fell silent and how the counts have changed."""
    now = clock.now()
    time_warnings.give_due_warnings(now)
    running = monitoring.running_session_ids()
    attendance.sweep_presence(running, now)
    integrity.review_hurried(now)
    monitoring.publish_stats(running, now)
    live.flush()
