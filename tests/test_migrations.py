"""The migrations: one head, exactly the models, and every step can be reverted."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, make_url, text

from exam_app.cli import migrations
from exam_app.extensions import db
from exam_app.models import Base
from exam_app.services.activity import activities
from tests import factories
from tests.helpers.times import NOW

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def empty(app: Flask) -> Iterator[Flask]:
    """The app on a separate database without tables."""
    name = f"migrations_{uuid.uuid4().hex[:8]}"
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    migrations.init_app(app)
    with app.app_context():
        usual, db.engines[None] = db.engines[None], create_engine(url.set(database=name))
        try:
            yield app
        finally:
            db.session.remove()
            db.engines[None].dispose()
            db.engines[None] = usual
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            admin.dispose()


def shape(connection: Connection) -> dict[str, object]:
    """Tables, columns, indexes, constraints and checks, as reflected from the database."""
    found = inspect(connection)
    return {
        table: (
            sorted(
                (c["name"], str(c["type"]), c["nullable"], str(c["default"]))
                for c in found.get_columns(table)
            ),
            sorted((i["name"], i["unique"], str(i.get("dialect_options"))) for i in found.get_indexes(table)),
            sorted(str(k) for k in found.get_foreign_keys(table)),
            sorted((c["name"], c["sqltext"]) for c in found.get_check_constraints(table)),
            sorted(str(u) for u in found.get_unique_constraints(table)),
        )
        for table in found.get_table_names()
    }


def test_there_is_one_head_and_one_line() -> None:
    assert len(scripts().get_heads()) == 1
    assert len(scripts().get_bases()) == 1


def test_names_sort_in_the_order_of_the_revisions() -> None:
    revisions = [script.revision for script in scripts().walk_revisions()][::-1]
    assert revisions == sorted(revisions)
    files = sorted(path.name for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name.split("_")[0] for name in files] == revisions


def test_autogenerate_finds_nothing(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_checks_are_those_of_the_models(app: Flask) -> None:
    """Autogenerate does not look at CHECK constraints."""
    with app.app_context(), db.engine.connect() as connection:
        actual = {
            table: {check["name"] for check in inspect(connection).get_check_constraints(table)}
            for table in Base.metadata.tables
        }
    assert actual == {
        name: {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
        for name, table in Base.metadata.tables.items()
    }


def test_every_step_down_and_up_again(empty: Flask) -> None:
    def now() -> dict[str, object]:
        with db.engines[None].connect() as connection:
            return shape(connection)

    steps = []
    for script in reversed(list(scripts().walk_revisions())):
        steps.append(now())
        flask_migrate.upgrade(str(MIGRATIONS), script.revision)
    top = now()
    for before in reversed(steps):
        flask_migrate.downgrade(str(MIGRATIONS), "-1")
        assert {k: v for k, v in now().items() if k != "alembic_version"} == {
            k: v for k, v in before.items() if k != "alembic_version"
        }
    flask_migrate.upgrade(str(MIGRATIONS))
    assert now() == top
    flask_migrate.upgrade(str(MIGRATIONS))  # repeating it changes nothing


def test_rows_older_than_branches_are_backfilled(empty: Flask) -> None:
    """Old rows get the same branches as new ones: a downgrade drops them, an upgrade derives them again."""
    flask_migrate.upgrade(str(MIGRATIONS))
    with factories.one_commit():
        school = factories.OrganizationFactory()
        branch = factories.BranchFactory(organization_id=school.id)
        bound = {"organization": school, "branch_id": branch.id}
        course = factories.CourseFactory(organization_id=school.id, branch_id=branch.id)
        for options in (bound, {"organization": school}):
            teacher = factories.UserFactory(instructor=True, **options)
            student = factories.UserFactory(**options)
            of_course = {"course_id": course.id} if options is bound else {}
            test = factories.TestFactory(author=teacher, published=True, **of_course)
            factories.QuestionFactory(organization_id=school.id, **of_course)
            school_class = factories.SchoolClassFactory(teacher=teacher, branch_id=options.get("branch_id"))
            session = factories.ExamSessionFactory(school_class=school_class, test=test)
            for where in ({"session": session}, {"test": test}):
                attempt = factories.AttemptFactory(student=student, **where)
                activities.record_all([attempt], "attempt_started", NOW, None)
                activities.record("seen", NOW, school.id, session_id=attempt.session_id)

    before = branches_of_rows()
    assert {len(set(found)) for found in before.values()} == {2}, "each in a branch, and in none"
    db.session.remove()
    flask_migrate.downgrade(str(MIGRATIONS), "0003")
    flask_migrate.upgrade(str(MIGRATIONS))
    assert branches_of_rows() == before


def branches_of_rows() -> dict[str, list[int | None]]:
    tables = ("questions", "tests", "papers", "exam_sessions", "attempts", "activities")
    with db.engines[None].connect() as connection:
        return {
            name: list(connection.scalars(text(f"SELECT branch_id FROM {name} ORDER BY id")))
            for name in tables
        }
