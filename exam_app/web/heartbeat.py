"""The heartbeat of the service: each web process says every few seconds that it answers.

It is a thread of the mode the process runs in, and outlives whatever is away: a beat that fails is the
silence that will be found.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import metrics
from exam_app.infrastructure.socketio_manager import socketio
from exam_app.services.timing import outages

log = logging.getLogger(__name__)
BEATS_IN_SILENCE = 5
"""So many beats have to fail in a row before it counts as an outage."""


def start(app: Flask, connected: metrics.Connected) -> None:
    """Beat, and hand on what was counted, as long as the process lives."""
    socketio.start_background_task(_beat_forever, app)
    socketio.start_background_task(_flush_metrics, app, connected)


def _flush_metrics(app: Flask, connected: metrics.Connected) -> None:
    while True:
        with app.app_context():
            metrics.flush(connected())
        socketio.sleep(metrics.FLUSH_SECONDS)


def _beat_forever(app: Flask) -> None:
    while True:
        beat(app, clock.now())
        socketio.sleep(app.config["OUTAGE_SECONDS"] / BEATS_IN_SILENCE)


def beat(app: Flask, now: datetime) -> None:
    """One beat. With the database away it says so in the log, and that is all."""
    with app.app_context():
        try:
            outages.stamp(now)
        except SQLAlchemyError as error:
            db.session.rollback()
            log.warning("no sign of life is left, the database is away: %s", error)
