"""Answers that a person marks, and what was given for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("answers", "points", nullable=True)
    op.alter_column("answers", "is_correct", nullable=True)
    op.add_column("attempts", sa.Column("marking_due", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("attempts", "marking_due", server_default=None)
    due = sa.text("marking_due > 0")
    op.create_index("ix_attempts_marking", "attempts", ["organization_id", "closed_at"], postgresql_where=due)
    op.create_table(
        "answer_marks",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(9, 2), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_answer_marks_points")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_answer_marks_attempt_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["users.id"], name=op.f("fk_answer_marks_marked_by")),
        sa.PrimaryKeyConstraint("attempt_id", "question_id", "number", name=op.f("pk_answer_marks")),
    )


def downgrade() -> None:
    op.drop_table("answer_marks")
    op.drop_index("ix_attempts_marking", table_name="attempts")
    op.drop_column("attempts", "marking_due")
    op.execute("UPDATE answers SET points = 0, is_correct = false WHERE points IS NULL")
    op.alter_column("answers", "is_correct", nullable=False)
    op.alter_column("answers", "points", nullable=False)
