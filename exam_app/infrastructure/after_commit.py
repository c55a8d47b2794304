"""Side effects that run after COMMIT and are dropped on ROLLBACK.

A use case changes rows, registers signals (a room event, a job) and commits once at its end. A signal can
be recovered from the database, so a failing one is logged and never turns a committed change into an error
for the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ParamSpec

from sqlalchemy import event
from sqlalchemy.orm import Session

from exam_app.extensions import db
from exam_app.infrastructure import bursts

log = logging.getLogger(__name__)
_KEY = "after_commit"
P = ParamSpec("P")


def run(signal: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call ``signal(*args, **kwargs)`` once the current transaction is committed.

    Arguments must be plain values: the session is not usable in between.
    """
    db.session.info.setdefault(_KEY, []).append((signal, args, kwargs))


@event.listens_for(db.session, "after_commit")
def _committed(session: Session) -> None:
    if session.in_nested_transaction():
        return
    signals = session.info.pop(_KEY, [])
    try:
        with bursts.together():
            for signal, args, kwargs in signals:
                _send(signal, *args, **kwargs)
    except Exception:
        log.exception("committed, but the signals could not be sent")


def _send(signal: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    try:
        signal(*args, **kwargs)
    except Exception:
        log.exception("committed, but the signal %s could not be sent", signal.__qualname__)


@event.listens_for(db.session, "after_rollback")
def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_KEY, None)
