"""One-way navigation, control of attempts by staff, versions of results made by hand, disconnect policy."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_visits",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_index", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_question_visits_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_visits")),
    )
    op.create_index(op.f("ix_question_visits_attempt_id"), "question_visits", ["attempt_id"], unique=False)
    op.create_index("ix_attempts_organization_started", "attempts", ["organization_id", "started_at"])
    op.add_column("attempts", sa.Column("paused_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_attempts_paused_by"), "attempts", "users", ["paused_by"], ["id"])
    op.add_column("attempts", sa.Column("cancel_reason", sa.Text(), nullable=True))
    op.add_column("attempts", sa.Column("reset_of", sa.Uuid(), nullable=True))
    op.add_column("attempts", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("attempts", sa.Column("user_agent", sa.Text(), nullable=True))
    op.add_column(
        "attempts", sa.Column("furthest_question", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_foreign_key(op.f("fk_attempts_reset_of"), "attempts", "attempts", ["reset_of"], ["id"])
    op.add_column(
        "results", sa.Column("penalty", sa.Numeric(precision=9, scale=2), nullable=False, server_default="0")
    )
    op.add_column("results", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("results", sa.Column("graded_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_results_graded_by"), "results", "users", ["graded_by"], ["id"])
    op.add_column(
        "tests",
        sa.Column(
            "disconnect_policy",
            sa.Enum(
                "none", "pause", name="disconnectpolicy", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
            server_default="none",
        ),
    )
    # The defaults were for the rows that are there already.
    for table, column in (
        ("attempts", "furthest_question"),
        ("results", "penalty"),
        ("tests", "disconnect_policy"),
    ):
        op.alter_column(table, column, server_default=None)


def downgrade() -> None:
    op.drop_column("tests", "disconnect_policy")
    op.drop_constraint(op.f("fk_results_graded_by"), "results", type_="foreignkey")
    op.drop_column("results", "graded_by")
    op.drop_column("results", "reason")
    op.drop_column("results", "penalty")
    op.drop_constraint(op.f("fk_attempts_reset_of"), "attempts", type_="foreignkey")
    op.drop_column("attempts", "furthest_question")
    op.drop_column("attempts", "user_agent")
    op.drop_column("attempts", "address")
    op.drop_column("attempts", "reset_of")
    op.drop_column("attempts", "cancel_reason")
    op.drop_index("ix_attempts_organization_started", table_name="attempts")
    op.drop_constraint(op.f("fk_attempts_paused_by"), "attempts", type_="foreignkey")
    op.drop_column("attempts", "paused_by")
    op.drop_index(op.f("ix_question_visits_attempt_id"), table_name="question_visits")
    op.drop_table("question_visits")
