"""Regrading a test with corrected keys."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_app.models.base import Base, Created, OrganizationOwned
from exam_app.models.test import Test
from exam_app.models.user import User


class Regrade(OrganizationOwned, Created, Base):
    """All graded attempts of a test are graded again, in steps; one regrade at a time for each test.

    `done` of `total` attempts have the new keys, `changed` of them a different result, and `kept` a manual
    score. The remaining attempts are found from the attempts themselves. `moved_at`: the last step.
    """

    __tablename__ = "regrades"
    __table_args__ = (
        Index("ix_regrades_test", "test_id", "created_at"),
        Index("uq_regrades_running", "test_id", unique=True, postgresql_where=text("finished_at IS NULL")),
    )
    branch_from = ("test_id",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"))
    reason: Mapped[str]
    started_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    test: Mapped[Test] = relationship()
    starter: Mapped[User] = relationship()
