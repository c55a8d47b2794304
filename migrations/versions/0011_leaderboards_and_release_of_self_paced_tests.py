"""Leaderboards of tests, and when the results of self-paced attempts were released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    off = sa.Column("leaderboard", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("tests", off)
    op.alter_column("tests", "leaderboard", server_default=None)
    op.create_table(
        "leaderboard_entries",
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_leaderboard_entries_test_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_leaderboard_entries_student_id")),
        sa.PrimaryKeyConstraint("test_id", "student_id", name=op.f("pk_leaderboard_entries")),
    )
    op.create_index(op.f("ix_leaderboard_entries_student_id"), "leaderboard_entries", ["student_id"])
    op.add_column("attempts", sa.Column("results_released_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_attempts_to_release",
        "attempts",
        ["test_id"],
        postgresql_where=sa.text("session_id IS NULL AND status = 'graded' AND results_released_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_attempts_to_release", table_name="attempts")
    op.drop_column("attempts", "results_released_at")
    op.drop_table("leaderboard_entries")
    op.drop_column("tests", "leaderboard")
