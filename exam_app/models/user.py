"""Users, their accommodations, and revoked tokens."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, event, func, text
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of
from exam_app.rules.names import sort_key
from exam_app.rules.notifications.texts import Language
from exam_app.rules.permissions import Role


def _name_key(context: Any) -> bytes:
    fields = context.get_current_parameters()
    return sort_key(fields["last_name"], fields["first_name"])


class User(OrganizationOwned, Created, Base):
    """A user who can sign in. E-mail addresses are unique regardless of case.

    `language` is that of notifications; None: the organization's default.
    """

    __tablename__ = "users"
    __table_args__ = (Index("uq_users_email", func.lower(text("email")), unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str]
    password_hash: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    name_key: Mapped[bytes] = mapped_column(LargeBinary, default=_name_key, server_default="")
    """The place in an order by name: databases have no such order in common."""
    role: Mapped[Role] = mapped_column(enum_of(Role))
    is_active: Mapped[bool] = mapped_column(default=True)
    last_login_at: Mapped[datetime | None]
    language: Mapped[Language | None] = mapped_column(enum_of(Language))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@event.listens_for(User, "before_update")
def _renamed(_mapper: object, _connection: object, user: User) -> None:
    key = sort_key(user.last_name, user.first_name)
    if key != user.name_key:
        user.name_key = key


BY_NAME = (User.name_key, User.last_name, User.first_name, User.id)
"""The order of every list of people."""


class Accommodation(Base):
    """A student's permanent extra time, applied to every attempt."""

    __tablename__ = "accommodations"
    __table_args__ = (
        CheckConstraint("time_multiplier >= 1 AND time_multiplier <= 10", name="multiplier"),
        CheckConstraint("extra_minutes >= 0", name="minutes"),
    )

    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    time_multiplier: Mapped[Decimal] = mapped_column(Numeric(4, 2), default=Decimal(1))
    extra_minutes: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")


class SessionAccommodation(Base):
    """A student's extra time in one session, instead of the permanent accommodation."""

    __tablename__ = "session_accommodations"
    __table_args__ = (
        CheckConstraint("time_multiplier >= 1 AND time_multiplier <= 10", name="multiplier"),
        CheckConstraint("extra_minutes >= 0", name="minutes"),
    )

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"), primary_key=True)
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    time_multiplier: Mapped[Decimal] = mapped_column(Numeric(4, 2), default=Decimal(1))
    extra_minutes: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")


class RevokedToken(Base):
    """A token revoked at logout; stored until it would have expired anyway."""

    __tablename__ = "revoked_tokens"

    jti: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
