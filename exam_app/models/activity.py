"""The activity log: append-only, the source of the event feed and of a student's timeline."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.infrastructure import origin
from exam_app.models.base import Base, OrganizationOwned


class Activity(OrganizationOwned, Base):
    """An action of a user or an observation. Inserted, never changed.

    `address` is the client IP of the request or event that caused it; jobs have none.
    """

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_session", "session_id", "id"),
        Index("ix_activities_attempt", "attempt_id", "id"),
    )
    branch_from = ("attempt_id", "session_id")

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str]
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exam_sessions.id"))
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempts.id"))
    student_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str | None] = mapped_column(default=origin.client_ip)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
