"""Tests whose essays two people mark, what settles a difference, and levels of a rubric kept with a mark."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tests", sa.Column("markers", sa.Integer(), server_default="1", nullable=False))
    op.alter_column("tests", "markers", server_default=None)
    op.create_check_constraint(op.f("ck_tests_markers"), "tests", "markers IN (1, 2)")
    tolerance = sa.Column("marking_tolerance", sa.Numeric(9, 2), server_default="0", nullable=False)
    op.add_column("tests", tolerance)
    op.alter_column("tests", "marking_tolerance", server_default=None)
    op.create_check_constraint(op.f("ck_tests_marking_tolerance"), "tests", "marking_tolerance >= 0")
    op.add_column("answer_marks", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("answer_marks", sa.Column("rubric", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer_marks", "rubric")
    op.drop_column("answer_marks", "reason")
    op.drop_column("tests", "marking_tolerance")
    op.drop_column("tests", "markers")
