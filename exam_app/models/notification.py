"""Notifications: in the app, and as mail through an outbox."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base, Created, enum_of
from exam_app.rules.notifications.texts import Language


class Notification(Created, Base):
    """A notification of one user. `(user_id, key)` is unique, so it cannot be created twice."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notifications_user", "user_id", "created_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    key: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    link: Mapped[str | None]
    read_at: Mapped[datetime | None]


class OutboxMail(Created, Base):
    """A mail to send, written in the transaction of the change that it is about.

    `next_try_at` is when a worker may claim it; claiming moves it ahead, so that a worker that dies in
    between delays the mail but does not lose it. `sent_at` is set once the SMTP server has accepted it,
    `gave_up_at` when it never did and there are no more retries.
    """

    __tablename__ = "outbox_mails"
    __table_args__ = (
        Index(
            "ix_outbox_mails_unsent",
            "next_try_at",
            postgresql_where=text("sent_at IS NULL AND gave_up_at IS NULL"),
        ),
        Index("ix_outbox_mails_given_up", "gave_up_at", postgresql_where=text("gave_up_at IS NOT NULL")),
    )

    notification_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("notifications.id"), primary_key=True)
    address: Mapped[str]
    language: Mapped[Language] = mapped_column(enum_of(Language), default=Language.ENGLISH)
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    gave_up_at: Mapped[datetime | None]


class NotificationPreference(Base):
    """A user's choice for one kind; without a row the kind's default applies."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    by_mail: Mapped[bool]


class NotificationTemplate(Base):
    """An organization's template for one kind in one language; without a row the built-in one applies."""

    __tablename__ = "notification_templates"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[Language] = mapped_column(enum_of(Language), primary_key=True)
    title: Mapped[str]
    body: Mapped[str]
