"""Institutions and their branches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, synonym

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of
from exam_app.rules.notifications.texts import Language


class Organization(Created, Base):
    """The unit of isolation: nothing is visible from one organization to another.

    `grade_scale` has the form of `rules.grading`; None: the default. Papers store that of their publication.
    `language` is the default language of notifications.
    """

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    grade_scale: Mapped[list[Any] | None]
    language: Mapped[Language] = mapped_column(enum_of(Language), default=Language.ENGLISH)


class Branch(OrganizationOwned, Created, Base):
    """A department or site of an organization. It belongs to itself: a user bound to one sees no other."""

    __tablename__ = "branches"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = synonym("id")
    name: Mapped[str]


class Course(OrganizationOwned, Created, Base):
    """A subject that tests and questions belong to."""

    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
