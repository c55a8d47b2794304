"""Guesses at the same moment are no more than guesses in a row."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.factories import PASSWORD
from tests.helpers.threads import at_once


@pytest.fixture
def database(committed_database: None) -> None:
    """Requests have database connections of their own."""


def test_forty_guesses_at_once_are_ten(app: Flask, cast: SimpleNamespace, rate_limits: None) -> None:
    email = cast.carl.email

    def guess() -> int:
        sent = {"email": email, "password": "wrong"}
        return app.test_client().post("/api/auth/login", json=sent).status_code

    assert Counter(at_once(app, *[guess] * 40)) == {401: 10, 429: 30}


def test_a_right_password_many_times_at_once(app: Flask, cast: SimpleNamespace, rate_limits: None) -> None:
    email = cast.carl.email

    def sign_in() -> int:
        sent = {"email": email, "password": PASSWORD}
        return app.test_client().post("/api/auth/login", json=sent).status_code

    assert at_once(app, *[sign_in] * 20) == [200] * 20
