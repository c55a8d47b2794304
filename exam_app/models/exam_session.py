"""Exam sessions: a class takes a test together, with proctors."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_app.models.base import Base, Created, OrganizationOwned, enum_of
from exam_app.models.school_class import SchoolClass
from exam_app.models.test import Paper, Release, Test
from exam_app.rules.attempt_states import SessionStatus


class ExamSession(OrganizationOwned, Created, Base):
    """One class taking one paper.

    `ends_at` is the common end of the global timer, without individual extra time; it is stored at the start
    and moved by a pause of the session. With `global_timer` off, every student has the full duration from
    their own start. `paused_at`: the session is paused as a whole, also for students who join now.
    `reopened_at`: it was over, and continues only for reopened attempts; it ends with the last of them.
    `release` is that of the test when the session was planned.
    `marking_told_at` is when its teachers were reminded, once, of answers to mark.
    `seal_key` decrypts the papers that were sent to the waiting room; it is secret until the start.
    """

    __tablename__ = "exam_sessions"
    __table_args__ = (
        Index("ix_exam_sessions_running", "ends_at", postgresql_where=text("status = 'in_progress'")),
        Index(
            "ix_exam_sessions_to_release",
            "completed_at",
            postgresql_where=text(
                "status = 'completed' AND release = 'after_close' AND results_released_at IS NULL"
            ),
        ),
    )
    branch_from = ("class_id",)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("classes.id"), index=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("tests.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"))
    title: Mapped[str]
    status: Mapped[SessionStatus] = mapped_column(
        enum_of(SessionStatus), default=SessionStatus.SCHEDULED, index=True
    )
    scheduled_at: Mapped[datetime]
    global_timer: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    completed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    results_released_at: Mapped[datetime | None]
    marking_told_at: Mapped[datetime | None]
    release: Mapped[Release] = mapped_column(enum_of(Release), default=Release.BY_HAND)
    seal_key: Mapped[bytes] = mapped_column(default=lambda: secrets.token_bytes(32))
    created_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))

    school_class: Mapped[SchoolClass] = relationship(lazy="joined")
    test: Mapped[Test] = relationship()
    paper: Mapped[Paper] = relationship()


class SessionProctor(Base):
    """A proctor of a session, besides its teacher and the administrators."""

    __tablename__ = "session_proctors"

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class Participant(Base):
    """A student who joined: one row however often they connect. Who is connected *now* is presence, in Redis.

    `attempt_id` and `seed` are those of the attempt they will get: fixed on joining, so that the encrypted
    paper can be sent to their device before the start.
    """

    __tablename__ = "session_participants"

    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exam_sessions.id"), primary_key=True)
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    joined_at: Mapped[datetime]
    attempt_id: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    seed: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(2**31))
