"""Checking the clock of the web process, which decides about deadlines, against the database's."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from exam_app import clock
from exam_app.extensions import db

TOLERANCE = timedelta(milliseconds=250)
_TRIES = 5


def difference() -> timedelta:
    """This machine's clock minus the database's: the most precise of a few round trips."""
    found = []
    for _ in range(_TRIES):
        sent = clock.now()
        theirs = db.session.scalar(text("SELECT clock_timestamp()"))
        received = clock.now()
        found.append((received - sent, sent + (received - sent) / 2 - theirs))
    db.session.rollback()
    return min(found)[1]


def is_too_large(found: timedelta) -> bool:
    return abs(found) > TOLERANCE
