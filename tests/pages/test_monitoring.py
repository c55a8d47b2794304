"""The administrators' page: its text, its charts, and that no other role may open it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.infrastructure import metrics, queues
from exam_app.pages import charts
from exam_app.pages.filters import milliseconds, percent_down
from exam_app.services.sessions import dashboard
from tests.helpers.pages import PageClient
from tests.helpers.times import NOW


@pytest.fixture
def page(app: Flask, cast: SimpleNamespace) -> Callable[[], Any]:
    ada = PageClient(app, cast.ada)

    def load() -> Any:
        metrics.flush()
        return ada.get("/monitoring")

    return load


def test_an_installation_without_activity(page: Callable[[], Any]) -> None:
    words = page().words
    assert "No answers were saved in the last 15 minutes." in words
    assert "No waiting room is open, and no exam is in progress." in words
    assert "Clock ▲ Not responding Attempts are not closed automatically" in words


def test_in_the_middle_of_an_exam(
    cast: SimpleNamespace, running: Any, attempt: Any, page: Callable[[], Any]
) -> None:
    for _ in range(9):
        metrics.save_done("saved", 0.004, cast.school.id)
    metrics.save_done("saved", 0.04, cast.school.id, conflicts=1)
    metrics.save_done("failed", 5, cast.school.id)
    metrics.flush({cast.school.id: (2, 1)})
    dashboard.publish_stats([running.id], NOW)
    queues.clock_ticks()
    words = page().words
    assert "90.9 % 10 saves acknowledged in the last 15 minutes, 1 failed" in words
    assert "1 in progress." in words
    assert "3 2 pages of students, 1 of staff." in words
    assert "1 in the last hour: two devices had changed the same answer." in words
    assert f"{running.title} Biology · In progress 1 0 0 of 2 ○ 1 0 0" in words
    assert "Clock ● Running" in words


def test_with_redis_unreachable_the_page_says_so(
    app: Flask, page: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, attempt: Any
) -> None:
    from redis import Redis

    unreachable = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    monkeypatch.setitem(app.extensions, "redis", unreachable)
    words = page().words
    assert "Redis does not respond. Answers are still saved" in words
    assert "1 in progress." in words


@pytest.mark.parametrize("who", ["ines", "priya", "carl"])
def test_only_administrators_open_the_page(app: Flask, cast: SimpleNamespace, who: str) -> None:
    person = PageClient(app, getattr(cast, who))
    assert person.get("/monitoring").status_code == 403
    assert "Monitoring" not in person.get("/notifications").get_data(as_text=True)


def test_percentages_are_rounded_down() -> None:
    assert [percent_down(value) for value in (100, 99.9999, 99.5, 0)] == ["100 %", "99.99 %", "99.5 %", "0 %"]


def test_durations_are_formatted() -> None:
    assert [milliseconds(value) for value in (None, 4.25, 42.4, 120, 1300)] == [
        "–", "4.2 ms", "42 ms", "120 ms", "1.3 s",
    ]  # fmt: skip


def test_a_line_chart_has_gaps_for_missing_values() -> None:
    assert charts.lines([1, 2, None, 2], top=2) == ["0.0,60.0 150.0,0.0 300.0,0.0", "450.0,0.0 600.0,0.0"]
    assert charts.lines([None], top=1) == []


def test_bars_are_scaled_to_the_height() -> None:
    assert [bar["height"] for bar in charts.bars([0, 1, 2], top=2)] == [0, 60, 120]
    assert charts.top_of([0, None]) == 1
