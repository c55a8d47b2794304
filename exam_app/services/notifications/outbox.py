"""Sending the mails of the outbox: none is lost, and none is sent twice except after a crash."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import mailer
from exam_app.models import Notification, OutboxMail
from exam_app.rules.notifications import templates
from exam_app.rules.notifications.texts import Language, Phrase

log = logging.getLogger(__name__)
_CHUNK = 50
_LEASE = timedelta(minutes=2)
LAST_CALL = _LEASE - timedelta(seconds=30)
"""No mail is begun later than this after the claim: a slow one must finish before its lease expires."""
_LONGEST_RUN = timedelta(seconds=100)
"""Well within a job's time limit; the next job continues."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)
"""A mail that was not accepted for this long is given up."""

# Unsent mails: the condition of the partial index.
IS_UNSENT = (OutboxMail.sent_at.is_(None), OutboxMail.gave_up_at.is_(None))


def send_due_mail(now: datetime) -> int:
    """Send what is due in the outbox, in rounds until nothing is due, the server is unavailable, or time is
    up.

    1. Claim some mails: move their `next_try_at` ahead in one UPDATE, commit. No other worker claims them
       now.
    2. Send each over one SMTP connection, outside any transaction, and record the outcome at once.
    3. Release those that could not be begun in time, and reschedule those the server was unavailable for.

    If a worker dies in between, the mail is sent after its lease; only a mail that was accepted but not yet
    recorded can arrive twice, and then under the same Message-ID.

    :returns: the number of mails that the SMTP server accepted.
    """
    began, sent, continues = clock.now(), 0, True

    def at() -> datetime:
        return now + (clock.now() - began)

    while continues and at() - now < _LONGEST_RUN and (claimed := _claim(at())):
        accepted, continues = _send(claimed, at)
        sent += accepted
    return sent


def has_due_mail(now: datetime) -> bool:
    due = select(OutboxMail.notification_id).where(*IS_UNSENT, OutboxMail.next_try_at <= now)
    return db.session.scalar(due.limit(1)) is not None


def _claim(now: datetime) -> Sequence[Any]:
    due = (
        select(OutboxMail.notification_id)
        .where(*IS_UNSENT, OutboxMail.next_try_at <= now)
        .order_by(OutboxMail.next_try_at)
        .limit(_CHUNK)
        .with_for_update(skip_locked=True)
    )
    claimed = db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.notification_id.in_(due), Notification.id == OutboxMail.notification_id)
        .values(next_try_at=now + _LEASE, tries=OutboxMail.tries + 1)
        .returning(
            OutboxMail.notification_id,
            OutboxMail.address,
            OutboxMail.language,
            OutboxMail.tries,
            OutboxMail.created_at,
            Notification.title,
            Notification.body,
            Notification.link,
        )
        .execution_options(synchronize_session=False)
    ).all()
    db.session.commit()
    return claimed


def _send(mails: Sequence[Any], at: Callable[[], datetime]) -> tuple[int, bool]:
    """The number of accepted mails, and whether to claim more."""
    sent, last_call = 0, at() + LAST_CALL
    with mailer.outgoing() as outgoing:
        for position, mail in enumerate(mails):
            if at() >= last_call:
                _release(mails[position:], at())
                return sent, False
            try:
                error = outgoing.send(mail.notification_id, mail.address, mail.title, _text(mail))
            except mailer.ServerUnreachable as unavailable:
                left = mails[position:]
                _record_outcomes([_outcome(waiting, str(unavailable), at()) for waiting in left])
                log.warning("%s mails not sent, the server is unavailable: %s", len(left), unavailable)
                return sent, False
            outcome = _outcome(mail, error, at())
            _record_outcomes([outcome])
            if error is not None:
                then = "given up" if outcome["gave_up_at"] else f"next try at {outcome['next_try_at']}"
                log.warning("mail to %s not sent, %s: %s", mail.address, then, error)
            sent += error is None
    return sent, True


def _text(mail: Any) -> str:
    """The notification's body, its link, and where to change the mail preferences."""
    base_url, language = current_app.config["PUBLIC_URL"], Language(mail.language)
    preferences = templates.phrase_text(Phrase("preferences"), language)
    if not base_url:
        return f"{mail.body}\n\n{preferences}.\n"
    link = f"{base_url}{mail.link}\n\n" if mail.link else ""
    return f"{mail.body}\n\n{link}{preferences}: {base_url}/notifications#preferences\n"


def _outcome(mail: Any, error: str | None, now: datetime) -> dict[str, Any]:
    """The outcome of a try: sent, to be tried again, or given up. A failure resets nothing: a mail that took
    longer than its lease may have been sent by another worker."""
    tried = {"notification_id": mail.notification_id, "last_error": error}
    if error is None:
        return {**tried, "sent_at": now}
    gave_up_at = now if now - mail.created_at >= GIVE_UP_AFTER else None
    return {**tried, "next_try_at": now + _wait(mail.tries), "gave_up_at": gave_up_at}


def _record_outcomes(outcomes: list[dict[str, Any]]) -> None:
    db.session.execute(update(OutboxMail), outcomes)
    db.session.commit()


def _wait(tries: int) -> timedelta:
    """Exponential backoff with jitter: mails that failed together are not retried together."""
    return min(_FIRST_WAIT * 2 ** min(tries - 1, 10), _LONGEST_WAIT) * random.uniform(0.75, 1.25)


def _release(mails: Sequence[Any], now: datetime) -> None:
    """Release claimed mails that were not tried."""
    db.session.execute(
        update(OutboxMail)
        .where(OutboxMail.notification_id.in_([mail.notification_id for mail in mails]))
        .values(next_try_at=now, tries=OutboxMail.tries - 1)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
