"""Concurrent actions, each over a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from exam_app.extensions import db
from exam_app.models import Attempt, User
from tests.helpers.waiting import PATIENCE


def at_once(app: Flask, *actions: Callable[[], Any]) -> list[Any]:
    """Run `actions` in parallel, started at the same moment. Returns what each returned or raised."""
    db.session.commit()
    barrier, outcomes = threading.Barrier(len(actions)), [None] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait(PATIENCE)
            try:
                outcomes[number] = action()
            except Exception as error:
                outcomes[number] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "two of them wait for each other"
    db.session.expire_all()
    return outcomes


def act(verb: Any, actor_id: Any, attempt_id: Any, *args: Any) -> Callable[[], Any]:
    """A function that applies the verb to the actor and the attempt, both loaded over its own connection."""

    def run() -> Any:
        actor = db.session.get_one(User, actor_id)
        return verb(actor, db.session.get_one(Attempt, attempt_id), *args)

    return run


def at_once_elsewhere(app: Flask, action: Callable[[], Any]) -> None:
    """Run `action` to its end on another connection, while the transaction of this one stays open."""

    def run() -> None:
        with app.app_context():
            action()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "it waits for this one's transaction"
