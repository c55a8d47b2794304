"""A mail server for the tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.helpers.mailbox import Mailbox, listening


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with listening() as box:
        monkeypatch.setitem(app.config, "SMTP_URL", box.url)
        monkeypatch.setitem(app.config, "PUBLIC_URL", "https://exams.school.example")
        yield box
