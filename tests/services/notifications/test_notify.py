"""Notifications, and the resulting mails through a real SMTP server."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from exam_app.errors import NotFound
from exam_app.extensions import db
from exam_app.infrastructure import mailer
from exam_app.models import Notification, OutboxMail
from exam_app.rules.notifications.texts import Language
from exam_app.services.attempts import closing
from exam_app.services.grading import bulk_grading
from exam_app.services.notifications import notify, outbox
from tests.factories import NotificationFactory
from tests.helpers.mailbox import Mailbox
from tests.helpers.outbox import write_mails
from tests.helpers.pages import PageClient
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def no_mail_server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")


def submit() -> None:
    closing.close_due(minutes(31))
    bulk_grading.grade_closed(minutes(31))


def test_a_submission_is_confirmed_by_mail(attempt: Any, cast: SimpleNamespace, mailbox: Mailbox) -> None:
    submit()
    assert outbox.has_due_mail(minutes(31))
    assert outbox.send_due_mail(minutes(31)) == 1
    (mail,) = mailbox.mails
    recipients, text = mail.recipients, mail.text
    assert recipients == [cast.carl.email]
    assert "Subject: Handed in: Cells and tissues" in text
    assert f"https://exams.school.example/attempts/{attempt.id}/result" in text
    assert attempt.receipt in text
    assert db.session.query(OutboxMail).one().sent_at is not None


def test_a_sent_mail_is_not_sent_again(attempt: Any, mailbox: Mailbox) -> None:
    submit()
    outbox.send_due_mail(minutes(31))
    assert outbox.send_due_mail(minutes(90)) == 0
    assert not outbox.has_due_mail(minutes(90))
    assert len(mailbox.mails) == 1


def test_without_a_mail_server_nothing_is_queued(attempt: Any) -> None:
    submit()
    assert db.session.query(Notification).count() == 1
    assert db.session.query(OutboxMail).count() == 0


def test_an_unreachable_server_is_retried_with_increasing_delays(attempt: Any, no_mail_server: None) -> None:
    submit()
    waits, at = [], minutes(31)
    for tries in (1, 2, 3):
        assert outbox.send_due_mail(at) == 0
        mail = db.session.query(OutboxMail).one()
        assert mail.tries == tries and "refused" in mail.last_error.lower()
        waits.append(mail.next_try_at - at)
        at = mail.next_try_at
    assert timedelta(0) < waits[0] < waits[1] < waits[2]


def test_one_rejected_recipient_does_not_stop_the_others(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    mailbox.refused.add(cast.carl.email)
    for person in (cast.carl, cast.cora):
        note = NotificationFactory(user=person)
        db.session.add(OutboxMail(notification_id=note.id, address=person.email, next_try_at=NOW))
    db.session.commit()
    assert outbox.send_due_mail(NOW) == 1
    assert [mail.recipients for mail in mailbox.mails] == [[cast.cora.email]]


def test_a_crashed_mailer_delays_a_mail_but_does_not_lose_it(
    attempt: Any, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit()

    def die() -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(mailer, "outgoing", die)
        with pytest.raises(SystemExit):
            outbox.send_due_mail(minutes(31))
    assert outbox.send_due_mail(minutes(31)) == 0  # leased
    assert outbox.send_due_mail(minutes(34)) == 1


def test_an_unreachable_server_is_tried_once_per_run(cast: SimpleNamespace, no_mail_server: None) -> None:
    """An unreachable mail server is contacted once per run, and not once per mail."""
    write_mails(cast.carl, cast.cora, cast.ines)
    assert outbox.send_due_mail(NOW) == 0
    mails = db.session.query(OutboxMail).all()
    assert {mail.tries for mail in mails} == {1}
    waits = {mail.next_try_at - NOW for mail in mails}
    assert len(waits) == 3, "they are retried at the same time"
    assert all(timedelta(seconds=45) <= wait <= timedelta(seconds=75) for wait in waits)


def test_an_undeliverable_mail_is_given_up(
    app: Flask, cast: SimpleNamespace, mailbox: Mailbox, api: Any
) -> None:
    mailbox.refused.add(cast.carl.email)
    write_mails(cast.carl)
    at, tries = NOW, 0
    while outbox.has_due_mail(at):
        outbox.send_due_mail(at)
        mail = db.session.query(OutboxMail).one()
        tries += 1
        if mail.gave_up_at is None:
            assert mail.next_try_at - at <= timedelta(minutes=75)
            at = mail.next_try_at
    assert (mail.sent_at, mail.gave_up_at) == (None, at)
    assert at - NOW >= outbox.GIVE_UP_AFTER and 50 < tries < 110
    assert "no such mailbox" in mail.last_error
    mails = api(cast.ada).get("/api/monitoring/metrics").json["data"]["mails"]
    assert (mails["waiting"], mails["failed"], mails["givenUp"]) == (0, 0, 1)
    assert "no such mailbox" in mails["lastError"]
    assert "1 given up this week" in PageClient(app, cast.ada).get("/monitoring").words
    assert api(cast.otto).get("/api/monitoring/metrics").json["data"]["mails"]["givenUp"] == 0


def test_a_slow_mailer_begins_no_mail_that_may_outlast_its_lease(
    cast: SimpleNamespace, mailbox: Mailbox, time_machine: Any
) -> None:
    """A slow worker starts no mail that may outlast its lease, as another worker would send it again."""
    mailbox.on_mail = lambda: time_machine.move_to(NOW + outbox.LAST_CALL, tick=False)
    write_mails(cast.carl, cast.cora)
    assert outbox.send_due_mail(NOW) == 1
    (left,) = db.session.query(OutboxMail).filter_by(sent_at=None)
    assert (left.tries, left.last_error) == (0, None)
    assert left.next_try_at == NOW + outbox.LAST_CALL


def test_a_failure_after_the_lease_changes_nothing(
    app: Flask, cast: SimpleNamespace, mailbox: Mailbox
) -> None:
    write_mails(cast.carl)

    def send_by_another_worker() -> None:
        with app.app_context():
            db.session.execute(update(OutboxMail).values(sent_at=minutes(3)))
            db.session.commit()

    mailbox.on_mail, mailbox.answer = send_by_another_worker, "451 try again"
    assert outbox.send_due_mail(NOW) == 0
    db.session.expire_all()
    mail = db.session.query(OutboxMail).one()
    assert (mail.sent_at, "451" in mail.last_error) == (minutes(3), True)
    assert not outbox.has_due_mail(minutes(90))


def test_a_line_break_in_a_title_injects_no_header(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    write_mails(cast.carl)
    db.session.query(Notification).one().title = "Final\r\nBcc: all@school.example\u2028Ü"
    outbox.send_due_mail(NOW)
    (mail,) = mailbox.mails
    recipients, text = mail.recipients, mail.text
    assert recipients == [cast.carl.email]
    assert text.splitlines()[0] == "Subject: Final Bcc: all@school.example Ü"


def test_the_last_line_links_to_the_preferences(cast: SimpleNamespace, mailbox: Mailbox) -> None:
    write_mails(cast.carl)
    db.session.query(OutboxMail).one().language = Language.GERMAN
    outbox.send_due_mail(NOW)
    text = mailbox.mails[-1].text
    assert len(mailbox.mails) == 1
    last = text.splitlines()[-1]
    assert last.startswith("Welche Mails du bekommst")
    assert last.endswith("https://exams.school.example/notifications#preferences")


def test_users_read_only_their_own_notifications(cast: SimpleNamespace) -> None:
    old = NotificationFactory(user=cast.carl, created_at=later(-60))
    new = NotificationFactory(user=cast.carl)
    NotificationFactory(user=cast.cora)
    shown = [row["notificationId"] for row in notify.notifications_of(cast.carl)]
    assert shown == [str(new.id), str(old.id)]
    assert notify.unread_count(cast.carl) == 2
    notify.mark_read(cast.carl, new.id)
    first = new.read_at
    notify.mark_read(cast.carl, new.id)
    assert notify.unread_count(cast.carl) == 1
    assert new.read_at == first
    with pytest.raises(NotFound):
        notify.mark_read(cast.cora, new.id)
