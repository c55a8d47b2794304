"""`flask import questions FILE`, with a report line by line, and `flask export questions TEST`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from exam_app import exporters
from exam_app.errors import AppError
from exam_app.extensions import db
from exam_app.importers import FORMATS, ImportReport, read_questions
from exam_app.models import Organization
from exam_app.services.authoring import catalog, question_files

commands = AppGroup("import", help="Import data from files.")
exports = AppGroup("export", help="Export data to files for other systems.")


@commands.command("questions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Default: by the content.")
@click.option("--encoding", help="For files that are not UTF-8: latin-1 or utf-16.")
@click.option("--organization", help="Its short name; required if there are several.")
@click.option("--skip-refused", is_flag=True, help="Import the rest even if some questions are refused.")
@click.option("--dry-run", is_flag=True, help="Read and report, write nothing.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def import_questions(
    file: Path,
    format_: str | None,
    encoding: str | None,
    organization: str | None,
    skip_refused: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read FILE and add its questions to the question bank; refused ones are reported with their line.

    If anything is refused, nothing is imported (unless --skip-refused is given), and the exit code is 1.
    """
    try:
        report = read_questions(file.read_bytes(), format_, file.name, encoding)
        may_import = skip_refused or not report.refused
        imported = len(report.questions) if may_import and not dry_run else 0
        if imported:
            question_files.add_imported(_organization(organization).id, None, report.questions)
            db.session.commit()
    except AppError as error:
        details = f" {json.dumps(error.details)}" if error.details else ""
        raise click.ClickException(f"{file}: {error.message}{details} Nothing was imported.") from None
    if as_json:
        click.echo(json.dumps({**_as_json(report), "imported": imported}, ensure_ascii=False, indent=2))
    else:
        _print(report, dry_run, may_import)
    if not may_import and not dry_run:
        raise click.exceptions.Exit(1)


@exports.command("questions")
@click.argument("test_id", type=int)
@click.option("--format", "format_", type=click.Choice(exporters.FORMATS), default="moodle_xml")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: standard output.")
def export_questions(test_id: int, format_: str, output: Path | None) -> None:
    """Write the questions of the test TEST_ID, keys included.

    What is not in the file is reported on standard error; the exit code is 1 if whole questions are missing.
    """
    try:
        report = question_files.export_test(catalog.test_for(test_id), format_)
    except AppError as error:
        raise click.ClickException(error.message) from None
    if output:
        output.write_text(report.content, encoding="utf-8")
    else:
        click.echo(report.content, nl=False)
    for one in report.refused:
        click.echo(f"question {one.number}: refused: {one.name}: {one.reason}", err=True)
    for one in report.notes:
        click.echo(f"question {one.number}: left out: {one.name}: {one.reason}", err=True)
    if report.refused:
        raise click.exceptions.Exit(1)


def _organization(slug: str | None) -> Organization:
    query = select(Organization) if slug is None else select(Organization).where(Organization.slug == slug)
    found = db.session.scalars(query.order_by(Organization.slug)).all()
    if len(found) == 1:
        return found[0]
    names = ", ".join(organization.slug for organization in db.session.scalars(select(Organization)))
    raise click.UsageError(
        f"choose the institution with --organization: {names}"
        if names
        else "there is no institution yet; run flask init"
    )


def _print(report: ImportReport, dry_run: bool, may_import: bool) -> None:
    for line in report.lines():
        click.echo(line)
    read, refused = len(report.questions), len(report.refused)
    if not may_import:
        verb = "would be imported" if dry_run else "was imported"
        click.echo(
            f"{read} questions read, {refused} refused: nothing {verb}. Correct the file, or --skip-refused."
        )
    else:
        click.echo(f"{read} questions {'would be imported' if dry_run else 'imported'}, {refused} refused.")


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "format": report.format,
        "encoding": report.encoding,
        "questions": [
            {
                "line": q.line,
                "type": q.type,
                "name": q.name,
                "text": q.text,
                "points": str(q.points),
                "category": q.category,
                "tags": list(q.tags),
                "images": [{"digest": image.digest, "alt": image.alt} for image in q.images],
                "definition": q.definition,
            }
            for q in report.questions
        ],
        "refused": [{"line": r.line, "reason": r.reason} for r in report.refused],
        "notes": [{"line": n.line, "text": n.text} for n in report.notes],
    }
