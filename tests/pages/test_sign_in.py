"""Signing in, and forms that are refused: each cause says what it is and what to do next."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_jwt_extended import create_access_token

from exam_app.extensions import db
from exam_app.models import SchoolClass
from tests.factories import PASSWORD
from tests.helpers.pages import PageClient
from tests.helpers.results import graded
from tests.helpers.times import NOW

ORIGIN = {"Origin": "http://localhost"}


class Visitor(PageClient):
    """A browser in which nobody has signed in yet."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, SimpleNamespace(email="nobody@school.example"))
        self.forget_cookies()

    def sign_in(self, user: Any, token: str | None = None, **options: Any) -> Any:
        token = token or self.cookie("login_csrf")
        fields = {"email": user.email, "password": PASSWORD, "csrf_token": token, "next": "/notifications"}
        return self._open("POST", "/login", data=fields, **options)

    def send(self, path: str, token: str, headers: Any = None, **fields: Any) -> Any:
        return self._open("POST", path, data={"csrf_token": token, **fields}, headers=headers)

    @property
    def form_token(self) -> str:
        return self.cookie("csrf_access_token")

    def set_cookie(self, name: str, value: str | None) -> None:
        if value is None:
            self._client.delete_cookie(name)
        else:
            super().set_cookie(name, value)


@pytest.fixture
def visitor(app: Flask, database: None) -> Visitor:
    return Visitor(app)


@pytest.fixture
def ines(visitor: Visitor, cast: SimpleNamespace) -> Visitor:
    """Ines has signed in."""
    visitor.get("/login")
    visitor.sign_in(cast.ines)
    return visitor


# --- the sign-in page ---------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [None, ORIGIN])
def test_without_cookies_it_says_that_cookies_are_needed(
    visitor: Visitor, cast: SimpleNamespace, headers: Any
) -> None:
    reply = visitor.sign_in(cast.carl, token="of the page", headers=headers)
    assert reply.status_code == 400
    assert "needs cookies" in reply.words and "Allow cookies" in reply.words
    assert cast.carl.email in reply.get_data(as_text=True)


def test_a_page_that_was_open_for_days_says_so(visitor: Visitor, cast: SimpleNamespace) -> None:
    opened = str(int((NOW - timedelta(days=2)).timestamp()))
    reply = visitor.send("/login", "old", email=cast.carl.email, password=PASSWORD, opened=opened)
    assert "open for more than a day" in reply.words
    assert visitor.sign_in(cast.carl).path == "/notifications"


def test_a_second_tab_leads_to_where_one_wanted_to_go(visitor: Visitor, cast: SimpleNamespace) -> None:
    visitor.get("/login")
    token = visitor.cookie("login_csrf")
    assert visitor.sign_in(cast.carl, token).path == "/notifications"
    assert visitor.sign_in(cast.carl, token).path == "/notifications"


def test_tabs_that_were_opened_at_once_have_a_token_each(visitor: Visitor, cast: SimpleNamespace) -> None:
    visitor.get("/login")
    assert visitor.sign_in(cast.carl, "of the other tab", headers=ORIGIN).path == "/notifications"
    assert visitor.sign_in(cast.cora, "of the other tab", headers=ORIGIN).path == "/notifications"
    assert "Cora Castle" in visitor.get("/login").words


def test_a_form_of_another_site_signs_nobody_in(visitor: Visitor, cast: SimpleNamespace) -> None:
    visitor.get("/login")
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        reply = visitor.sign_in(cast.carl, "guessed", headers={"Origin": origin})
        assert "another site" in reply.words
    reply = visitor.sign_in(cast.carl, "guessed")
    assert reply.status_code == 400 and "in another tab" in reply.words


def test_who_is_signed_in_already_is_told(ines: Visitor, cast: SimpleNamespace) -> None:
    reply = ines.get("/login?next=/classes")
    assert "You are signed in as Ines Ibarra" in reply.words
    assert 'href="/classes"' in reply.get_data(as_text=True)


# --- forms of other pages -----------------------------------------------------------------------


def change(app: Flask, visitor: Visitor, cast: SimpleNamespace, cause: str, clock: Any) -> None:
    """What happened between opening the form and sending it."""
    if cause == "signed out":
        visitor.post("/logout", token=visitor.form_token)
    elif cause == "cookies cleared":
        visitor.forget_cookies()
    elif cause == "expired":
        clock.move_to(NOW + timedelta(hours=13), tick=False)
    elif cause == "closed":
        cast.ines.is_active = False
    elif cause == "new key":
        key, app.config["JWT_SECRET_KEY"] = (
            app.config["JWT_SECRET_KEY"],
            "another key that is long enough, too",
        )
        visitor.set_cookie("access_token_cookie", create_access_token(str(cast.ines.id)))
        app.config["JWT_SECRET_KEY"] = key
    elif cause == "somebody else":
        visitor.sign_in(cast.ada)
    db.session.commit()


CAUSES = {
    "signed out": "You have signed out",
    "cookies cleared": "no cookies",
    "expired": "has expired",
    "closed": "account was closed",
    "new key": "set up anew",
    "somebody else": "You are signed in as Ada Adams",
}


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_has_its_message_and_loses_nothing(
    app: Flask, ines: Visitor, cast: SimpleNamespace, time_machine: Any, cause: str
) -> None:
    token, typed = (
        ines.form_token,
        {"name": "Chemistry", "description": "\nTwo\nlines & <more>", "teacherId": ""},
    )
    change(app, ines, cast, cause, time_machine)
    reply = ines.send("/classes/new", token, headers=ORIGIN, **typed)
    assert reply.status_code == (403 if cause == "somebody else" else 401)
    assert CAUSES[cause] in reply.words
    assert "Chemistry" in reply.words and "Two lines & <more>" in reply.words
    assert 'action="/classes/new"' in reply.get_data(as_text=True)
    assert db.session.query(SchoolClass).count() == 1

    cast.ines.is_active = True
    if cause != "somebody else":
        time_machine.move_to(NOW, tick=False)
        ines.get("/login")
        ines.sign_in(cast.ines)
        again = ines.send("/classes/new", token, headers=ORIGIN, **typed)
        assert "You are signed in as Ines Ibarra" in again.words
    done = ines.send("/classes/new", ines.form_token, headers=ORIGIN, **typed)
    assert done.status_code == 200 and "Chemistry was created" in done.words


def test_a_form_without_its_token(ines: Visitor) -> None:
    reply = ines.send("/classes/new", "", name="Chemistry")
    assert "not loaded completely" in reply.words and "Chemistry" in reply.words


def test_a_form_of_another_site_is_not_offered_again(ines: Visitor) -> None:
    reply = ines.send("/classes/new", "", headers={"Origin": "https://evil.example"}, name="Chemistry")
    assert reply.path == "/login" and "another site" in reply.words
    assert "Send again" not in reply.words and "Chemistry" not in reply.words


@pytest.mark.parametrize("cause", CAUSES)
def test_a_button_leads_to_the_login_page_which_says_why(
    app: Flask, ines: Visitor, cast: SimpleNamespace, time_machine: Any, cause: str
) -> None:
    token, path = ines.form_token, f"/classes/{cast.biology.id}/archive"
    change(app, ines, cast, cause, time_machine)
    reply = ines.send(path, token)
    assert reply.path == "/login" and CAUSES[cause] in reply.words
    assert f'value="{path}"' in reply.get_data(as_text=True)


def test_signing_out_twice_is_signed_out(ines: Visitor) -> None:
    token = ines.form_token
    for _ in range(2):
        assert "You are signed out" in ines.send("/logout", token).words


def test_a_page_says_why_one_has_to_sign_in_again(ines: Visitor, time_machine: Any) -> None:
    time_machine.move_to(NOW + timedelta(hours=13), tick=False)
    reply = ines.get("/classes")
    assert reply.path == "/login" and "has expired" in reply.words


def test_a_page_of_another_role_says_who_one_is(visitor: Visitor, cast: SimpleNamespace) -> None:
    visitor.get("/login")
    visitor.sign_in(cast.carl)
    reply = visitor.get("/classes")
    assert reply.status_code == 403
    assert "Carl Carter (student)" in reply.words and "Sign in as someone else" in reply.words


def test_too_many_wrong_receipts_are_no_sign_in_and_stop_no_right_one(
    api: Any, cast: SimpleNamespace, every_type: Any, running: Any, rate_limits: None
) -> None:
    attempt = graded("true_false", student=cast.carl, session=running)
    for _ in range(30):
        assert api().get("/receipts?code=wrong").status_code == 404
    reply = api().get("/receipts?code=wrong")
    assert reply.status_code == 429 and int(reply.headers["Retry-After"]) > 0
    assert "Too many requests" in reply.get_data(as_text=True)
    assert api().get(f"/receipts?code={attempt.receipt}").status_code == 200
