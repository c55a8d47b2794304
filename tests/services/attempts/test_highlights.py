"""Highlights: stored once, at a valid position, and limited in number."""

from __future__ import annotations

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import AppError, AttemptNotInProgress, Conflict, InvalidInput, NotFound
from exam_app.extensions import db
from exam_app.models import Activity, Highlight, User
from exam_app.services.attempts import closing, highlights
from tests.factories import AttemptFactory
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, later, minutes


def mark(reading: SimpleNamespace, student: Any, text: str = "A cell", start: int = 0, **more: Any) -> Any:
    place = {"passage_id": reading.passage.id, "text": text, "start": start, "end": start + len(text), **more}
    highlight_id = place.pop("highlight_id", None)
    return highlights.add(student, reading.attempt.id, highlight_id, **place, now=NOW)


def count_of(reading: SimpleNamespace) -> int:
    db.session.refresh(reading.attempt)
    kept = db.session.query(Highlight).filter_by(attempt_id=reading.attempt.id, removed_at=None).count()
    assert reading.attempt.highlight_count == kept
    return kept


def test_the_same_id_twice_is_one_highlight(
    reading: SimpleNamespace, cast: SimpleNamespace, sent: list[SimpleNamespace]
) -> None:
    own = uuid.uuid4()
    replies = [mark(reading, cast.carl, highlight_id=own) for _ in range(2)]
    assert replies == [{"highlightId": str(own), "highlights": 1}] * 2
    assert count_of(reading) == 1
    assert db.session.query(Activity).filter_by(type="text_highlighted").count() == 1


def test_a_removed_highlight_stays_on_record_and_does_not_come_back(
    reading: SimpleNamespace, cast: SimpleNamespace
) -> None:
    own = uuid.uuid4()
    mark(reading, cast.carl, highlight_id=own)
    for at in (later(5), later(9)):
        assert highlights.remove(cast.carl, reading.attempt.id, own, at) == {"highlights": 0}
    assert mark(reading, cast.carl, highlight_id=own)["highlights"] == 0
    assert highlights.current(reading.attempt) == []
    (kept,) = highlights.history(reading.attempt)
    assert (kept["passageTitle"], kept["text"]) == ("Cells", "A cell")
    assert (kept["at"], kept["removedAt"]) == ("2026-05-04T09:00:00.000Z", "2026-05-04T09:00:05.000Z")


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 5, "end": 5},
        {"start": 6, "end": 0},
        {"start": 31, "end": 37},
        {"end": 7},
        {"text": "a cell"},
        {"text": "A cel", "end": 6},
        {"start": 10_000_000, "end": 10_000_006},
        {"passage_id": 2**31 - 1},
    ],
)
def test_a_range_outside_the_passage_is_refused(
    reading: SimpleNamespace, cast: SimpleNamespace, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        mark(reading, cast.carl, **wrong)
    assert count_of(reading) == 0


def test_a_long_highlight_needs_only_the_beginning_of_its_text(cast: SimpleNamespace, reading: Any) -> None:
    text = "0123456789" * 600
    reading.attempt.paper.content = {
        **reading.attempt.paper.content,
        "passages": [{"passageId": reading.passage.id, "title": "Long", "text": text}],
    }
    db.session.commit()
    highlights.papers.compiled.cache_clear()
    mark(reading, cast.carl, text=text[:5000], start=0, end=6000)
    with pytest.raises(InvalidInput):
        mark(reading, cast.carl, text=text[:4999], start=0, end=6000)
    assert count_of(reading) == 1


def test_the_number_of_highlights_is_limited(
    reading: SimpleNamespace, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highlights, "MOST", 2)
    first = mark(reading, cast.carl)["highlightId"]
    mark(reading, cast.carl, "cell", 2)
    with pytest.raises(Conflict):
        mark(reading, cast.carl, "smallest", 14)
    assert count_of(reading) == 2
    highlights.remove(cast.carl, reading.attempt.id, uuid.UUID(first), NOW)
    mark(reading, cast.carl, "smallest", 14)
    assert count_of(reading) == 2


def test_highlights_need_an_own_running_attempt(reading: SimpleNamespace, cast: SimpleNamespace) -> None:
    kept = uuid.UUID(mark(reading, cast.carl)["highlightId"])
    other = AttemptFactory(student=cast.cora, session=reading.session)
    for student, attempt_id in ((cast.cora, other.id), (cast.cora, reading.attempt.id)):
        with pytest.raises(NotFound):
            highlights.remove(student, attempt_id, kept, NOW)
    elsewhere = SimpleNamespace(passage=reading.passage, attempt=other)
    with pytest.raises(NotFound):
        mark(elsewhere, cast.cora, highlight_id=kept)
    closing.close_due(minutes(31))
    with pytest.raises(AttemptNotInProgress):
        mark(reading, cast.carl)
    with pytest.raises(AttemptNotInProgress):
        highlights.remove(cast.carl, reading.attempt.id, kept, NOW)
    assert count_of(reading) == 1


class TestAtOnce:
    @pytest.fixture
    def database(self, committed_database: None) -> None:
        """Rows are visible to every connection."""

    def test_two_devices_lose_no_highlight_and_respect_the_limit(
        self, app: Flask, reading: SimpleNamespace, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(highlights, "MOST", 3)
        place = (reading.passage.id, "A cell", 0, 6, NOW)
        carl, attempt_id, same = cast.carl.id, reading.attempt.id, uuid.uuid4()
        actions = [
            lambda i=i: highlights.add(db.session.get(User, carl), attempt_id, i, *place)
            for i in (same, same, None, None, None, None)
        ]
        outcomes = at_once(app, *actions)
        refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert all(isinstance(outcome, AppError) for outcome in refused), refused
        assert count_of(reading) == 3
