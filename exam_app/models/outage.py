"""Outages of the service, and the time credited for them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base


class ServiceLife(Base):
    """One row: when a web process last answered. A gap in it is an outage."""

    __tablename__ = "service_life"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    seen_at: Mapped[datetime]


class Outage(Base):
    """Nothing was acknowledged between these two moments."""

    __tablename__ = "outages"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]


class OutageCredit(Base):
    """An outage was credited to a session, at most once; undoing it is recorded too."""

    __tablename__ = "outage_credits"

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"), primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outages.id"), primary_key=True)
    minutes: Mapped[int]
    is_scaled: Mapped[bool]
    credited_at: Mapped[datetime]
    credited_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
