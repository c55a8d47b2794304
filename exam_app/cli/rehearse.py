"""`flask rehearse`: plays a session on the running installation, and says if it can carry one."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import urllib.request
from collections.abc import Iterator

import aiohttp
import click
from flask import current_app
from flask.cli import with_appcontext

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import ExamSession
from exam_app.rehearsal import stage as stages
from exam_app.rehearsal.figures import Figures, Row, milliseconds, quantile, table
from exam_app.rehearsal.play import NotThisInstallation, Played, play
from exam_app.rehearsal.student import Refused

GRADING_PATIENCE = 30
SLOW_SAVE, SLOW_START, SLOW_CLOSE = 0.5, 5.0, 1.0


@click.command("rehearse")
@click.option("--students", default=50, show_default=True, type=click.IntRange(1, 2000))
@click.option(
    "--minutes", default=2, show_default=True, type=click.IntRange(1, 60), help="Length of the exam."
)
@click.option("--url", help="Where the product answers; by default PUBLIC_URL, or this machine at PORT.")
@with_appcontext
def rehearse(students: int, minutes: int, url: str | None) -> None:
    """Play a session with simulated students against the running product, and say go or no-go.

    It has an organization of its own, which is removed afterwards; nobody gets mail. Refused while a session
    is under way. Exits with 1 on a no-go: something was lost, or somebody could not go on.
    """
    here = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    url = (url or current_app.config["PUBLIC_URL"] or here).rstrip("/")
    _check_answers(url)
    _check_free()
    stages.clear()
    click.echo(f"{students} students, {minutes} min, at {url}")
    try:
        stage = stages.build(students, minutes, clock.now())
        db.session.rollback()
        played = asyncio.run(play(url, stage))
        patience = time.monotonic() + GRADING_PATIENCE
        while not stages.is_graded(stage) and time.monotonic() < patience:
            time.sleep(0.5)
        ending = stages.ending(stage)
        figures = Figures(students, played.ledger.compare(db.engine), played.ledger.gaps)
    except NotThisInstallation:
        raise click.ClickException(
            f"The server at {url} does not work on this database, or with another SECRET_KEY."
            " Rehearse where the web process runs, with its settings."
        ) from None
    except (Refused, aiohttp.ClientError) as error:
        raise click.ClickException(f"The rehearsal could not go on: {error}") from None
    finally:
        db.session.rollback()
        stages.clear()
    click.echo(table([*figures.rows(), *_rows(played, ending)]))
    for reason in played.dropouts[:10]:
        click.echo(f"could not go on: {reason}")
    _conclude(list(faults(figures, played, ending)), list(_cautions(figures, played, ending)))


def _check_answers(url: str) -> None:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5):
            pass
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"No server answers at {url} ({error}). Start it (flask up), or say where it is with --url."
        ) from None


def _check_free() -> None:
    under_way = stages.sessions_under_way()
    if not under_way:
        return
    names = ", ".join(f"{session.title!r} ({_until(session)})" for session in under_way[:3])
    more = f" and {len(under_way) - 3} more" if len(under_way) > 3 else ""
    raise click.ClickException(
        f"A session is under way: {names}{more}. A rehearsal would take its share of the server."
        " Rehearse when it is over, or end it first."
    )


def _until(session: ExamSession) -> str:
    return f"until {session.ends_at:%H:%M} UTC" if session.ends_at else "open without an end"


def _rows(played: Played, ending: stages.Ending) -> list[Row]:
    return [
        ("signing in, until the last is there", f"{played.sign_in:.1f} s"),
        ("start, until the last has the paper", f"{played.start_rush:.1f} s"),
        ("could not go on", str(len(played.dropouts))),
        ("attempts closed by the clock", str(len(ending.lateness))),
        ("latest close after deadline and grace", milliseconds(max(ending.lateness, default=0))),
        ("not graded", str(ending.ungraded)),
        ("differences to the log of changes", str(ending.differences)),
    ]


def faults(figures: Figures, played: Played, ending: stages.Ending) -> Iterator[str]:
    """What must not happen."""
    verdict = figures.verdict
    if not verdict.acknowledged:
        yield "no answer was acknowledged"
    if verdict.lost:
        yield f"{len(verdict.lost)} acknowledged answers are not there"
    if verdict.duplicated:
        yield f"{len(verdict.duplicated)} answers are there twice"
    if verdict.invented:
        yield f"{len(verdict.invented)} answers were stored and never acknowledged"
    if played.dropouts:
        yield f"{len(played.dropouts)} students could not go on"
    if ending.ungraded:
        yield f"{ending.ungraded} attempts were not closed and graded: do the clock and a worker run?"
    if ending.differences:
        yield f"{ending.differences} differences between answers and the log of changes"


def _cautions(figures: Figures, played: Played, ending: stages.Ending) -> Iterator[str]:
    """What works, and is slower than people like."""
    if quantile(figures.gaps, 0.99) > SLOW_SAVE:
        yield "saves are slow"
    if played.start_rush > SLOW_START:
        yield "the start is slow"
    if max(ending.lateness, default=0) > SLOW_CLOSE:
        yield "attempts are closed late; no answer is taken in between"


def _conclude(faults: list[str], cautions: list[str]) -> None:
    if faults:
        click.echo(f"NO-GO: {'; '.join(faults)}.")
        sys.exit(1)
    click.echo(f"GO, with care: {'; '.join(cautions)}." if cautions else "GO")
