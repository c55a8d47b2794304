"""One student's attempt at a paper, with its time adjustments."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of
from exam_app.models.exam_session import ExamSession
from exam_app.models.test import Paper, Test
from exam_app.models.user import User
from exam_app.rules.attempt_states import OPEN, AttemptStatus, SubmissionMethod

_SELF_PACED_OPEN = "session_id IS NULL AND status IN ({})".format(
    ", ".join(f"'{status.value}'" for status in sorted(OPEN))
)
_SELF_PACED_UNRELEASED = "session_id IS NULL AND status = 'graded' AND results_released_at IS NULL"


class Attempt(OrganizationOwned, Created, Base):
    """An attempt. `version` counts the changes logged so far and guards every save.

    `deadline_at` is when the student's time is up; only `services.timing.deadlines` writes it.
    `warn_at` is when the next of the test's time warnings is due.
    `paused_by` is the staff member who paused it; None if a lost connection did, by the policy of the test.
    `furthest_question` is the highest index visited: without going back, the questions before it are locked.
    `reset_of` is the cancelled attempt that this one replaces.
    `results_released_at` is set for a self-paced attempt; in a session the session's applies.
    `times_reopened` counts its rows of `reopenings`.
    `marking_due` counts the answers that have to be marked, from the first grading on.
    `answered_count` and `violation_count` are maintained by the statements that change them, so that a
    dashboard of 500 rows needs no aggregation.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        Index("ix_attempts_due", "deadline_at", postgresql_where=text("status = 'in_progress'")),
        Index("ix_attempts_warn", "warn_at", postgresql_where=text("status = 'in_progress'")),
        Index(
            "ix_attempts_marking", "organization_id", "closed_at", postgresql_where=text("marking_due > 0")
        ),
        Index("ix_attempts_ungraded", "closed_at", postgresql_where=text("grading_needed")),
        Index("ix_attempts_to_release", "test_id", postgresql_where=text(_SELF_PACED_UNRELEASED)),
        # Self-paced: one open attempt at a time; parallel starts cannot bypass the limit.
        Index(
            "uq_attempts_open", "test_id", "student_id", unique=True, postgresql_where=text(_SELF_PACED_OPEN)
        ),
        Index(
            "uq_attempts_number",
            "test_id",
            "student_id",
            "number",
            unique=True,
            postgresql_where=text("session_id IS NULL"),
        ),
        # In a session: one attempt for each student, unless it was cancelled and reset.
        Index(
            "uq_attempts_session",
            "session_id",
            "student_id",
            unique=True,
            postgresql_where=text("session_id IS NOT NULL AND status <> 'cancelled'"),
        ),
        Index("ix_attempts_test_status", "test_id", "status"),
        Index("ix_attempts_organization_started", "organization_id", "started_at"),
        Index("ix_attempts_student_status", "student_id", "status"),
        {"postgresql_with": {"fillfactor": 70}},
    )
    branch_from = ("session_id", "student_id", "test_id")

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    session_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exam_sessions.id"))
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    number: Mapped[int]
    seed: Mapped[int]
    status: Mapped[AttemptStatus] = mapped_column(enum_of(AttemptStatus))
    version: Mapped[int] = mapped_column(default=0)

    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    submission_method: Mapped[SubmissionMethod | None] = mapped_column(enum_of(SubmissionMethod))
    warn_at: Mapped[datetime | None]

    cancel_reason: Mapped[str | None]
    reset_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempts.id"))
    address: Mapped[str | None]
    user_agent: Mapped[str | None]

    current_question: Mapped[int] = mapped_column(default=0)
    furthest_question: Mapped[int] = mapped_column(default=0)
    answered_count: Mapped[int] = mapped_column(default=0)
    violation_count: Mapped[int] = mapped_column(default=0)
    highlight_count: Mapped[int] = mapped_column(default=0)
    last_saved_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(index=True)
    grading_needed: Mapped[bool] = mapped_column(default=False)
    results_released_at: Mapped[datetime | None]
    marking_due: Mapped[int] = mapped_column(default=0)
    times_reopened: Mapped[int] = mapped_column(default=0)

    student: Mapped[User] = relationship(foreign_keys=[student_id])
    test: Mapped[Test] = relationship()
    paper: Mapped[Paper] = relationship()
    session: Mapped[ExamSession | None] = relationship()

    @property
    def released_at(self) -> datetime | None:
        """When the result was released, with its session or individually."""
        return self.session.results_released_at if self.session else self.results_released_at


RELEASED_AT = func.coalesce(ExamSession.results_released_at, Attempt.results_released_at).label("released_at")
"""`Attempt.released_at` as a column, for queries with an outer join of `ExamSession`."""


class AdjustmentKind(StrEnum):
    ACCOMMODATION = "accommodation"
    EXTENSION = "extension"
    PAUSE = "pause"
    OUTAGE_CREDIT = "outage_credit"
    REOPENING = "reopening"


class TimeAdjustment(Created, Base):
    """A row of the time ledger: why a deadline is not just start plus limit. Rows add up."""

    __tablename__ = "time_adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    kind: Mapped[AdjustmentKind] = mapped_column(enum_of(AdjustmentKind))
    seconds: Mapped[int]
    reason: Mapped[str]
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outages.id"))
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))


class Reopening(Base):
    """A submission that was undone when its attempt was reopened: what was handed in, with its receipt.

    `version` is that of the attempt at that time, so the answers of this submission are in the change log up
    to it. Results up to `result_number` are those of this submission and of earlier ones.
    """

    __tablename__ = "reopenings"

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[AttemptStatus] = mapped_column(enum_of(AttemptStatus))
    submitted_at: Mapped[datetime]
    submission_method: Mapped[SubmissionMethod] = mapped_column(enum_of(SubmissionMethod))
    receipt: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    answered_count: Mapped[int]
    result_number: Mapped[int]
    reason: Mapped[str]
    reopened_at: Mapped[datetime]
    reopened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))


class QuestionVisit(Base):
    """A question was displayed: the history of a student's navigation."""

    __tablename__ = "question_visits"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    question_index: Mapped[int]
    at: Mapped[datetime]


class Result(Created, Base):
    """A graded attempt. A new version is a new row; the highest `number` is effective.

    `score` is the effective score, after `penalty`. A manual version has `graded_by` and `reason`; a version
    from corrected keys has the `regrade_id` and its reason.
    """

    __tablename__ = "results"

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[Decimal]
    max_score: Mapped[Decimal]
    percentage: Mapped[Decimal]
    grade: Mapped[str]
    passed: Mapped[bool]
    correct_count: Mapped[int]
    penalty: Mapped[Decimal] = mapped_column(default=Decimal(0))
    reason: Mapped[str | None]
    graded_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    regrade_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("regrades.id"), index=True)
