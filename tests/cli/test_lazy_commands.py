"""Lazily imported commands: their names and help, and what each kind of process imports."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask

from exam_app.cli import COMMANDS, LazyCommand


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command.name))
def test_every_lazy_command_has_an_implementation_of_its_name(command: LazyCommand) -> None:
    assert command.load().name == command.name
    assert command.short_help


def test_help_of_a_command_is_its_own(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["fsck", "--help"])
    assert done.exit_code == 0
    assert "--session" in done.output


def test_the_migrations_of_flask_migrate_are_there(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["db", "--help"])
    assert done.exit_code == 0
    assert "upgrade" in done.output and "downgrade" in done.output


@pytest.mark.parametrize(
    "role", ["command", "worker", "clock"], ids=lambda role: f"{role} imports neither the pages nor the API"
)
def test_a_process_imports_what_its_role_needs(role: str) -> None:
    code = (
        "import sys; from exam_app import create_app; create_app({'SECRET_KEY': 'k' * 40}, role=sys.argv[1]);"
        "print(sorted({'exam_app.api', 'exam_app.pages', 'alembic', 'aiohttp', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, role], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_web_process_loads_what_computes_statistics_and_writes_workbooks_when_it_is_needed() -> None:
    code = (
        "import sys; from exam_app import create_app; create_app({'SECRET_KEY': 'k' * 40}, role='web');"
        "print(sorted({'numpy', 'xlsxwriter', 'alembic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_organizations_are_kept_apart_whichever_process_uses_a_model() -> None:
    code = (
        "import sys; from exam_app import create_app; create_app({'SECRET_KEY': 'k' * 40});"
        "from exam_app.models import User;"
        "scope, signals = 'exam_app.services.organizations.scope', 'exam_app.infrastructure.after_commit';"
        "print({scope, signals} & set(sys.modules)); User();"
        "print(sorted({scope, signals} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "set()",
        "['exam_app.infrastructure.after_commit', 'exam_app.services.organizations.scope']",
    ], done.stderr
