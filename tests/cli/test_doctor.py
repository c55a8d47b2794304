"""`flask doctor` reports problems and remedies, and a no-go if an exam day must not start."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from exam_app.cli.doctor import doctor
from exam_app.extensions import db
from exam_app.infrastructure import queues, redis_client
from exam_app.services.attempts import closing
from tests.helpers.mailbox import listening
from tests.helpers.times import NOW, minutes


@pytest.fixture
def ask(app: Flask, database: None) -> Any:
    """Whether it is a go, and the findings by subject."""

    def run() -> tuple[bool, dict[str, list[dict[str, str]]]]:
        done = app.test_cli_runner().invoke(doctor, ["--json"])
        report = json.loads(done.output)
        assert done.exit_code == (0 if report["go"] else 1)
        found: dict[str, list[dict[str, str]]] = {}
        for finding in report["findings"]:
            found.setdefault(finding["subject"], []).append(finding)
        return report["go"], found

    return run


def bad(found: dict[str, list[dict[str, str]]], subject: str) -> list[str]:
    return [finding["words"] for finding in found.get(subject, []) if finding["level"] == "bad"]


def test_without_processes_the_doctor_reports_no_go(ask: Any) -> None:
    go, found = ask()
    assert not go
    for name in (queues.DEADLINES, queues.GRADING):
        assert bad(found, f"queue {name}") == ["no worker"]
    assert found["migrations"][0]["level"] == "good"


def test_the_heartbeat_of_the_clock_process_is_checked(app: Flask, ask: Any) -> None:
    assert bad(ask()[1], "clock process") == ["not running"]
    queues.clock_ticks()
    assert not bad(ask()[1], "clock process")
    redis_client.redis().flushdb()


def test_an_engine_without_durability_is_bad(ask: Any) -> None:
    db.session.execute(text("SET LOCAL synchronous_commit = off"))
    assert any(words.startswith("synchronous_commit is off") for words in bad(ask()[1], "database"))


def test_clock_skew_is_bad(ask: Any) -> None:
    # The time of the tests is frozen, and differs from the database's.
    assert bad(ask()[1], "clocks")


def test_a_missing_migration_is_bad(ask: Any) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    db.session.commit()
    assert bad(ask()[1], "migrations")


def test_leftover_work_is_bad(ask: Any, attempt: Any) -> None:
    attempt.deadline_at = NOW - timedelta(minutes=1)
    db.session.commit()
    assert bad(ask()[1], "attempts") == ["1 attempts are open past their deadline"]
    closing.close_due(minutes(1))
    db.session.execute(text("UPDATE attempts SET closed_at = deadline_at"))
    db.session.commit()
    assert bad(ask()[1], "attempts") == ["1 attempts wait for grading"]


def test_mail_is_tried(app: Flask, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask()[1]["mail"][0]["level"] == "warning"
    with listening() as mailbox:
        monkeypatch.setitem(app.config, "SMTP_URL", mailbox.url)
        assert ask()[1]["mail"][0]["level"] == "good"
    assert bad(ask()[1], "mail")


def test_a_weak_key_is_bad(app: Flask, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", "short")
    assert bad(ask()[1], "secret key") == ["too short"]
