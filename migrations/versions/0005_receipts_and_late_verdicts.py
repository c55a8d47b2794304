"""A receipt leads to its attempt; verdicts on answers that came late."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_attempts_receipt"), "attempts", ["receipt"])
    late = sa.text("outcome = 'late'")
    op.create_index("ix_answer_changes_late", "answer_changes", ["attempt_id"], postgresql_where=late)
    op.create_table(
        "late_verdicts",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("applied_seq", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "seq"],
            ["answer_changes.attempt_id", "answer_changes.seq"],
            name=op.f("fk_late_verdicts_attempt_id_seq"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_late_verdicts_decided_by")),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name=op.f("pk_late_verdicts")),
    )


def downgrade() -> None:
    op.drop_table("late_verdicts")
    op.drop_index("ix_answer_changes_late", table_name="answer_changes")
    op.drop_index(op.f("ix_attempts_receipt"), table_name="attempts")
