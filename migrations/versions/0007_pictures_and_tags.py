"""Pictures and tags of questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("tags", "images"):
        empty = sa.Column(name, postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)
        op.add_column("questions", empty)
        op.alter_column("questions", name, server_default=None)
    op.create_index(
        "ix_questions_images",
        "questions",
        ["images"],
        postgresql_using="gin",
        postgresql_ops={"images": "jsonb_path_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_questions_images", table_name="questions")
    for name in ("images", "tags"):
        op.drop_column("questions", name)
