"""The same notification dispatched several times at once, over real connections: sent exactly once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.errors import InvalidTransition
from exam_app.extensions import db
from exam_app.models import Activity, Attempt, ExamSession, Notification, OutboxMail, User
from exam_app.rules.notifications.kinds import Kind
from exam_app.rules.notifications.texts import Language
from exam_app.services.grading import bulk_grading
from exam_app.services.marking import reminders
from exam_app.services.notifications import preferences, templates
from exam_app.services.proctoring import alerts
from exam_app.services.sessions import lifecycle
from tests.factories import AttemptFactory, ExamSessionFactory, UserFactory
from tests.helpers.presence import send_heartbeat
from tests.helpers.results import answer
from tests.helpers.threads import at_once
from tests.helpers.times import NOW, minutes

ROUNDS = 5


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to every connection."""


@pytest.fixture(autouse=True)
def mail_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")


def notified(kind: str) -> list[Any]:
    """The recipients, in order, each with a mail if there is one."""
    rows = db.session.query(Notification.user_id, OutboxMail.address).outerjoin(
        OutboxMail, OutboxMail.notification_id == Notification.id
    )
    return sorted(rows.filter(Notification.kind == kind).all())


def test_two_requests_start_a_session(app: Flask, cast: SimpleNamespace, exam: Any) -> None:
    preferences.choose(cast.cora, {Kind.SESSION_STARTED: True})
    waiting = ExamSessionFactory(waiting=True, school_class=cast.biology, test=exam)
    send_heartbeat(waiting, cast.carl)
    ines, session = cast.ines.id, waiting.id

    def start() -> Any:
        return lifecycle.start_session(db.session.get(User, ines), db.session.get(ExamSession, session), NOW)

    outcomes = at_once(app, *[start] * 4)
    assert [type(outcome) for outcome in outcomes].count(InvalidTransition) == 3
    assert notified("session_started") == sorted([(cast.carl.id, None), (cast.cora.id, cast.cora.email)])


def test_simultaneous_alerts_are_one_mail(app: Flask, cast: SimpleNamespace, running: Any) -> None:
    """Concurrent alerts, raised one by one by pages and in bulk by workers, are combined in one mail."""
    for number in range(ROUNDS):
        attempts = [
            AttemptFactory(student=UserFactory(organization=cast.school), session=running).id
            for _ in range(6)
        ]
        at = minutes(16 * number)

        def together(ids: list[Any], rule: str, at: Any = at) -> Any:
            def act() -> None:
                found = [
                    (db.session.get(Attempt, one), {rule: {"count": 3, "seconds": 1, "changes": 2}})
                    for one in ids
                ]
                alerts.raise_for_all(found, at)
                db.session.commit()

            return act

        sides = [together(attempts, "fast_answers"), together(attempts[::-1], "fast_answers")]
        sides += [together([one], "address_changes") for one in attempts]
        assert at_once(app, *sides) == [None] * len(sides)
    assert notified("integrity_alert") == [(cast.priya.id, cast.priya.email)] * ROUNDS
    assert len(alerts.alerts_of_session(running.id)) == ROUNDS * 12


def test_several_workers_remind_of_marking(app: Flask, cast: SimpleNamespace, every_type: Any) -> None:
    ines = cast.ines.id
    for _ in range(ROUNDS):
        session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=every_type)
        attempt = AttemptFactory(student=UserFactory(organization=cast.school), session=session)
        answer(attempt, "essay", at=NOW, time_spent=30)

        def complete(session_id: Any = session.id) -> Any:
            return lifecycle.complete_session(
                db.session.get(User, ines), db.session.get(ExamSession, session_id), minutes(5)
            )

        def remind() -> int:
            return reminders.remind_due(minutes(6))

        at_once(app, complete, lambda: bulk_grading.grade_closed(minutes(5)), remind)
        bulk_grading.grade_closed(minutes(5))
        at_once(app, *[remind] * 3)
        assert not reminders.is_due()
    assert notified("marking_due") == [(ines, cast.ines.email)] * ROUNDS


def test_two_administrators_store_the_same_template(app: Flask, cast: SimpleNamespace) -> None:
    """Concurrent edits are applied one after the other, and the log has the text that each replaced."""
    ada = cast.ada.id

    def write(title: str) -> Any:
        return lambda: templates.set_template(
            db.session.get(User, ada), Kind.RELEASED, Language.GERMAN, title, "Es ist da.", NOW
        )

    outcomes = at_once(app, *[write(f"Ergebnis {n}") for n in range(4)])
    assert not [one for one in outcomes if isinstance(one, Exception)]
    log = db.session.query(Activity).filter_by(type="notification_text_changed").order_by(Activity.id).all()
    assert [row.details["before"] for row in log] == [None, *(row.details["after"] for row in log[:-1])]
