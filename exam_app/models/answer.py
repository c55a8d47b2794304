"""Answers, and the append-only log of changes from which they are derived."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from exam_app.models.base import Base, enum_of


class ChangeOutcome(StrEnum):
    """The outcome of a change: it became the answer, lost to another change, or arrived too late."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    LATE = "late"


class AnswerChange(Base):
    """One write of an answer. Rows are inserted, never changed: replaying them gives `answers`.

    `seq` is the attempt's version after this change; `typed_at` is the client's time, corrected by its clock
    offset and never later than the arrival; `client_time` is kept if the age of the change was measured.
    """

    __tablename__ = "answer_changes"
    __table_args__ = (
        UniqueConstraint("attempt_id", "change_id"),
        Index("ix_answer_changes_late", "attempt_id", postgresql_where=text("outcome = 'late'")),
    )

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[uuid.UUID]
    question_id: Mapped[int]
    response: Mapped[dict[str, Any]]
    flagged: Mapped[bool]
    time_spent: Mapped[int]
    base_version: Mapped[int]
    client_time: Mapped[datetime | None]
    typed_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    device: Mapped[str | None]
    outcome: Mapped[ChangeOutcome] = mapped_column(enum_of(ChangeOutcome))


class LateVerdict(Base):
    """The decision on a change that arrived after the deadline. `applied_seq` is the change that was appended
    for it, if it was accepted and is the newest of its question."""

    __tablename__ = "late_verdicts"
    __table_args__ = (
        ForeignKeyConstraint(["attempt_id", "seq"], ["answer_changes.attempt_id", "answer_changes.seq"]),
    )

    attempt_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    accepted: Mapped[bool]
    reason: Mapped[str]
    applied_seq: Mapped[int | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))


class Answer(Base):
    """The current response to one question: the result of its changes, with the points it earns.

    `version` is the `seq` of the effective change; `device` is the one that wrote it. `points` and
    `is_correct` come from automatic scoring or from a marker; null until it is marked manually.
    """

    __tablename__ = "answers"
    __table_args__ = ({"postgresql_with": {"fillfactor": 80}},)

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    version: Mapped[int]
    response: Mapped[dict[str, Any]]
    is_answered: Mapped[bool]
    flagged: Mapped[bool]
    time_spent: Mapped[int]
    typed_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    device: Mapped[str | None]
    points: Mapped[Decimal | None]
    is_correct: Mapped[bool | None]


class AnswerMark(Base):
    """A manual mark of an answer: rows are inserted, never changed. `services.grading.marks` decides which
    are effective.

    It applies to the `version` of the answer that was marked, until another response becomes effective. With
    a `reason` it adjudicates a difference of two marks. `rubric` has the picked levels, see `rules.rubrics`.
    """

    __tablename__ = "answer_marks"
    __table_args__ = (CheckConstraint("points >= 0", name="points"),)

    attempt_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    points: Mapped[Decimal]
    comment: Mapped[str]
    reason: Mapped[str | None]
    rubric: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    marked_at: Mapped[datetime]
    marked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
