"""Wrong passwords: guessing is slow, and nobody with the right password is locked out by others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from exam_app.infrastructure import sign_in_limits
from tests.factories import PASSWORD, UserFactory
from tests.helpers.clients import ApiClient, data

SCHOOL, HOME = "192.0.2.1", "198.51.100.7"


class Browser:
    """One browser, which signs in over the API or on the page, from a client IP."""

    def __init__(self, app: Flask, client_ip: str = SCHOOL) -> None:
        self.api = ApiClient(app)
        self.client_ip = client_ip

    @property
    def client(self) -> FlaskClient:
        return self.api._client

    def over_the_api(self, email: str, password: str = PASSWORD) -> Any:
        sent = {"email": email, "password": password}
        return self.api.post("/api/auth/login", sent, environ_base={"REMOTE_ADDR": self.client_ip})

    def on_the_page(self, email: str, password: str = PASSWORD) -> Any:
        self.api.get("/login")
        token = self.client.get_cookie("login_csrf")
        form = {"email": email, "password": password, "csrf_token": token.value if token else ""}
        return self.api.call("POST", "/login", data=form, environ_base={"REMOTE_ADDR": self.client_ip})

    def fails(self, email: str, times: int) -> None:
        for _ in range(times):
            assert self.over_the_api(email, "wrong").status_code == 401


@pytest.fixture(autouse=True)
def limited(rate_limits: None, database: None) -> None:
    pass


def test_who_has_the_right_password_gets_in_whatever_others_typed(app: Flask, cast: SimpleNamespace) -> None:
    hall = Browser(app)
    for number in range(34):
        hall.fails(f"student{number}@school.example", 1)
    assert Browser(app).over_the_api(cast.carl.email).status_code == 200
    assert Browser(app).on_the_page(cast.cora.email).status_code == 303


def test_guessing_at_one_account_gets_slow_and_slower(app: Flask, cast: SimpleNamespace) -> None:
    stranger = Browser(app)
    stranger.fails(cast.carl.email, 10)
    waits = []
    for _ in range(3):
        reply = stranger.over_the_api(cast.carl.email)
        assert (reply.status_code, reply.code) == (429, "too_many_requests")
        waits.append(int(reply.headers["Retry-After"]))
        assert reply.error["details"] == {"retryAfter": waits[-1]}
        open_again(app, cast.carl.email)
        stranger.fails(cast.carl.email, 1)
    assert 0 < waits[0] <= 15 < waits[1] <= 30 < waits[2] <= 60
    page = stranger.on_the_page(cast.carl.email)
    assert page.status_code == 429
    assert "try again" in page.get_data(as_text=True)
    assert int(page.headers["Retry-After"]) > 0
    assert stranger.over_the_api(cast.cora.email).status_code == 200


def open_again(app: Flask, email: str) -> None:
    """As if the wait were over."""
    redis: Redis = app.extensions["redis"]
    for key in redis.keys("signin:a*"):
        redis.hdel(key, "until")


def test_a_right_password_forgets_the_wrong_ones(app: Flask, cast: SimpleNamespace) -> None:
    for _ in range(3):
        browser = Browser(app)
        browser.fails(cast.carl.email, 9)
        assert browser.over_the_api(cast.carl.email).status_code == 200


def test_a_guess_elsewhere_locks_nobody_here(app: Flask, cast: SimpleNamespace) -> None:
    Browser(app, HOME).fails(cast.carl.email, 10)
    assert Browser(app, HOME).over_the_api(cast.carl.email).status_code == 429
    assert Browser(app, SCHOOL).over_the_api(cast.carl.email).status_code == 200


def test_guesses_from_many_networks_are_counted_together(app: Flask, cast: SimpleNamespace) -> None:
    for network in range(5):
        Browser(app, f"203.0.113.{network}").fails(cast.carl.email, 10)
    assert Browser(app, SCHOOL).over_the_api(cast.carl.email).status_code == 429


@pytest.mark.parametrize("way", ["over_the_api", "on_the_page"])
def test_a_browser_that_signed_in_before_is_no_stranger(app: Flask, cast: SimpleNamespace, way: str) -> None:
    own = Browser(app)
    assert getattr(own, way)(cast.carl.email).status_code in (200, 303)
    cookie = own.client.get_cookie("known_device")
    assert cookie.http_only and cookie.same_site == "Lax"
    Browser(app).fails(cast.carl.email, 10)
    assert Browser(app).over_the_api(cast.carl.email).status_code == 429
    assert own.over_the_api(f" {cast.carl.email.upper()}").status_code == 200
    assert own.on_the_page(cast.carl.email).status_code == 303


def test_a_known_browser_cannot_guess_on_for_ever(app: Flask, cast: SimpleNamespace) -> None:
    own = Browser(app)
    own.over_the_api(cast.carl.email)
    own.fails(cast.carl.email, 10)
    own.fails(cast.carl.email, 10)  # as any stranger could
    assert own.over_the_api(cast.carl.email).status_code == 429


def test_it_is_known_to_the_account_only(app: Flask, cast: SimpleNamespace) -> None:
    shared = Browser(app)
    for person in (cast.cora, *(UserFactory(organization=cast.school) for _ in range(25))):
        shared.over_the_api(person.email)
    assert len(shared.client.get_cookie("known_device").value) < 2000
    Browser(app).fails(cast.carl.email, 10)
    assert shared.over_the_api(cast.carl.email).status_code == 429
    shared.client.set_cookie("known_device", "made up")
    assert shared.over_the_api(cast.carl.email).status_code == 429


def test_who_tries_many_accounts_waits_in_a_queue_that_is_bounded(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_limits, "LONGEST_QUEUE", 0)
    monkeypatch.setattr(sign_in_limits, "GUESSES_A_SECOND", 0.01)
    known = Browser(app)
    known.over_the_api(cast.cora.email)
    app.extensions["redis"].delete("signin:net:192.0.2.1")
    guesser = Browser(app)
    for number in range(31):
        guesser.fails(f"student{number}@school.example", 1)
    reply = guesser.over_the_api(cast.carl.email)
    assert (reply.status_code, reply.code) == (429, "too_many_requests")
    assert int(reply.headers["Retry-After"]) > 0
    assert Browser(app, HOME).over_the_api(cast.carl.email).status_code == 200
    assert known.over_the_api(cast.cora.email).status_code == 200


def test_where_many_sign_in_the_few_who_mistype_are_no_attack(app: Flask, cast: SimpleNamespace) -> None:
    hall = Browser(app)
    for number in range(30):
        hall.fails(f"student{number}@school.example", 1)
    level = app.extensions["redis"].hget
    before = float(level("signin:net:192.0.2.1", "level"))
    for person in (cast.carl, cast.cora, cast.ines, cast.ines):
        assert Browser(app).over_the_api(person.email).status_code == 200
    assert float(level("signin:net:192.0.2.1", "level")) <= before - 3


def test_a_subscriber_has_a_whole_network_in_ipv6(app: Flask, cast: SimpleNamespace) -> None:
    for number in range(10):
        Browser(app, f"2001:db8:1:2::{number + 1:x}").fails(cast.carl.email, 1)
    assert Browser(app, "2001:db8:1:2:ffff::1").over_the_api(cast.carl.email).status_code == 429
    assert Browser(app, "2001:db8:1:3::1").over_the_api(cast.carl.email).status_code == 200
    assert Browser(app, "::ffff:192.0.2.9").over_the_api(cast.carl.email).status_code == 200


def test_without_redis_users_sign_in_and_guessing_is_slow(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "redis", Redis(port=1))
    browser = Browser(app, "203.0.113.99")
    assert data(browser.over_the_api(cast.cora.email))
    browser = Browser(app, "203.0.113.99")
    browser.fails(cast.carl.email, 10)
    assert browser.over_the_api(cast.carl.email).status_code == 429
    assert browser.over_the_api(cast.cora.email).status_code == 200
