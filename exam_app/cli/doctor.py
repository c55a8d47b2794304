"""`flask doctor`: is this installation ready for an exam? Go or no-go, with findings and advice."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from redis import RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from config import SHORTEST_KEY
from exam_app import clock
from exam_app.extensions import db
from exam_app.infrastructure import mailer, queues, redis_client
from exam_app.models import Attempt
from exam_app.rules.attempt_states import SUBMITTED_STATES, AttemptStatus
from exam_app.services.operations import clock_check, system_metrics

GIGABYTE = 1024**3
OLDEST_POSTGRESQL = 140000
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
LATE = timedelta(seconds=10)


class Level(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One line of the report; anything `BAD` is a no-go. `advice` says what to do next."""

    subject: str
    level: Level
    words: str
    advice: str = ""


Findings = Iterator[Finding]


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all findings.")
@with_appcontext
def doctor(as_json: bool) -> None:
    """Check engines, clocks, processes, queues, mail, disk, migrations and settings before an exam day.

    Changes nothing. Exits with 1 on a no-go. Run it where the web process runs, with its settings.
    """
    found = [finding for check in CHECKS for finding in _run(check)]
    is_go = all(finding.level != Level.BAD for finding in found)
    if as_json:
        click.echo(json.dumps({"go": is_go, "findings": [asdict(finding) for finding in found]}))
    else:
        for finding in found:
            click.echo(f"{finding.level:<8} {finding.subject}: {finding.words}")
            if finding.advice:
                click.echo(f"{'':<8} -> {finding.advice}")
        click.echo("GO" if is_go else "NO-GO: fix what is bad, then run this again.")
    if not is_go:
        sys.exit(1)


def _run(check: Callable[[], Findings]) -> list[Finding]:
    """The findings of a check; an engine that does not respond, or lacks a table, is a finding too."""
    try:
        return list(check())
    except (SQLAlchemyError, RedisError) as error:
        db.session.rollback()
        is_unreachable = isinstance(error, OperationalError | RedisError)
        advice = "Start the engine, or check its URL." if is_unreachable else "Run flask db upgrade first."
        return [Finding(check.__name__.strip("_"), Level.BAD, str(error).splitlines()[0], advice)]


def _settings() -> Findings:
    config = current_app.config
    public_url = config["PUBLIC_URL"] or ""
    if public_url.startswith("https://"):
        yield Finding("address", Level.GOOD, public_url)
    else:
        yield Finding(
            "address",
            Level.WARNING,
            public_url or "PUBLIC_URL is not set",
            "Set PUBLIC_URL=https://…: without TLS anyone on the network can read answers and passwords.",
        )
    if len(config["SECRET_KEY"]) < SHORTEST_KEY:
        advice = f"Set SECRET_KEY to {SHORTEST_KEY} random characters or more."
        yield Finding("secret key", Level.BAD, "too short", advice)
    if not (Path(current_app.static_folder or "") / "dist" / "exam.js").exists():
        yield Finding("pages", Level.BAD, "the browser parts are not built", "Run make setup.")


def _database() -> Findings:
    version, name = db.session.execute(
        text("SELECT current_setting('server_version_num')::int, current_setting('server_version')")
    ).one()
    level = Level.GOOD if version >= OLDEST_POSTGRESQL else Level.BAD
    yield Finding("database", level, f"PostgreSQL {name}", "" if level == Level.GOOD else "Use 14 or later.")
    for setting in DURABLE:
        if db.session.scalar(text("SELECT current_setting(:name)"), {"name": setting}) == "off":
            yield Finding(
                "database",
                Level.BAD,
                f"{setting} is off: a crash could lose answers that were acknowledged",
                f"ALTER SYSTEM SET {setting} = on; SELECT pg_reload_conf();",
            )
    allowed, used = db.session.execute(
        text("SELECT current_setting('max_connections')::int, (SELECT count(*) FROM pg_stat_activity)")
    ).one()
    options = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    wanted = options["pool_size"] + options["max_overflow"]
    level = Level.GOOD if allowed - used >= wanted else Level.WARNING
    advice = "Raise max_connections, or lower DATABASE_POOL_SIZE." if level == Level.WARNING else ""
    words = f"{used} of {allowed} connections in use; a web process may need {wanted}"
    yield Finding("database", level, words, advice)
    db.session.rollback()


def _migrations() -> Findings:
    scripts = ScriptDirectory(str(Path(current_app.root_path).parent / "migrations"))
    wanted = scripts.get_current_head()
    present = MigrationContext.configure(db.session.connection()).get_current_revision()
    db.session.rollback()
    if present == wanted:
        yield Finding("migrations", Level.GOOD, f"at {present}, the newest")
    else:
        words = f"at {present}, the program requires {wanted}"
        yield Finding("migrations", Level.BAD, words, "Run flask db upgrade.")


def _clocks() -> Findings:
    difference = clock_check.difference()
    level = Level.BAD if clock_check.is_too_large(difference) else Level.GOOD
    advice = "Synchronize both machines by NTP." if level == Level.BAD else ""
    words = f"this machine and the database differ by {abs(difference.total_seconds()) * 1000:.0f} ms"
    yield Finding("clocks", level, words, advice)


def _redis() -> Findings:
    redis_client.redis().ping()
    yield Finding("redis", Level.GOOD, "answers")
    for queue in queues.states():
        subject = f"queue {queue.name}"
        if not queue.workers and (queue.name != queues.MAIL or current_app.config["SMTP_URL"]):
            process = "mailer" if queue.name == queues.MAIL else "worker"
            yield Finding(subject, Level.BAD, "no worker", f"Start a {process} process.")
        elif queue.waiting > 10:
            yield Finding(subject, Level.WARNING, f"{queue.waiting} jobs waiting", "Start more workers.")
        else:
            yield Finding(subject, Level.GOOD, f"{queue.workers} workers, {queue.waiting} jobs waiting")
        if queue.failed:
            advice = "Find the error in the worker's log."
            yield Finding(subject, Level.WARNING, f"{queue.failed} jobs failed in the last day", advice)
    if queues.clock_ticked_at():
        yield Finding("clock process", Level.GOOD, "running")
    else:
        yield Finding("clock process", Level.BAD, "not running", "Start python -m workers.clock.")


def _mail() -> Findings:
    if not current_app.config["SMTP_URL"]:
        yield Finding("mail", Level.WARNING, "SMTP_URL is not set: no mail is sent", "Set SMTP_URL.")
        return
    try:
        with mailer.outgoing() as outgoing:
            outgoing.check()
        yield Finding("mail", Level.GOOD, "the mail server accepts the login")
    except (mailer.ServerUnreachable, ValueError) as error:
        yield Finding("mail", Level.BAD, str(error), "Check SMTP_URL.")
    _, waiting, given_up = system_metrics.unsent_mails()
    db.session.rollback()
    advice = "The mailer's log has the reason."
    if waiting:
        yield Finding("mail", Level.WARNING, f"{waiting} mails wait for a retry", advice)
    if given_up:
        words = f"{given_up} mails were abandoned in the last week; users see the notifications in the app"
        yield Finding("mail", Level.WARNING, words, advice)


def _work() -> Findings:
    """Work that a healthy installation never leaves undone."""
    limit = clock.now() - LATE
    open_ = select(func.count()).where(
        Attempt.status == AttemptStatus.IN_PROGRESS, Attempt.deadline_at < limit
    )
    ungraded = select(func.count()).where(
        Attempt.grading_needed, Attempt.status.in_(SUBMITTED_STATES), Attempt.closed_at < limit
    )
    for query, words in (
        (open_, "attempts are open past their deadline"),
        (ungraded, "attempts wait for grading"),
    ):
        if count := db.session.scalar(query.select_from(Attempt)):
            yield Finding("attempts", Level.BAD, f"{count} {words}", "Start the clock and a worker.")
    db.session.rollback()


def _disk() -> Findings:
    folder = Path(current_app.config["DATA_DIR"])
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / GIGABYTE
    level = Level.GOOD if free >= 5 else Level.WARNING if free >= 1 else Level.BAD
    advice = "" if level == Level.GOOD else "Free some space: an exam of 500 students writes well below 1 GB."
    yield Finding("disk", level, f"{free:.1f} GB free in {folder}", advice)


CHECKS: tuple[Callable[[], Findings], ...] = (
    _settings, _database, _migrations, _clocks, _redis, _mail, _work, _disk,
)  # fmt: skip
