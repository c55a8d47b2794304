"""Runs migrations on the app's database. Online only: the SQL depends on nothing but the server."""

from __future__ import annotations

from alembic import context
from flask import current_app

from exam_app.models import Base

# Processes that are released at once migrate one after the other.
LOCK = 7_281_901


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LOCK})")
        connection.commit()


run()
