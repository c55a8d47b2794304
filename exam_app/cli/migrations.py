"""`flask db`: Flask-Migrate on our migrations. It imports Alembic, so it is set up only when used."""

from __future__ import annotations

from typing import Any

import click
import flask_migrate
import flask_migrate.cli
from flask import Flask
from flask.cli import ScriptInfo

from config import ROOT
from exam_app.extensions import db

DIRECTORY = str(ROOT / "migrations")


class Migrations(click.Group):
    """Flask-Migrate's own commands, which look for the extension in the app."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        assert parent is not None
        init_app(parent.ensure_object(ScriptInfo).load_app())
        context: click.Context = flask_migrate.cli.db.make_context(info_name, args, parent, **extra)
        return context


commands = Migrations("db")


def init_app(app: Flask) -> None:
    flask_migrate.Migrate(app, db, directory=DIRECTORY)


def upgrade(app: Flask) -> None:
    """Bring the database of `app` to the newest migration."""
    init_app(app)
    with app.app_context():
        flask_migrate.upgrade()
