"""Reopening attempts: the submissions that were undone, their time, and sessions that continue for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATUS = ("not_started", "in_progress", "paused", "submitted", "expired", "graded", "cancelled")
_KINDS = ("accommodation", "extension", "pause", "outage_credit")


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def _allow_kinds(*kinds: str) -> None:
    name = op.f("ck_time_adjustments_adjustmentkind")
    op.drop_constraint(name, "time_adjustments", type_="check")
    op.create_check_constraint(name, "time_adjustments", sa.column("kind", sa.String(20)).in_(kinds))


def upgrade() -> None:
    op.create_table(
        "reopenings",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", _words("attemptstatus", *_STATUS), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "submission_method",
            _words("submissionmethod", "manual", "automatic", "forced"),
            nullable=False,
        ),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answered_count", sa.Integer(), nullable=False),
        sa.Column("result_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_reopenings_attempt_id")),
        sa.ForeignKeyConstraint(["reopened_by"], ["users.id"], name=op.f("fk_reopenings_reopened_by")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_reopenings")),
    )
    op.create_index(op.f("ix_reopenings_receipt"), "reopenings", ["receipt"], unique=False)
    op.add_column("attempts", sa.Column("times_reopened", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("attempts", "times_reopened", server_default=None)
    op.add_column("exam_sessions", sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True))
    _allow_kinds(*_KINDS, "reopening")


def downgrade() -> None:
    op.execute("UPDATE time_adjustments SET kind = 'extension' WHERE kind = 'reopening'")
    _allow_kinds(*_KINDS)
    op.drop_column("exam_sessions", "reopened_at")
    op.drop_column("attempts", "times_reopened")
    op.drop_table("reopenings")
