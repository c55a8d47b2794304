"""Things that happen at the same moment, each over a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from exam_app.extensions import db


def at_once(app: Flask, *actions: Callable[[], Any]) -> list[Any]:
    """Run `actions` in parallel from one starting shot. Returns what each returned, or raised."""
    db.session.commit()
    barrier, outcomes = threading.Barrier(len(actions)), [None] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait(60)
            try:
                outcomes[number] = action()
            except Exception as error:
                outcomes[number] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive(), "two of them wait for each other"
    db.session.expire_all()
    return outcomes
