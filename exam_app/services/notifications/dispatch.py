"""Storing notifications, each in the recipient's language and with their organization's templates: a row for
the app, and one for the outbox if the user wants mails of this kind."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Boolean, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from exam_app.extensions import db
from exam_app.infrastructure import after_commit, queues
from exam_app.models import Notification, NotificationPreference, Organization, OutboxMail, User
from exam_app.realtime import emit
from exam_app.rules.notifications import templates
from exam_app.rules.notifications.kinds import KINDS, Kind
from exam_app.rules.permissions import Role
from exam_app.services.notifications import templates as notification_templates

_NOWHERE = ".invalid"
"""No mail is ever delivered to this domain (RFC 2606): simulated students have it."""

# Built once, as every submission is notified.
_ONCE = insert(Notification).on_conflict_do_nothing().returning(Notification.id)
_user_columns, _organization = User.__table__.c, Organization.__table__.c
_preference = NotificationPreference.__table__.c
_PEOPLE = (
    select(
        _user_columns.id,
        _user_columns.organization_id,
        _user_columns.role,
        _user_columns.email,
        _user_columns.is_active,
        func.coalesce(_user_columns.language, _organization.language).label("language"),
        func.coalesce(_preference.by_mail, bindparam("by_mail", type_=Boolean)).label("by_mail"),
    )
    .join(Organization.__table__, _organization.id == _user_columns.organization_id)
    .outerjoin(
        NotificationPreference.__table__,
        and_(_preference.user_id == _user_columns.id, _preference.kind == bindparam("kind")),
    )
    .where(_user_columns.id.in_(bindparam("people", expanding=True)))
)


@dataclass(frozen=True)
class Message:
    """To one user, delivered once: a second one with the same `key` is left out."""

    user_id: uuid.UUID
    key: str
    values: templates.Values
    link: str


def deliver(kind: Kind, messages: Sequence[Message], now: datetime) -> None:
    """Store notifications and their mails; the caller commits."""
    if not messages:
        return
    recipients = {
        recipient.id: recipient for recipient in _recipients(kind, {message.user_id for message in messages})
    }
    texts = notification_templates.texts(
        kind, {recipient.organization_id for recipient in recipients.values()}
    )
    # In one order everywhere, so that concurrent deliveries to the same users cannot deadlock.
    rows = [
        _row(kind, message, recipients[message.user_id], texts, now)
        for message in sorted(messages, key=lambda message: (message.key, message.user_id))
    ]
    new = set(db.session.scalars(_ONCE, rows))
    created = [row for row in rows if row["id"] in new]
    mails = [
        _mail(row, recipients[row["user_id"]], now)
        for row in created
        if _wants_mail(recipients[row["user_id"]])
    ]
    if mails:
        db.session.execute(insert(OutboxMail), mails)
        after_commit.run(queues.enqueue_mail)
    after_commit.run(_publish, [(row, recipients[row["user_id"]].role) for row in created])


def _publish(created: list[tuple[dict[str, Any], Role]]) -> None:
    for row, role in created:
        payload = {"notificationId": str(row["id"]), **{k: row[k] for k in ("kind", "title", "body", "link")}}
        emit.notification(row["user_id"], role, payload)


def _recipients(kind: Kind, ids: set[uuid.UUID]) -> Sequence[Any]:
    """Their emails, languages and preferences. The tables are read directly, past the scope of the actor: a
    proctor of one branch may notify a class with students of another."""
    asked = {"people": list(ids), "kind": kind, "by_mail": KINDS[kind].by_mail}
    return db.session.execute(_PEOPLE, asked).all()


def _row(
    kind: Kind, message: Message, recipient: Any, texts: notification_templates.Texts, now: datetime
) -> dict[str, Any]:
    text = templates.rendered(
        texts[recipient.organization_id, recipient.language], message.values, recipient.language
    )
    return {
        "id": uuid.uuid4(),
        "user_id": message.user_id,
        "key": f"{kind}:{message.key}",
        "kind": kind.value,
        "title": text.title,
        "body": text.body,
        "link": message.link,
        "created_at": now,
    }


def _wants_mail(recipient: Any) -> bool:
    is_reachable = recipient.is_active and not recipient.email.endswith(_NOWHERE)
    return bool(current_app.config["SMTP_URL"]) and is_reachable and recipient.by_mail


def _mail(row: dict[str, Any], recipient: Any, now: datetime) -> dict[str, Any]:
    return {
        "notification_id": row["id"],
        "address": recipient.email,
        "language": recipient.language,
        "next_try_at": now,
        "tries": 0,
        "created_at": now,
    }
