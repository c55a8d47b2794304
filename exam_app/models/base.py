"""The declarative base and the columns that many tables share."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Enum, ForeignKey, MetaData, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from exam_app import clock

POINTS = Numeric(9, 2)


def enum_of(words: type[StrEnum]) -> Enum:
    """A text column for the values of `words`, checked by the database."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=True,
        name=words.__name__.lower(),
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Base of all models; constraint names follow a convention, so that migrations can refer to them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        Decimal: POINTS,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        uuid.UUID: Uuid,
    }


class Created:
    """When the row was created, by the server's clock."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class OrganizationOwned:
    """A row of one organization, and of one of its branches; without a branch, of the whole organization.

    `services.organizations.scope` filters every ORM read by both, and sets the branch of a new row: that of
    the first row referenced by `branch_from` (names of foreign keys, the nearest first) that has one, or else
    its author's.
    """

    branch_from: ClassVar[tuple[str, ...]] = ()

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
