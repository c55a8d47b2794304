"""Whichever process dies during an exam, every acknowledged change is stored once and unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.faults.faults import FAULTS
from tests.faults.ordeal import Room, endure, prepare
from tests.helpers.mailbox import Mailbox, listening
from tests.helpers.product import FlaskUp
from tests.helpers.waiting import until


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with listening() as box:
        yield box


@pytest.fixture(scope="module")
def installation(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskUp]:
    with FlaskUp(tmp_path_factory.mktemp("faults"), mailbox.url) as running:
        yield running


@pytest.fixture(scope="module")
def room(installation: FlaskUp) -> Room:
    return prepare(installation, students=6)


def test_no_answer_is_lost_under_any_fault(installation: FlaskUp, room: Room) -> None:
    figures = asyncio.run(endure(room, FAULTS))
    print(figures.table())
    verdict = figures.verdict
    assert verdict.acknowledged > 100
    assert verdict.is_clean, verdict
    assert "no difference" in installation.run("-m", "flask", "fsck")


def test_every_student_is_notified_once_at_the_end(
    installation: FlaskUp, room: Room, mailbox: Mailbox
) -> None:
    """The worker is killed while it grades; the sweep finds the rest, and each end is notified once."""
    room.teacher().post(f"/api/sessions/{room.session_id}/complete")
    installation.kill("worker")
    installation.kill("mailer")

    def statuses() -> set[str]:
        with installation.engine.connect() as connection:
            return set(connection.execute(text("SELECT status FROM attempts")).scalars())

    until(lambda: statuses() == {"graded"}, "all attempts are graded", every=0.2, seen=statuses)
    for email in room.emails:
        until(lambda to=email: mailbox.subjects_to(to, "Handed in"), f"{email} is notified", every=0.2)
    with installation.engine.connect() as connection:
        duplicates = connection.execute(
            text("SELECT user_id, kind, count(*) FROM notifications GROUP BY 1, 2 HAVING count(*) > 1")
        ).all()
    assert duplicates == []
    # A mail that was sent but not recorded when the mailer died is sent again with the same Message-ID.
    assert {len(mailbox.ids_to(email, "Handed in")) for email in room.emails} == {1}
    assert "no difference" in installation.run("-m", "flask", "fsck")


def test_afterwards_the_installation_is_healthy(installation: FlaskUp) -> None:
    assert installation.run("-m", "flask", "doctor").splitlines()[-1] == "GO"
