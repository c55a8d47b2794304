"""The question bank: questions and the passages they refer to."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base, Created, OrganizationOwned


class Passage(OrganizationOwned, Created, Base):
    """A text that one or more questions are about."""

    __tablename__ = "passages"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


class Question(OrganizationOwned, Created, Base):
    """A question in the bank; `definition` has the shape its type validates, keys included.

    `images` are `{"digest", "alt"}`; texts refer to them by position: `[image 1]` is the first.
    """

    __tablename__ = "questions"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        Index(
            "ix_questions_images",
            "images",
            postgresql_using="gin",
            postgresql_ops={"images": "jsonb_path_ops"},
        ),
    )
    branch_from = ("course_id", "passage_id")

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passages.id"))
    type: Mapped[str]
    name: Mapped[str]
    text: Mapped[str]
    points: Mapped[Decimal]
    category: Mapped[str | None]
    difficulty: Mapped[str | None]
    tags: Mapped[list[Any]] = mapped_column(default=list)
    images: Mapped[list[Any]] = mapped_column(default=list)
    definition: Mapped[dict[str, Any]]
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    is_archived: Mapped[bool] = mapped_column(default=False)
