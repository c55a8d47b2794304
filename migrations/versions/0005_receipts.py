"""A receipt leads to its attempt."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_attempts_receipt"), "attempts", ["receipt"])


def downgrade() -> None:
    op.drop_index(op.f("ix_attempts_receipt"), table_name="attempts")
