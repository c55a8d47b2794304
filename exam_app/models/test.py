"""Tests and papers, their frozen, published versions."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of


class Feedback(StrEnum):
    """When a student sees the correct answers."""

    IMMEDIATE = "immediate"
    AFTER_SUBMISSION = "after_submission"
    AFTER_RELEASE = "after_release"
    NEVER = "never"


class Release(StrEnum):
    """How results with feedback `after_release` are released: manually, or automatically when all attempts
    are graded."""

    BY_HAND = "by_hand"
    AFTER_CLOSE = "after_close"


class ConflictStrategy(StrEnum):
    """What happens to a change that is based on an older version of its answer."""

    MERGE = "merge"
    LOCAL = "local"
    SERVER = "server"


class DisconnectPolicy(StrEnum):
    """What a lost connection does to the timer. `pause` is for individual timers only."""

    NONE = "none"
    PAUSE = "pause"


class Test(OrganizationOwned, Created, Base):
    """An editable test. Students only ever see a `Paper` made from it.

    `markers`: how many mark an essay; two agree if their points differ by at most `marking_tolerance`.
    """

    __test__ = False
    __tablename__ = "tests"
    __table_args__ = (
        CheckConstraint("duration_minutes > 0 AND duration_minutes <= 10080", name="duration"),
        CheckConstraint("max_attempts > 0", name="max_attempts"),
        CheckConstraint("pass_percentage >= 0 AND pass_percentage <= 100", name="pass_percentage"),
        CheckConstraint("markers IN (1, 2)", name="markers"),
        CheckConstraint("marking_tolerance >= 0", name="marking_tolerance"),
    )
    branch_from = ("course_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("courses.id"))
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    instructions: Mapped[str] = mapped_column(default="")
    duration_minutes: Mapped[int]
    max_attempts: Mapped[int] = mapped_column(default=1)
    pass_percentage: Mapped[Decimal] = mapped_column(default=Decimal(50))
    feedback: Mapped[Feedback] = mapped_column(enum_of(Feedback), default=Feedback.AFTER_RELEASE)
    release: Mapped[Release] = mapped_column(enum_of(Release), default=Release.BY_HAND)
    markers: Mapped[int] = mapped_column(default=1)
    marking_tolerance: Mapped[Decimal] = mapped_column(default=Decimal(0))
    conflict_strategy: Mapped[ConflictStrategy] = mapped_column(
        enum_of(ConflictStrategy), default=ConflictStrategy.MERGE
    )
    disconnect_policy: Mapped[DisconnectPolicy] = mapped_column(
        enum_of(DisconnectPolicy), default=DisconnectPolicy.NONE
    )
    allow_back: Mapped[bool] = mapped_column(default=True)
    allow_review: Mapped[bool] = mapped_column(default=True)
    shuffle_questions: Mapped[bool] = mapped_column(default=False)
    shuffle_options: Mapped[bool] = mapped_column(default=False)
    warning_minutes: Mapped[list[Any]] = mapped_column(default=lambda: [5, 1])
    integrity: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_self_paced: Mapped[bool] = mapped_column(default=False)
    leaderboard: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    available_from: Mapped[datetime | None]
    available_until: Mapped[datetime | None]
    current_paper_id: Mapped[int | None] = mapped_column(
        ForeignKey("papers.id", use_alter=True, name="fk_tests_current_paper_id")
    )
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))

    items: Mapped[list[TestQuestion]] = relationship(order_by="TestQuestion.position")
    current_paper: Mapped[Paper | None] = relationship(foreign_keys=[current_paper_id])


class TestQuestion(Base):
    """A question's position in a test, and its points there."""

    __test__ = False
    __tablename__ = "test_questions"
    __table_args__ = (UniqueConstraint("test_id", "position"),)

    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), primary_key=True)
    position: Mapped[int]
    points: Mapped[Decimal | None]


class LeaderboardEntry(Created, Base):
    """A student's consent to be listed on the leaderboard of a test, under this name."""

    __tablename__ = "leaderboard_entries"

    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"), primary_key=True)
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    name: Mapped[str]


class Paper(OrganizationOwned, Created, Base):
    """A published test, frozen: rows are inserted and never changed, so a paper can be cached without expiry.

    A paper with corrected keys `corrects` a published one: the same one for each of its corrections, of which
    the newest is effective.
    """

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("test_id", "number"),)
    branch_from = ("test_id",)

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("papers.id"), index=True)
