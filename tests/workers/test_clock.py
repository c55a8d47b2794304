"""The clock: what it enqueues, and how long it sleeps."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from exam_app.extensions import db
from exam_app.infrastructure import queues
from exam_app.models import OutboxMail
from exam_app.services.attempts import closing
from tests.factories import AttemptFactory, NotificationFactory
from tests.helpers.times import GRACE, NOW, later, minutes
from workers.clock import LONGEST_SLEEP, Ticker


@pytest.fixture
def ticker(app: Flask, database: None) -> Ticker:
    db.session.commit()
    return Ticker(app)


def waiting(app: Flask, name: str) -> list[str]:
    return [job.func_name.rpartition(".")[2] for job in queues.queue_of(name).jobs]


@pytest.mark.parametrize(
    ("seconds_after", "closes", "sleeps"),
    [
        (-1000, False, LONGEST_SLEEP),
        (0, False, LONGEST_SLEEP),
        (GRACE - 0.5, False, 0.5),
        (GRACE - 0.01, False, 0.01),
        (GRACE, True, 0.25),
        (GRACE + 60, True, 0.25),
    ],
)
def test_the_clock_wakes_up_after_deadline_and_grace(
    app: Flask,
    attempt: Any,
    ticker: Ticker,
    time_machine: Any,
    seconds_after: float,
    closes: bool,
    sleeps: float,
) -> None:
    time_machine.move_to(later(1800 + seconds_after), tick=False)
    assert ticker.tick() == pytest.approx(sleeps, abs=0.001)
    assert (waiting(app, "deadlines") == ["close_due"]) is closes


def test_without_due_work_the_clock_enqueues_nothing(app: Flask, ticker: Ticker) -> None:
    assert ticker.tick() == LONGEST_SLEEP
    assert waiting(app, "deadlines") == []
    assert waiting(app, "grading") == ["maintain_sessions"]


def test_maintenance_and_the_search_for_leftovers_do_not_run_at_every_tick(
    app: Flask, ticker: Ticker
) -> None:
    for _ in range(5):
        ticker.tick()
    assert waiting(app, "grading") == ["maintain_sessions"]


def test_the_search_finds_ungraded_attempts(
    app: Flask, attempt: Any, ticker: Ticker, time_machine: Any
) -> None:
    closing.close_due(minutes(31))
    app.extensions["redis"].flushall()
    time_machine.move_to(minutes(32), tick=False)
    ticker.tick()
    assert "grade_closed" in waiting(app, "grading")


@pytest.mark.parametrize("configured", [True, False])
def test_the_search_finds_unsent_mail(
    app: Flask, cast: SimpleNamespace, ticker: Ticker, monkeypatch: pytest.MonkeyPatch, configured: bool
) -> None:
    note = NotificationFactory(user=cast.carl)
    db.session.add(OutboxMail(notification_id=note.id, address=cast.carl.email, next_try_at=NOW))
    db.session.commit()
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1" if configured else None)
    ticker.tick()
    assert waiting(app, "mail") == (["send_mail"] if configured else [])


def test_a_paused_attempt_does_not_wake_the_clock(
    app: Flask, running: Any, cast: SimpleNamespace, ticker: Ticker, time_machine: Any
) -> None:
    AttemptFactory(student=cast.carl, session=running, paused=True)
    time_machine.move_to(minutes(60), tick=False)
    ticker.tick()
    assert waiting(app, "deadlines") == []


def test_without_redis_the_clock_retries(
    app: Flask, attempt: Any, ticker: Ticker, time_machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    time_machine.move_to(minutes(31), tick=False)
    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    with monkeypatch.context() as patched:
        patched.setitem(app.extensions, "redis", unreachable)
        assert ticker.tick() == LONGEST_SLEEP
    ticker.tick()
    assert waiting(app, "deadlines") == ["close_due"]
