"""Every row of an organization knows the branch it belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each table with what its rows take their branch from: the first that has one.
TAKEN_FROM = {
    "passages": (),
    "questions": (("courses", "course_id"), ("passages", "passage_id")),
    "tests": (("courses", "course_id"),),
    "papers": (("tests", "test_id"),),
    "exam_sessions": (("classes", "class_id"),),
    "attempts": (("exam_sessions", "session_id"), ("users", "student_id"), ("tests", "test_id")),
    "activities": (("attempts", "attempt_id"), ("exam_sessions", "session_id")),
    "messages": (("exam_sessions", "session_id"),),
    "help_requests": (("attempts", "attempt_id"), ("exam_sessions", "session_id")),
    "integrity_alerts": (("attempts", "attempt_id"), ("exam_sessions", "session_id")),
}


def upgrade() -> None:
    for table, sources in TAKEN_FROM.items():
        op.add_column(table, sa.Column("branch_id", sa.Integer(), nullable=True))
        for source, key in sources:
            op.execute(
                f"UPDATE {table} SET branch_id = {source}.branch_id FROM {source}"
                f" WHERE {source}.id = {table}.{key} AND {source}.branch_id IS NOT NULL"
                f" AND {table}.branch_id IS NULL"
            )
        op.create_foreign_key(f"fk_{table}_branch_id", table, "branches", ["branch_id"], ["id"])


def downgrade() -> None:
    for table in reversed(TAKEN_FROM):
        op.drop_constraint(f"fk_{table}_branch_id", table, type_="foreignkey")
        op.drop_column(table, "branch_id")
