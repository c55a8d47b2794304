"""The feed of an attempt's activity log: no entry is missed, in whatever order transactions commit."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from exam_app.extensions import db
from exam_app.rules.attempt_states import AttemptStatus
from exam_app.services.activity import activities, attempt_feed
from exam_app.services.activity.attempt_feed import START, Position
from tests.factories import AttemptFactory
from tests.helpers.times import NOW
from tests.helpers.waiting import until

Writer = Callable[[str], int]


@pytest.fixture
def database(committed_database: None) -> None:
    """Transactions are committed independently of the test."""


@pytest.fixture
def followed(attempt: Any) -> Any:
    """Carl's attempt; the test has no open transaction."""
    kept = SimpleNamespace(
        id=attempt.id,
        organization_id=attempt.organization_id,
        session_id=attempt.session_id,
        student_id=attempt.student_id,
    )
    db.session.commit()
    return kept


@contextmanager
def transaction(app: Flask, attempt: Any) -> Iterator[Writer]:
    """`write(word)` logs an entry in a separate transaction, which is committed at the end."""
    with app.app_context():
        yield lambda word: log(attempt, word)
        db.session.commit()


def log(attempt: Any, word: str) -> int:
    entry = activities.record(
        "hand_raised",
        NOW,
        attempt.organization_id,
        session_id=attempt.session_id,
        attempt_id=attempt.id,
        student_id=attempt.student_id,
        actor_id=attempt.student_id,
        text=word,
    )
    return entry.id


class Reader:
    """Continues from its last position, as a stream or a reconnecting client does."""

    def __init__(self, app: Flask, attempt: Any) -> None:
        self.app, self.attempt, self.position = app, attempt, START
        self.parts: list[list[str]] = []

    @property
    def words(self) -> list[str]:
        return [word for part in self.parts for word in part]

    def read(self) -> list[str]:
        """The new entries."""
        with self.app.app_context():
            found = attempt_feed.entries_after({self.attempt.id: self.position}, attempt_feed.horizon())
        if found:
            self.position = found[-1].position
        words = [entry.event["details"]["text"] for entry in found]
        if words:
            self.parts.append(words)
        return words

    def has_read(self, *words: str) -> None:
        """Wait until exactly these have been read: an autovacuum may hide them for a moment."""

        def all_there() -> bool:
            self.read()
            return len(self.words) >= len(words)

        until(all_there, f"{len(words)} entries", seen=lambda: self.words)
        self.read()
        assert sorted(self.words) == sorted(words)


@pytest.fixture
def reader(app: Flask, followed: Any) -> Reader:
    return Reader(app, followed)


def test_an_id_that_is_committed_after_a_greater_one_is_not_missed(
    app: Flask, followed: Any, reader: Reader
) -> None:
    with transaction(app, followed) as slow:
        first = slow("slow")
        with transaction(app, followed) as quick:
            second = quick("quick")
        assert first < second
        early = reader.read()
    assert "slow" not in early
    reader.has_read("quick", "slow")


def test_an_id_allocated_before_the_transaction_had_a_number(
    app: Flask, followed: Any, reader: Reader
) -> None:
    """The id comes from the sequence; the transaction id is assigned later, with the first row."""
    with app.app_context():
        taken = db.session.scalar(text("SELECT nextval('activities_id_seq')"))
        db.session.rollback()  # Every 32nd call of nextval assigns its transaction an id.
        with transaction(app, followed) as quick:
            assert quick("quick") > taken
        reader.has_read("quick")
        db.session.execute(
            text(
                "INSERT INTO activities (id, at, type, organization_id, attempt_id, details)"
                " VALUES (:id, now(), 'hand_raised', :organization, :attempt, '{\"text\": \"slow\"}')"
            ),
            {"id": taken, "organization": followed.organization_id, "attempt": followed.id},
        )
        db.session.commit()
    reader.has_read("quick", "slow")


def test_a_row_of_a_savepoint(app: Flask, followed: Any, reader: Reader) -> None:
    with transaction(app, followed) as outer:
        outer("before")
        with db.session.begin_nested():
            outer("within")
        with transaction(app, followed) as other:
            other("other")
        reader.read()
    reader.has_read("before", "other", "within")


def test_a_rolled_back_entry_is_not_read(app: Flask, followed: Any, reader: Reader) -> None:
    with app.app_context():
        log(followed, "never")
        db.session.rollback()
    with transaction(app, followed) as write:
        write("true")
    reader.has_read("true")


@pytest.mark.parametrize("seed", range(3))
def test_concurrent_entries_are_each_read_once(app: Flask, followed: Any, reader: Reader, seed: int) -> None:
    """Each entry is read once, while writers of several entries pause between insert and commit."""

    def write(number: int) -> None:
        dice = random.Random(seed * 100 + number)
        for round_ in range(8):
            with transaction(app, followed) as say:
                for part in range(dice.randrange(1, 4)):
                    say(f"{number}.{round_}.{part}")
                    written.append(f"{number}.{round_}.{part}")
                    if dice.random() < 0.5:
                        db.session.execute(text("SELECT pg_sleep(:s)"), {"s": dice.random() / 100})

    written: list[str] = []
    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.read()
    for writer in writers:
        writer.join()
    reader.has_read(*written)


def test_entries_of_other_attempts_are_not_read(
    app: Flask, followed: Any, reader: Reader, cast: SimpleNamespace, running: Any
) -> None:
    other = AttemptFactory(student=cast.cora, session=running)
    with transaction(app, other):
        log(other, "theirs")
    db.session.commit()
    assert reader.read() == []


def test_positions_of_another_database_are_ignored(app: Flask, followed: Any, reader: Reader) -> None:
    with transaction(app, followed) as write:
        write("here")
    reader.position = Position(2**62, 1)
    reader.has_read("here")


def test_a_long_log_comes_in_parts(
    app: Flask, followed: Any, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt_feed, "MOST_AT_ONCE", 2)
    with transaction(app, followed) as write:
        for word in "abc":
            write(word)
    reader.has_read("a", "b", "c")
    assert reader.parts == [["a", "b"], ["c"]]


def test_the_head(followed: Any) -> None:
    head = attempt_feed.heads([followed.id])[followed.id]
    assert (head.status, head.version, head.answered_count) == (AttemptStatus.IN_PROGRESS, 0, 0)


@pytest.mark.parametrize(
    ("written", "position"),
    [
        ("12-34", (12, 34)),
        ("0", (0, 0)),
        ("7-", (7, 0)),
        ("", None),
        ("-5", None),
        ("1-2-3", None),
        ("٣-1", None),
        ("9" * 30, None),
        ("conn-123", None),
        ("1" * 50, None),
    ],
)
def test_positions_as_clients_send_them(written: str, position: Any) -> None:
    assert Position.read(written) == position


def test_a_position_round_trips() -> None:
    assert Position.read(str(Position(12, 34))) == Position(12, 34)
