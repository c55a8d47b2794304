"""`flask files prune`: delete unreferenced pictures."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import AppGroup

from exam_app import clock
from exam_app.errors import AppError
from exam_app.services.authoring import unused_files

commands = AppGroup("files", help="The files of questions.")


@commands.command("prune")
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Minimum age of the files. At least the age of the oldest backup that you may restore.",
)
@click.option("--dry-run", is_flag=True, help="List them, delete nothing.")
def prune(days: int, dry_run: bool) -> None:
    """Delete files that no question and no published test refers to. Safe during imports."""
    now, grace = clock.now(), timedelta(days=days)
    try:
        if dry_run:
            for digest in unused_files.unused(now, grace):
                click.echo(digest)
        else:
            click.echo(f"{unused_files.delete_unused(now, grace)} files deleted")
    except AppError as error:
        raise click.ClickException(error.message) from None
