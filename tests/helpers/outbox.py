"""Mails in the outbox."""

from __future__ import annotations

from typing import Any

from exam_app.extensions import db
from exam_app.models import OutboxMail
from tests.factories import NotificationFactory
from tests.helpers.times import NOW


def write_mails(*people: Any, created_at: Any = NOW) -> None:
    """Write one mail for each recipient, due now."""
    for person in people:
        note = NotificationFactory(user=person)
        mail = OutboxMail(
            notification_id=note.id, address=person.email, next_try_at=NOW, created_at=created_at
        )
        db.session.add(mail)
    db.session.commit()
