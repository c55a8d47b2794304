"""`flask rehearse`: rehearses a session on the running installation, and reports go or no-go."""

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
from exam_app.web.extensions import jwt

GRADING_PATIENCE = 30
SLOW_SAVE, SLOW_START, SLOW_CLOSE = 0.5, 5.0, 1.0


@click.command("rehearse")
@click.option("--students", default=50, show_default=True, type=click.IntRange(1, 2000))
@click.option(
    "--minutes", default=2, show_default=True, type=click.IntRange(1, 60), help="Length of the exam."
)
@click.option("--url", help="URL of the product; by default PUBLIC_URL, or this machine at PORT.")
@with_appcontext
def rehearse(students: int, minutes: int, url: str | None) -> None:
    """Rehearse a session with simulated students on the running product, and report go or no-go.

    It uses its own organization, which is removed afterwards; no mail is sent. Refused while a session is
    running. Exits with 1 on a no-go: something was lost, or a student could not continue.
    """
    here = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    url = (url or current_app.config["PUBLIC_URL"] or here).rstrip("/")
    _check_answers(url)
    _check_free()
    jwt.init_app(current_app)  # the tokens of the simulated users are made in this process
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
            f"The server at {url} uses another database or another SECRET_KEY."
            " Run the rehearsal where the web process runs, with its settings."
        ) from None
    except (Refused, aiohttp.ClientError) as error:
        raise click.ClickException(f"The rehearsal could not continue: {error}") from None
    finally:
        db.session.rollback()
        stages.clear()
    click.echo(table([*figures.rows(), *_rows(played, ending)]))
    for reason in played.dropouts[:10]:
        click.echo(f"could not continue: {reason}")
    _conclude(list(faults(figures, played, ending)), list(_cautions(figures, played, ending)))


def _check_answers(url: str) -> None:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5):
            pass
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"No server responds at {url} ({error}). Start it (flask up), or pass its URL with --url."
        ) from None


def _check_free() -> None:
    under_way = stages.sessions_under_way()
    if not under_way:
        return
    names = ", ".join(f"{session.title!r} ({_until(session)})" for session in under_way[:3])
    more = f" and {len(under_way) - 3} more" if len(under_way) > 3 else ""
    raise click.ClickException(
        f"A session is running: {names}{more}. A rehearsal would take server capacity from it."
        " Run the rehearsal when it is over, or end it first."
    )


def _until(session: ExamSession) -> str:
    return f"until {session.ends_at:%H:%M} UTC" if session.ends_at else "without a fixed end"


def _rows(played: Played, ending: stages.Ending) -> list[Row]:
    return [
        ("signing in, until the last has joined", f"{played.sign_in:.1f} s"),
        ("start, until the last has the paper", f"{played.start_rush:.1f} s"),
        ("could not continue", str(len(played.dropouts))),
        ("attempts closed by the clock", str(len(ending.lateness))),
        ("latest close after deadline and grace", milliseconds(max(ending.lateness, default=0))),
        ("not graded", str(ending.ungraded)),
        ("differences to the log of changes", str(ending.differences)),
    ]


def faults(figures: Figures, played: Played, ending: stages.Ending) -> Iterator[str]:
    """Failures, each a reason for a no-go."""
    verdict = figures.verdict
    if not verdict.acknowledged:
        yield "no answer was acknowledged"
    if verdict.lost:
        yield f"{len(verdict.lost)} acknowledged answers are missing"
    if verdict.duplicated:
        yield f"{len(verdict.duplicated)} answers are duplicated"
    if verdict.invented:
        yield f"{len(verdict.invented)} answers were stored but never acknowledged"
    if played.dropouts:
        yield f"{len(played.dropouts)} students could not continue"
    if ending.ungraded:
        yield f"{ending.ungraded} attempts were not closed and graded: are the clock and a worker running?"
    if ending.differences:
        yield f"{ending.differences} differences between answers and the log of changes"


def _cautions(figures: Figures, played: Played, ending: stages.Ending) -> Iterator[str]:
    """Warnings: what works, but is slow."""
    if quantile(figures.gaps, 0.99) > SLOW_SAVE:
        yield "saves are slow"
    if played.start_rush > SLOW_START:
        yield "the start is slow"
    if max(ending.lateness, default=0) > SLOW_CLOSE:
        yield "attempts are closed late; no answer is accepted in between"


def _conclude(faults: list[str], cautions: list[str]) -> None:
    if faults:
        click.echo(f"NO-GO: {'; '.join(faults)}.")
        sys.exit(1)
    click.echo(f"GO, with care: {'; '.join(cautions)}." if cautions else "GO")
