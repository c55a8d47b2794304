"""`flask fsck`: is exactly what was acknowledged stored?"""

from __future__ import annotations

import json
import sys
import uuid
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from exam_app.models import Attempt
from exam_app.services.operations import consistency


@click.command("fsck")
@click.option("--session", "session_id", type=click.UUID, help="Only the attempts of this session.")
@click.option("--attempt", "attempt_id", type=click.UUID, help="Only this attempt.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; the last one has the counts.")
@with_appcontext
def fsck(session_id: uuid.UUID | None, attempt_id: uuid.UUID | None, as_json: bool) -> None:
    """Replay the log of changes and compare it with answers, totals, results and receipts.

    Changes nothing, and may run during an exam. Exits with 1 if anything differs.
    """
    which = []
    if session_id is not None:
        which.append(Attempt.session_id == session_id)
    if attempt_id is not None:
        which.append(Attempt.id == attempt_id)
    report = consistency.Report()
    for found in consistency.check(report, *which):
        click.echo(json.dumps(asdict(found), default=str) if as_json else _words(found))
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        click.echo(
            f"{report.attempts} attempts, {report.answers} answers, {report.changes} changes: "
            + (f"{report.differences} differences." if report.differences else "no difference.")
        )
    if report.differences:
        sys.exit(1)


def _words(found: consistency.Difference) -> str:
    where = f"attempt {found.attempt_id}"
    if found.question_id is not None:
        where += f", question {found.question_id}"
    return f"{where}: {found.what}: stored {found.stored!r}, by the log {found.replayed!r}"
