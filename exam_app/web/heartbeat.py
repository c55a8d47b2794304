"""The heartbeat of the service: each web process records every few seconds that it is alive.

It runs in a background thread of the process's async mode and survives failures of the engines: a failed beat
is part of the outage that will be detected.
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
"""The number of missed beats in a row that make an outage."""


def start(app: Flask, connected: metrics.Connected) -> None:
    """Start the heartbeat and the flushing of metrics, for the lifetime of the process."""
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
    """One beat. Without the database it only logs a warning."""
    with app.app_context():
        try:
            outages.stamp(now)
        except SQLAlchemyError as error:
            db.session.rollback()
            log.warning("the heartbeat is not recorded, the database is unreachable: %s", error)
