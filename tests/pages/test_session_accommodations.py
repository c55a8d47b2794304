"""Accommodations on the page of a session: the effective one, its reason and author, set and withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import SessionAccommodation
from exam_app.services.timing import accommodations
from tests.helpers.pages import PageClient
from tests.helpers.times import NOW, minutes

Browse = Callable[[Any], PageClient]


@pytest.fixture
def browse(app: Flask, database: None) -> Browse:
    return lambda user: PageClient(app, user)


def form_of(session: Any, student: Any) -> str:
    return f"/sessions/{session.id}/students/{student.id}/accommodation"


def test_set_and_withdrawn(browse: Browse, cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    page, path = browse(cast.ines), form_of(running, cast.carl)
    reply = page.post(path, percent="50", extraMinutes="5", note="A broken arm")
    assert "The extra time for Carl Carter in" in reply.words
    assert "50 % more time and 5 min more, this session only: A broken arm Ines Ibarra," in reply.words
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(30 + 15 + 5)
    assert 'value="50"' in page.get(path).get_data(as_text=True)

    reply = page.post(path, withdraw="1")
    assert "The permanent extra time of Carl Carter applies in" in reply.words
    assert "this session only" not in reply.words
    assert db.session.query(SessionAccommodation).count() == 0
    db.session.refresh(attempt)
    assert attempt.deadline_at == minutes(30)


def test_the_permanent_accommodation_is_shown(browse: Browse, cast: SimpleNamespace, running: Any) -> None:
    accommodations.accommodate(cast.ada, [cast.carl], 1.25, 0, "Reads slowly", NOW)
    page = browse(cast.ines)
    assert "25 % more time: Reads slowly Ada " in page.get(f"/sessions/{running.id}").words
    assert (
        "replaces the permanent extra time of Carl Carter: 25 % more time."
        in page.get(form_of(running, cast.carl)).words
    )
    assert "Use the permanent extra time" not in page.get(form_of(running, cast.carl)).words


def test_a_proctor_sees_neither_reasons_nor_the_form(
    browse: Browse, cast: SimpleNamespace, running: Any
) -> None:
    accommodations.accommodate(cast.ada, [cast.carl], 1.25, 0, "Reads slowly", NOW)
    page = browse(cast.priya)
    assert "Reads slowly" not in page.get(f"/sessions/{running.id}").words
    assert page.get(form_of(running, cast.carl)).status_code == 403


@pytest.mark.parametrize(
    ("percent", "extra", "field"), [("a lot", "0", "percent"), ("25", "-5", "extraMinutes")]
)
def test_invalid_extra_time_is_refused(
    browse: Browse, cast: SimpleNamespace, running: Any, percent: str, extra: str, field: str
) -> None:
    reply = browse(cast.ines).post(form_of(running, cast.carl), percent=percent, extraMinutes=extra, note="")
    assert reply.status_code == 422 and f'href="#{field}' in reply.get_data(as_text=True)
    assert db.session.query(SessionAccommodation).count() == 0
