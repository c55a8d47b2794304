"""Papers with corrected keys, regrades, grade scales, and results that the clock releases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("papers", sa.Column("corrects_id", sa.Integer(), nullable=True))
    op.create_foreign_key(op.f("fk_papers_corrects_id"), "papers", "papers", ["corrects_id"], ["id"])
    op.create_index(op.f("ix_papers_corrects_id"), "papers", ["corrects_id"])
    op.create_table(
        "regrades",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_regrades_test_id")),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_regrades_started_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_regrades_organization_id")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_regrades_branch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index(op.f("ix_regrades_organization_id"), "regrades", ["organization_id"])
    op.create_index("ix_regrades_test", "regrades", ["test_id", "created_at"])
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("uq_regrades_running", "regrades", ["test_id"], unique=True, postgresql_where=unfinished)
    op.add_column("results", sa.Column("regrade_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_results_regrade_id"), "results", "regrades", ["regrade_id"], ["id"])
    op.create_index(op.f("ix_results_regrade_id"), "results", ["regrade_id"])

    op.add_column("organizations", sa.Column("grade_scale", JSONB(), nullable=True))
    for table in ("tests", "exam_sessions"):
        release = sa.Column("release", sa.String(20), nullable=False, server_default="by_hand")
        op.add_column(table, release)
        op.alter_column(table, "release", server_default=None)
        op.create_check_constraint(
            op.f(f"ck_{table}_release"), table, "release IN ('by_hand', 'after_close')"
        )
    op.create_index(
        "ix_exam_sessions_to_release",
        "exam_sessions",
        ["completed_at"],
        postgresql_where=sa.text(
            "status = 'completed' AND release = 'after_close' AND results_released_at IS NULL"
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_exam_sessions_to_release", table_name="exam_sessions")
    for table in ("tests", "exam_sessions"):
        op.drop_column(table, "release")
    op.drop_column("organizations", "grade_scale")
    op.drop_index(op.f("ix_results_regrade_id"), table_name="results")
    op.drop_constraint(op.f("fk_results_regrade_id"), "results")
    op.drop_column("results", "regrade_id")
    op.drop_table("regrades")
    op.drop_index(op.f("ix_papers_corrects_id"), table_name="papers")
    op.drop_constraint(op.f("fk_papers_corrects_id"), "papers")
    op.drop_column("papers", "corrects_id")
