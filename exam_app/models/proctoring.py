"""Proctoring: messages, help requests, integrity alerts and highlights."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of


class Message(OrganizationOwned, Created, Base):
    """A message from staff to some or all students of a session. Inserted, never changed."""

    __tablename__ = "messages"
    branch_from = ("session_id",)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    sender_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    to_all: Mapped[bool]
    text: Mapped[str]


class MessageRecipient(Base):
    """One recipient. `received_at`: a page of theirs showed it; `confirmed_at`: they confirmed reading it."""

    __tablename__ = "message_recipients"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    received_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]


class HelpKind(StrEnum):
    HAND = "hand"
    QUESTION_REPORT = "question_report"


class HelpRequest(OrganizationOwned, Created, Base):
    """A raised hand or a reported question, open until it is resolved."""

    __tablename__ = "help_requests"
    __table_args__ = (
        Index("ix_help_requests_waiting", "session_id", "id", postgresql_where=text("resolved_at IS NULL")),
        # At most one raised hand at a time.
        Index(
            "uq_help_requests_hand",
            "attempt_id",
            unique=True,
            postgresql_where=text("kind = 'hand' AND resolved_at IS NULL"),
        ),
    )
    branch_from = ("attempt_id", "session_id")

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"))
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"))
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[HelpKind] = mapped_column(enum_of(HelpKind))
    question_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")


class AlertState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"


class IntegrityAlert(OrganizationOwned, Created, Base):
    """An integrity rule found evidence in an attempt: one alert for each rule and attempt."""

    __tablename__ = "integrity_alerts"
    __table_args__ = (UniqueConstraint("attempt_id", "rule"),)
    branch_from = ("attempt_id", "session_id")

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exam_sessions.id"), index=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"))
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    rule: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    state: Mapped[AlertState] = mapped_column(enum_of(AlertState), default=AlertState.OPEN)
    note: Mapped[str] = mapped_column(default="")
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))


class Highlight(Base):
    """A range of a passage that a student highlighted; positions count characters, the end is exclusive."""

    __tablename__ = "highlights"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    passage_id: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
