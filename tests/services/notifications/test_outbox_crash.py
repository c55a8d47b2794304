"""The mailer is killed at the one moment at which a mail can be sent twice."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from exam_app import clock
from exam_app.extensions import db
from exam_app.models import OutboxMail
from exam_app.services.notifications import outbox
from tests.helpers.mailbox import Mailbox
from tests.helpers.outbox import write_mails
from tests.helpers.waiting import PATIENCE

MAILER = """
from exam_app import clock, create_app
from exam_app.services.notifications import outbox
with create_app(role="worker").app_context():
    outbox.send_due_mail(clock.now())
"""


@pytest.fixture
def database(committed_database: None) -> None:
    """Rows are visible to another process."""


def test_killed_between_acceptance_and_commit(
    app: Flask, cast: SimpleNamespace, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No mail is lost; one that was accepted but not recorded is sent again with the same Message-ID."""
    write_mails(cast.carl, cast.cora)
    for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "DATA_DIR"):
        monkeypatch.setenv(name, app.config[name])
    mailer = subprocess.Popen([sys.executable, "-c", MAILER])
    mailbox.on_mail = mailer.kill
    assert mailer.wait(PATIENCE) == -9
    mailbox.on_mail = lambda: None
    now = clock.now()
    assert db.session.query(OutboxMail).filter_by(sent_at=None).count() == 2
    assert outbox.send_due_mail(now) == 0  # both are leased to the killed mailer
    assert outbox.send_due_mail(now + timedelta(minutes=3)) == 2
    assert outbox.send_due_mail(now + timedelta(minutes=9)) == 0
    ids = [mail.message["Message-ID"] for mail in mailbox.mails]
    assert len(ids) == 3 and len(set(ids)) == 2
    assert ids.count(ids[0]) == 2
