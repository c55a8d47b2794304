"""The jobs of the queues. A job finds its work in the database; a lost or repeated one is harmless."""

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
    """Grade every closed attempt whose grading is due."""
    graded = bulk_grading.grade_closed(clock.now())
    deltas.flush()
    return graded


def release_results() -> int:
    """Release the results of sessions and self-paced tests whose release is due."""
    released = releases.release_due(clock.now())
    deltas.flush()
    return released


def regrade() -> None:
    """Take one step of a regrade and enqueue the next one, so that other jobs run in between."""
    regrades.take_step(clock.now())
    deltas.flush()


def remind_of_marking() -> int:
    """Remind teachers of answers that have to be marked in completed sessions."""
    reminded = reminders.remind_due(clock.now())
    deltas.flush()
    return reminded


def send_mail() -> int:
    """Send the mails of the outbox that are due."""
    return outbox.send_due_mail(clock.now()) if current_app.config["SMTP_URL"] else 0


def maintain_sessions() -> None:
    """Send time warnings, detect disconnected students, review rapid guessing, and publish counts."""
    now = clock.now()
    time_warnings.give_due_warnings(now)
    running = dashboard.running_session_ids()
    heartbeats.sweep_presence(running, now)
    integrity.review_rapid_guessing(now)
    dashboard.publish_stats(running, now)
    deltas.flush()
