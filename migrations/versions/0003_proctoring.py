"""Messages, raised hands, alerts, highlights, outages, sealed papers, accommodations for one session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )
    op.create_table(
        "service_life",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_service_life_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_life")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("to_all", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_messages_organization_id")
        ),
        sa.ForeignKeyConstraint(["sender_id"], ["users.id"], name=op.f("fk_messages_sender_id")),
        sa.ForeignKeyConstraint(["session_id"], ["exam_sessions.id"], name=op.f("fk_messages_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_organization_id"), "messages", ["organization_id"], unique=False)
    op.create_index(op.f("ix_messages_session_id"), "messages", ["session_id"], unique=False)
    op.create_table(
        "outage_credits",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("outage_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("is_scaled", sa.Boolean(), nullable=False),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credited_by", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["credited_by"], ["users.id"], name=op.f("fk_outage_credits_credited_by")),
        sa.ForeignKeyConstraint(["outage_id"], ["outages.id"], name=op.f("fk_outage_credits_outage_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_outage_credits_session_id")
        ),
        sa.ForeignKeyConstraint(["undone_by"], ["users.id"], name=op.f("fk_outage_credits_undone_by")),
        sa.PrimaryKeyConstraint("session_id", "outage_id", name=op.f("pk_outage_credits")),
    )
    op.create_table(
        "session_accommodations",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("time_multiplier", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_session_accommodations_minutes")),
        sa.CheckConstraint(
            "time_multiplier >= 1 AND time_multiplier <= 10",
            name=op.f("ck_session_accommodations_multiplier"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_session_accommodations_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["users.id"], name=op.f("fk_session_accommodations_student_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "student_id", name=op.f("pk_session_accommodations")),
    )
    op.create_table(
        "help_requests",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hand",
                "question_report",
                name="helpkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_help_requests_attempt_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_help_requests_organization_id")
        ),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name=op.f("fk_help_requests_resolved_by")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_help_requests_session_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_help_requests_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_requests")),
    )
    op.create_index(
        op.f("ix_help_requests_organization_id"), "help_requests", ["organization_id"], unique=False
    )
    op.create_index(
        "ix_help_requests_waiting",
        "help_requests",
        ["session_id", "id"],
        unique=False,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "uq_help_requests_hand",
        "help_requests",
        ["attempt_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'hand' AND resolved_at IS NULL"),
    )
    op.create_table(
        "highlights",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_highlights_attempt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_highlights")),
    )
    op.create_index(op.f("ix_highlights_attempt_id"), "highlights", ["attempt_id"], unique=False)
    op.create_table(
        "integrity_alerts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "acknowledged",
                "dismissed",
                name="alertstate",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_integrity_alerts_attempt_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_integrity_alerts_organization_id")
        ),
        sa.ForeignKeyConstraint(["resolved_by"], ["users.id"], name=op.f("fk_integrity_alerts_resolved_by")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_integrity_alerts_session_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_integrity_alerts_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_alerts")),
        sa.UniqueConstraint("attempt_id", "rule", name=op.f("uq_integrity_alerts_attempt_id_rule")),
    )
    op.create_index(
        op.f("ix_integrity_alerts_organization_id"), "integrity_alerts", ["organization_id"], unique=False
    )
    op.create_index(op.f("ix_integrity_alerts_session_id"), "integrity_alerts", ["session_id"], unique=False)
    op.create_table(
        "message_recipients",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_message_recipients_message_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_message_recipients_student_id")),
        sa.PrimaryKeyConstraint("message_id", "student_id", name=op.f("pk_message_recipients")),
    )
    op.create_index(
        op.f("ix_message_recipients_student_id"), "message_recipients", ["student_id"], unique=False
    )
    op.add_column("exam_sessions", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("exam_sessions", sa.Column("paused_by", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_exam_sessions_paused_by"), "exam_sessions", "users", ["paused_by"], ["id"])
    op.add_column(
        "exam_sessions",
        sa.Column(
            "seal_key",
            sa.LargeBinary(),
            nullable=False,
            server_default=sa.text("uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())"),
        ),
    )
    op.add_column(
        "session_participants",
        sa.Column("attempt_id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")),
    )
    op.add_column(
        "session_participants",
        sa.Column(
            "seed", sa.Integer(), nullable=False, server_default=sa.text("floor(random() * 2147483647)")
        ),
    )
    op.add_column(
        "tests",
        sa.Column("integrity", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
    op.add_column("time_adjustments", sa.Column("outage_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_time_adjustments_outage_id"), "time_adjustments", "outages", ["outage_id"], ["id"]
    )
    # The defaults were for the rows that are there already.
    for table, column in (
        ("exam_sessions", "seal_key"),
        ("session_participants", "attempt_id"),
        ("session_participants", "seed"),
        ("tests", "integrity"),
    ):
        op.alter_column(table, column, server_default=None)


def downgrade() -> None:
    op.drop_constraint(op.f("fk_time_adjustments_outage_id"), "time_adjustments", type_="foreignkey")
    op.drop_column("time_adjustments", "outage_id")
    op.drop_column("tests", "integrity")
    op.drop_column("session_participants", "seed")
    op.drop_column("session_participants", "attempt_id")
    op.drop_column("exam_sessions", "seal_key")
    op.drop_constraint(op.f("fk_exam_sessions_paused_by"), "exam_sessions", type_="foreignkey")
    op.drop_column("exam_sessions", "paused_by")
    op.drop_column("exam_sessions", "paused_at")
    op.drop_index(op.f("ix_message_recipients_student_id"), table_name="message_recipients")
    op.drop_table("message_recipients")
    op.drop_index(op.f("ix_integrity_alerts_session_id"), table_name="integrity_alerts")
    op.drop_index(op.f("ix_integrity_alerts_organization_id"), table_name="integrity_alerts")
    op.drop_table("integrity_alerts")
    op.drop_index(op.f("ix_highlights_attempt_id"), table_name="highlights")
    op.drop_table("highlights")
    op.drop_index(
        "uq_help_requests_hand",
        table_name="help_requests",
        postgresql_where=sa.text("kind = 'hand' AND resolved_at IS NULL"),
    )
    op.drop_index(
        "ix_help_requests_waiting",
        table_name="help_requests",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.drop_index(op.f("ix_help_requests_organization_id"), table_name="help_requests")
    op.drop_table("help_requests")
    op.drop_table("session_accommodations")
    op.drop_table("outage_credits")
    op.drop_index(op.f("ix_messages_session_id"), table_name="messages")
    op.drop_index(op.f("ix_messages_organization_id"), table_name="messages")
    op.drop_table("messages")
    op.drop_table("service_life")
    op.drop_table("outages")
