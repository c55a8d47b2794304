"""Notifications: preferences, an organization's own words, languages, mails that are given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNSENT = "ix_outbox_mails_unsent"


def upgrade() -> None:
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notification_preferences_user_id")),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notification_templates",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('en', 'de')", name=op.f("ck_notification_templates_language")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_notification_templates_organization_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "kind", "language", name=op.f("pk_notification_templates")
        ),
    )
    op.add_column("users", sa.Column("language", sa.String(20), nullable=True))
    for table in ("organizations", "outbox_mails"):
        op.add_column(table, sa.Column("language", sa.String(20), nullable=False, server_default="en"))
        op.alter_column(table, "language", server_default=None)
    for table in ("users", "organizations", "outbox_mails"):
        op.create_check_constraint(op.f(f"ck_{table}_language"), table, "language IN ('en', 'de')")
    op.add_column("exam_sessions", sa.Column("marking_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_mails", sa.Column("gave_up_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index(_UNSENT, table_name="outbox_mails")
    waiting = sa.text("sent_at IS NULL AND gave_up_at IS NULL")
    op.create_index(_UNSENT, "outbox_mails", ["next_try_at"], postgresql_where=waiting)
    given_up = sa.text("gave_up_at IS NOT NULL")
    op.create_index("ix_outbox_mails_given_up", "outbox_mails", ["gave_up_at"], postgresql_where=given_up)


def downgrade() -> None:
    op.drop_index("ix_outbox_mails_given_up", table_name="outbox_mails")
    op.drop_index(_UNSENT, table_name="outbox_mails")
    op.create_index(_UNSENT, "outbox_mails", ["next_try_at"], postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_column("outbox_mails", "gave_up_at")
    op.drop_column("exam_sessions", "marking_told_at")
    for table in ("users", "organizations", "outbox_mails"):
        op.drop_column(table, "language")
    op.drop_table("notification_templates")
    op.drop_table("notification_preferences")
