"""initial schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "revoked_tokens",
        sa.Column("jti", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jti", name=op.f("pk_revoked_tokens")),
    )
    op.create_table(
        "branches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_branches_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branches")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_branches_organization_id_name")),
    )
    op.create_index(op.f("ix_branches_organization_id"), "branches", ["organization_id"], unique=False)
    op.create_table(
        "passages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_passages_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passages")),
    )
    op.create_index(op.f("ix_passages_organization_id"), "passages", ["organization_id"], unique=False)
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_courses_branch_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_courses_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    op.create_index(op.f("ix_courses_organization_id"), "courses", ["organization_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "student",
                "proctor",
                "instructor",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_users_branch_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_users_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
    )
    op.create_index(op.f("ix_users_organization_id"), "users", ["organization_id"], unique=False)
    op.create_index("uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "accommodations",
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("time_multiplier", sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("extra_minutes >= 0", name=op.f("ck_accommodations_minutes")),
        sa.CheckConstraint(
            "time_multiplier >= 1 AND time_multiplier <= 10", name=op.f("ck_accommodations_multiplier")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_accommodations_student_id")),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_accommodations")),
    )
    op.create_table(
        "classes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("teacher_id", sa.Uuid(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_classes_branch_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_classes_organization_id")
        ),
        sa.ForeignKeyConstraint(["teacher_id"], ["users.id"], name=op.f("fk_classes_teacher_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classes")),
    )
    op.create_index(op.f("ix_classes_organization_id"), "classes", ["organization_id"], unique=False)
    op.create_index(op.f("ix_classes_teacher_id"), "classes", ["teacher_id"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("user_id", "key", name=op.f("uq_notifications_user_id_key")),
    )
    op.create_index("ix_notifications_user", "notifications", ["user_id", "created_at"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("points", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("difficulty", sa.Text(), nullable=True),
        sa.Column("definition", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_questions_points")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_questions_course_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_questions_created_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_questions_organization_id")
        ),
        sa.ForeignKeyConstraint(["passage_id"], ["passages.id"], name=op.f("fk_questions_passage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index(op.f("ix_questions_organization_id"), "questions", ["organization_id"], unique=False)
    op.create_table(
        "tests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("pass_percentage", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column(
            "feedback",
            sa.Enum(
                "immediate",
                "after_submission",
                "after_release",
                "never",
                name="feedback",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "conflict_strategy",
            sa.Enum(
                "merge",
                "local",
                "server",
                name="conflictstrategy",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("allow_back", sa.Boolean(), nullable=False),
        sa.Column("allow_review", sa.Boolean(), nullable=False),
        sa.Column("shuffle_questions", sa.Boolean(), nullable=False),
        sa.Column("shuffle_options", sa.Boolean(), nullable=False),
        sa.Column("warning_minutes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_self_paced", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("available_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("available_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_paper_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "duration_minutes > 0 AND duration_minutes <= 10080", name=op.f("ck_tests_duration")
        ),
        sa.CheckConstraint("max_attempts > 0", name=op.f("ck_tests_max_attempts")),
        sa.CheckConstraint(
            "pass_percentage >= 0 AND pass_percentage <= 100", name=op.f("ck_tests_pass_percentage")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_tests_course_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_tests_created_by")),
        sa.ForeignKeyConstraint(
            ["current_paper_id"], ["papers.id"], name="fk_tests_current_paper_id", use_alter=True
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_tests_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tests")),
    )
    op.create_index(op.f("ix_tests_organization_id"), "tests", ["organization_id"], unique=False)
    op.create_table(
        "enrolments",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_enrolments_class_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_enrolments_student_id")),
        sa.PrimaryKeyConstraint("class_id", "student_id", name=op.f("pk_enrolments")),
    )
    op.create_index(op.f("ix_enrolments_student_id"), "enrolments", ["student_id"], unique=False)
    op.create_table(
        "outbox_mails",
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notifications.id"], name=op.f("fk_outbox_mails_notification_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_outbox_mails")),
    )
    op.create_index(
        "ix_outbox_mails_unsent",
        "outbox_mails",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_papers_organization_id")
        ),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_papers_published_by")),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_papers_test_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint("test_id", "number", name=op.f("uq_papers_test_id_number")),
    )
    op.create_index(op.f("ix_papers_organization_id"), "papers", ["organization_id"], unique=False)
    op.create_table(
        "test_questions",
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("points", sa.Numeric(precision=9, scale=2), nullable=True),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_test_questions_question_id")
        ),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_test_questions_test_id")),
        sa.PrimaryKeyConstraint("test_id", "question_id", name=op.f("pk_test_questions")),
        sa.UniqueConstraint("test_id", "position", name=op.f("uq_test_questions_test_id_position")),
    )
    op.create_table(
        "exam_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "scheduled",
                "waiting",
                "in_progress",
                "completed",
                "cancelled",
                name="sessionstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("global_timer", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["classes.id"], name=op.f("fk_exam_sessions_class_id")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_exam_sessions_created_by")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_exam_sessions_organization_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_exam_sessions_paper_id")),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_exam_sessions_test_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sessions")),
    )
    op.create_index(op.f("ix_exam_sessions_class_id"), "exam_sessions", ["class_id"], unique=False)
    op.create_index(
        op.f("ix_exam_sessions_organization_id"), "exam_sessions", ["organization_id"], unique=False
    )
    op.create_index(
        "ix_exam_sessions_running",
        "exam_sessions",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.create_index(op.f("ix_exam_sessions_status"), "exam_sessions", ["status"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("test_id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "in_progress",
                "paused",
                "submitted",
                "expired",
                "graded",
                "cancelled",
                name="attemptstatus",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "submission_method",
            sa.Enum(
                "manual",
                "automatic",
                "forced",
                name="submissionmethod",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_question", sa.Integer(), nullable=False),
        sa.Column("answered_count", sa.Integer(), nullable=False),
        sa.Column("violation_count", sa.Integer(), nullable=False),
        sa.Column("highlight_count", sa.Integer(), nullable=False),
        sa.Column("last_saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("grading_needed", sa.Boolean(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_attempts_organization_id")
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_attempts_paper_id")),
        sa.ForeignKeyConstraint(["session_id"], ["exam_sessions.id"], name=op.f("fk_attempts_session_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_attempts_student_id")),
        sa.ForeignKeyConstraint(["test_id"], ["tests.id"], name=op.f("fk_attempts_test_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ix_attempts_due",
        "attempts",
        ["deadline_at"],
        unique=False,
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.create_index(op.f("ix_attempts_organization_id"), "attempts", ["organization_id"], unique=False)
    op.create_index("ix_attempts_student_status", "attempts", ["student_id", "status"], unique=False)
    op.create_index("ix_attempts_test_status", "attempts", ["test_id", "status"], unique=False)
    op.create_index(
        "ix_attempts_ungraded",
        "attempts",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("grading_needed"),
    )
    op.create_index(
        "ix_attempts_warn",
        "attempts",
        ["warn_at"],
        unique=False,
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.create_index(
        "uq_attempts_number",
        "attempts",
        ["test_id", "student_id", "number"],
        unique=True,
        postgresql_where=sa.text("session_id IS NULL"),
    )
    op.create_index(
        "uq_attempts_open",
        "attempts",
        ["test_id", "student_id"],
        unique=True,
        postgresql_where=sa.text("session_id IS NULL AND status IN ('in_progress', 'not_started', 'paused')"),
    )
    op.create_index(
        "uq_attempts_session",
        "attempts",
        ["session_id", "student_id"],
        unique=True,
        postgresql_where=sa.text("session_id IS NOT NULL AND status <> 'cancelled'"),
    )
    op.create_table(
        "session_participants",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("student_id", sa.Uuid(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_session_participants_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["users.id"], name=op.f("fk_session_participants_student_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "student_id", name=op.f("pk_session_participants")),
    )
    op.create_table(
        "session_proctors",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["exam_sessions.id"], name=op.f("fk_session_proctors_session_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_session_proctors_user_id")),
        sa.PrimaryKeyConstraint("session_id", "user_id", name=op.f("pk_session_proctors")),
    )
    op.create_index(op.f("ix_session_proctors_user_id"), "session_proctors", ["user_id"], unique=False)
    op.create_table(
        "activities",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("student_id", sa.Uuid(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_activities_actor_id")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_activities_attempt_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_activities_organization_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["exam_sessions.id"], name=op.f("fk_activities_session_id")),
        sa.ForeignKeyConstraint(["student_id"], ["users.id"], name=op.f("fk_activities_student_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_attempt", "activities", ["attempt_id", "id"], unique=False)
    op.create_index(op.f("ix_activities_organization_id"), "activities", ["organization_id"], unique=False)
    op.create_index("ix_activities_session", "activities", ["session_id", "id"], unique=False)
    op.create_table(
        "answer_changes",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("time_spent", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("client_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "applied",
                "superseded",
                "late",
                name="changeoutcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_answer_changes_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name=op.f("pk_answer_changes")),
        sa.UniqueConstraint("attempt_id", "change_id", name=op.f("uq_answer_changes_attempt_id_change_id")),
    )
    op.create_table(
        "answers",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("response", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("time_spent", sa.Integer(), nullable=False),
        sa.Column("typed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("points", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("is_correct", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_answers_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "question_id", name=op.f("pk_answers")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_table(
        "results",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("max_score", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("percentage", sa.Numeric(precision=9, scale=2), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("correct_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_results_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "number", name=op.f("pk_results")),
    )
    op.create_table(
        "time_adjustments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accommodation",
                "extension",
                "pause",
                "outage_credit",
                name="adjustmentkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_time_adjustments_attempt_id")),
        sa.ForeignKeyConstraint(["granted_by"], ["users.id"], name=op.f("fk_time_adjustments_granted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_adjustments")),
    )
    op.create_index(op.f("ix_time_adjustments_attempt_id"), "time_adjustments", ["attempt_id"], unique=False)
    # tests and papers refer to each other.
    op.create_foreign_key("fk_tests_current_paper_id", "tests", "papers", ["current_paper_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_tests_current_paper_id", "tests", type_="foreignkey")
    op.drop_index(op.f("ix_time_adjustments_attempt_id"), table_name="time_adjustments")
    op.drop_table("time_adjustments")
    op.drop_table("results")
    op.drop_table("answers")
    op.drop_table("answer_changes")
    op.drop_index("ix_activities_session", table_name="activities")
    op.drop_index(op.f("ix_activities_organization_id"), table_name="activities")
    op.drop_index("ix_activities_attempt", table_name="activities")
    op.drop_table("activities")
    op.drop_index(op.f("ix_session_proctors_user_id"), table_name="session_proctors")
    op.drop_table("session_proctors")
    op.drop_table("session_participants")
    op.drop_index(
        "uq_attempts_session",
        table_name="attempts",
        postgresql_where=sa.text("session_id IS NOT NULL AND status <> 'cancelled'"),
    )
    op.drop_index(
        "uq_attempts_open",
        table_name="attempts",
        postgresql_where=sa.text("session_id IS NULL AND status IN ('in_progress', 'not_started', 'paused')"),
    )
    op.drop_index("uq_attempts_number", table_name="attempts", postgresql_where=sa.text("session_id IS NULL"))
    op.drop_index(
        "ix_attempts_warn", table_name="attempts", postgresql_where=sa.text("status = 'in_progress'")
    )
    op.drop_index("ix_attempts_ungraded", table_name="attempts", postgresql_where=sa.text("grading_needed"))
    op.drop_index("ix_attempts_test_status", table_name="attempts")
    op.drop_index("ix_attempts_student_status", table_name="attempts")
    op.drop_index(op.f("ix_attempts_organization_id"), table_name="attempts")
    op.drop_index(
        "ix_attempts_due", table_name="attempts", postgresql_where=sa.text("status = 'in_progress'")
    )
    op.drop_table("attempts")
    op.drop_index(op.f("ix_exam_sessions_status"), table_name="exam_sessions")
    op.drop_index(
        "ix_exam_sessions_running",
        table_name="exam_sessions",
        postgresql_where=sa.text("status = 'in_progress'"),
    )
    op.drop_index(op.f("ix_exam_sessions_organization_id"), table_name="exam_sessions")
    op.drop_index(op.f("ix_exam_sessions_class_id"), table_name="exam_sessions")
    op.drop_table("exam_sessions")
    op.drop_table("test_questions")
    op.drop_index(op.f("ix_papers_organization_id"), table_name="papers")
    op.drop_table("papers")
    op.drop_index(
        "ix_outbox_mails_unsent", table_name="outbox_mails", postgresql_where=sa.text("sent_at IS NULL")
    )
    op.drop_table("outbox_mails")
    op.drop_index(op.f("ix_enrolments_student_id"), table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_index(op.f("ix_tests_organization_id"), table_name="tests")
    op.drop_table("tests")
    op.drop_index(op.f("ix_questions_organization_id"), table_name="questions")
    op.drop_table("questions")
    op.drop_index("ix_notifications_user", table_name="notifications")
    op.drop_table("notifications")
    op.drop_index(op.f("ix_classes_teacher_id"), table_name="classes")
    op.drop_index(op.f("ix_classes_organization_id"), table_name="classes")
    op.drop_table("classes")
    op.drop_table("accommodations")
    op.drop_index("uq_users_email", table_name="users")
    op.drop_index(op.f("ix_users_organization_id"), table_name="users")
    op.drop_table("users")
    op.drop_index(op.f("ix_courses_organization_id"), table_name="courses")
    op.drop_table("courses")
    op.drop_index(op.f("ix_passages_organization_id"), table_name="passages")
    op.drop_table("passages")
    op.drop_index(op.f("ix_branches_organization_id"), table_name="branches")
    op.drop_table("branches")
    op.drop_table("revoked_tokens")
    op.drop_table("organizations")
