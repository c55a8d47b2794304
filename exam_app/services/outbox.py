"""Sending the mails that were written down: none is lost, and none goes out twice but after a crash."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from exam_app import clock, mailer
from exam_app.extensions import db
from exam_app.models import Notification, OutboxMail
from exam_app.rules import durations

log = logging.getLogger(__name__)
_CHUNK = 50
_LONGEST_WAIT = timedelta(hours=1)
_LEASE = timedelta(minutes=2)


def send_due_mail(now: datetime) -> int:
    """Send what is due in the outbox, in rounds until nothing is.

    1. Take some mails: move their `next_try_at` ahead in one UPDATE, commit. Nobody else takes them now.
    2. Send each over one SMTP connection, outside any transaction, and note the outcome at once.

    A worker that dies in between leaves the mail to whoever comes after the lease; only a mail that was
    accepted but not yet noted can arrive twice, and then under the same Message-ID.

    :returns: how many the SMTP server accepted.
    """
    sent = 0
    while taken := _take(now):
        sent += _send(taken, now)
    return sent


def has_due_mail(now: datetime) -> bool:
    due = select(OutboxMail.notification_id).where(
        OutboxMail.sent_at.is_(None), OutboxMail.next_try_at <= now
    )
    return db.session.scalar(due.limit(1)) is not None


def _take(now: datetime) -> list[Any]:
    due = (
        select(OutboxMail.notification_id)
        .where(OutboxMail.sent_at.is_(None), OutboxMail.next_try_at <= now)
        .order_by(OutboxMail.next_try_at)
        .limit(_CHUNK)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.notification_id.in_(due), Notification.id == OutboxMail.notification_id)
        .values(next_try_at=now + _LEASE, tries=OutboxMail.tries + 1)
        .returning(
            OutboxMail.notification_id,
            OutboxMail.address,
            OutboxMail.tries,
            Notification.title,
            Notification.body,
            Notification.link,
        )
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return list(taken)


def _send(mails: list[Any], now: datetime) -> int:
    sent = 0
    with mailer.outgoing() as outgoing:
        for mail in mails:
            error = outgoing.send(mail.notification_id, mail.address, mail.title, mail.body, mail.link)
            values: dict[str, Any] = {"sent_at": clock.now(), "last_error": None}
            if error is not None:
                wait = min(timedelta(seconds=30) * 2 ** min(mail.tries, 10), _LONGEST_WAIT)
                values = {"last_error": error, "next_try_at": now + wait}
                log.warning(
                    "mail to %s not sent, next try in %s: %s",
                    mail.address,
                    durations.readable(wait.seconds),
                    error,
                )
            db.session.execute(
                update(OutboxMail)
                .where(OutboxMail.notification_id == mail.notification_id)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            db.session.commit()
            sent += error is None
    return sent
