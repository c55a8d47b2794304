"""Classes and their students."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_app.models.base import Base, Created, OrganizationOwned
from exam_app.models.user import User


class SchoolClass(OrganizationOwned, Created, Base):
    """A group of students with a teacher."""

    __tablename__ = "classes"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    teacher_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), index=True)
    archived_at: Mapped[datetime | None]

    teacher: Mapped[User] = relationship()


class Enrolment(Created, Base):
    """One student in one class; the primary key prevents enrolling twice."""

    __tablename__ = "enrolments"

    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("classes.id"), primary_key=True)
    student_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
