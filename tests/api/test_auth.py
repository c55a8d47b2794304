"""Tokens: issued for a password, sent as bearer or cookie, refreshed, revoked."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from flask import Flask
from flask_jwt_extended import create_access_token, create_refresh_token

from tests.factories import PASSWORD, UserFactory
from tests.helpers.clients import ApiClient, data
from tests.helpers.times import NOW


def sign_in(api: Any, email: str, password: str = PASSWORD) -> Any:
    return api().post("/api/auth/login", {"email": email, "password": password})


def test_signing_in(app: Flask, api: Any, cast: SimpleNamespace) -> None:
    tokens = data(sign_in(api, cast.carl.email))
    assert tokens["expiresIn"] == 3600
    assert tokens["user"] == {
        "userId": str(cast.carl.id),
        "firstName": "Carl",
        "lastName": "Carter",
        "email": cast.carl.email,
        "role": "student",
    }
    me = data(ApiClient(app, token=tokens["accessToken"]).get("/api/auth/me"))
    assert me["userId"] == str(cast.carl.id)


@pytest.mark.parametrize("who", ["wrong password", "nobody", "closed"])
def test_every_failed_login_gets_the_same_response(api: Any, cast: SimpleNamespace, who: str) -> None:
    email = {
        "wrong password": cast.carl.email,
        "nobody": "nobody@school.example",
        "closed": UserFactory(closed=True).email,
    }[who]
    reply = sign_in(api, email, "wrong" if who == "wrong password" else PASSWORD)
    assert (reply.status_code, reply.code) == (401, "invalid_credentials")
    assert reply.error["details"] == {}


def with_token(app: Flask, token: str) -> Any:
    return ApiClient(app, token=token).get("/api/auth/me")


def test_an_invalid_token_is_refused(app: Flask, cast: SimpleNamespace) -> None:
    payload = jwt.decode(create_access_token(str(cast.carl.id)), options={"verify_signature": False})
    foreign = jwt.encode(payload, "another key that is quite long enough for it", algorithm="HS256")
    unsigned = jwt.encode(payload, None, algorithm="none")
    nobody = create_access_token("00000000-0000-4000-8000-000000000000")
    for token in ("x", "a.b.c", foreign, unsigned, nobody, create_refresh_token(str(cast.carl.id)), "ä.ö.ü"):
        reply = with_token(app, token)
        assert (reply.status_code, reply.code) == (401, "invalid_token"), token


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer a b", "Basic Y2FybDpwdw==", "nonsense"])
def test_a_malformed_header_is_refused(api: Any, database: None, header: str) -> None:
    reply = api().get("/api/auth/me", headers={"Authorization": header})
    assert reply.status_code == 401
    assert reply.code in ("not_authenticated", "invalid_token")


def test_an_expired_token_says_so(app: Flask, cast: SimpleNamespace, time_machine: Any) -> None:
    token = create_access_token(str(cast.carl.id))
    time_machine.move_to(NOW + timedelta(minutes=59), tick=False)
    assert with_token(app, token).status_code == 200
    time_machine.move_to(NOW + timedelta(minutes=61), tick=False)
    reply = with_token(app, token)
    assert (reply.status_code, reply.code) == (401, "token_expired")


def test_a_closed_account_loses_access_immediately(app: Flask, cast: SimpleNamespace) -> None:
    token = create_access_token(str(cast.carl.id))
    cast.carl.is_active = False
    assert with_token(app, token).code == "invalid_token"


def test_refreshing(app: Flask, api: Any, cast: SimpleNamespace) -> None:
    tokens = data(sign_in(api, cast.carl.email))
    fresh = data(ApiClient(app, token=tokens["refreshToken"]).post("/api/auth/refresh"))
    assert with_token(app, fresh["accessToken"]).status_code == 200
    reply = ApiClient(app, token=tokens["accessToken"]).post("/api/auth/refresh")
    assert (reply.status_code, reply.code) == (401, "invalid_token")
    assert api().post("/api/auth/refresh").code == "not_authenticated"


def test_a_revoked_token_is_refused(api: Any, cast: SimpleNamespace) -> None:
    client, other = api(cast.carl), api(cast.carl)
    data(client.post("/api/auth/logout"))
    assert client.get("/api/auth/me").code == "invalid_token"
    assert other.get("/api/auth/me").status_code == 200


# --- browser cookies ----------------------------------------------------------------------------


def test_a_browser_needs_the_csrf_token_for_everything_but_reading(
    app: Flask, api: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    browser = api()
    cookies = sign_in_page(browser, cast.carl)
    csrf = value(cookies["csrf_access_token"])
    assert "HttpOnly" in cookies["access_token_cookie"]

    heartbeat = f"/api/attempts/{attempt.id}/heartbeat"
    assert browser.get("/api/auth/me").status_code == 200
    assert browser.put(heartbeat).code == "invalid_token"
    assert browser.put(heartbeat, headers={"X-CSRF-TOKEN": "wrong"}).code == "invalid_token"
    assert browser.put(heartbeat, headers={"X-CSRF-TOKEN": csrf}).status_code == 200


def sign_in_page(browser: ApiClient, user: Any) -> dict[str, str]:
    """The Set-Cookie headers of the login page."""
    form = browser.get("/login")
    token = form.headers["Set-Cookie"].split("login_csrf=")[1].split(";")[0]
    reply = browser.call(
        "POST", "/login", data={"email": user.email, "password": PASSWORD, "csrf_token": token}
    )
    assert reply.status_code == 303, reply.get_data(as_text=True)
    return {line.split("=")[0]: line for line in reply.headers.getlist("Set-Cookie")}


def value(cookie: str) -> str:
    return cookie.split(";")[0].split("=", 1)[1]


def renew(browser: ApiClient, cookies: dict[str, str]) -> Any:
    csrf = value(cookies["csrf_refresh_token"])
    return browser.post("/api/auth/refresh", headers={"X-CSRF-TOKEN": csrf})


def test_a_page_refreshes_its_access_token_during_an_exam(
    api: Any, socket: Any, cast: SimpleNamespace, attempt: Any, time_machine: Any
) -> None:
    browser = api()
    cookies = sign_in_page(browser, cast.carl)
    assert "HttpOnly" in cookies["refresh_token_cookie"]
    assert "Path=/api/auth/refresh" in cookies["refresh_token_cookie"]
    assert "HttpOnly" not in cookies["csrf_refresh_token"]
    time_machine.move_to(NOW + timedelta(hours=11), tick=False)
    assert browser.post("/api/auth/refresh").code == "invalid_token"
    renewed = data(renew(browser, cookies))
    assert set(renewed) == {"accessToken", "expiresIn", "user"}

    time_machine.move_to(NOW + timedelta(hours=13), tick=False)
    assert browser.get("/api/auth/me").status_code == 200
    assert api(token=renewed["accessToken"]).get("/api/auth/me").status_code == 200


def test_an_expired_access_token_can_be_refreshed(api: Any, cast: SimpleNamespace, time_machine: Any) -> None:
    browser = api()
    cookies = sign_in_page(browser, cast.carl)
    time_machine.move_to(NOW + timedelta(hours=13), tick=False)
    assert browser.get("/api/auth/me").code in ("token_expired", "not_authenticated")
    data(renew(browser, cookies))
    assert browser.get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("renewed_before", [False, True])
def test_signing_out_revokes_the_refresh_token(api: Any, cast: SimpleNamespace, renewed_before: bool) -> None:
    browser, thief = api(), api()
    cookies = sign_in_page(browser, cast.carl)
    stolen = {"Authorization": f"Bearer {value(cookies['refresh_token_cookie'])}"}
    if renewed_before:
        data(renew(browser, cookies))
    assert thief.post("/api/auth/refresh", headers=stolen).status_code == 200
    csrf = browser._client.get_cookie("csrf_access_token").value
    assert browser.call("POST", "/logout", data={"csrf_token": csrf}).status_code == 303
    assert thief.post("/api/auth/refresh", headers=stolen).code == "invalid_token"
    assert renew(browser, cookies).status_code == 401


# --- rate limit on password attempts ------------------------------------------------------------


def test_failed_logins_are_limited_per_account(
    app: Flask, api: Any, cast: SimpleNamespace, rate_limits: None
) -> None:
    for _ in range(10):
        assert sign_in(api, cast.carl.email, "wrong").status_code == 401
    reply = sign_in(api, cast.carl.email)
    assert (reply.status_code, reply.code) == (429, "too_many_requests")
    assert int(reply.headers["Retry-After"]) > 0
    assert sign_in(api, cast.cora.email).status_code == 200


def test_a_whole_class_may_sign_in_from_one_client_ip(
    api: Any, cast: SimpleNamespace, rate_limits: None
) -> None:
    for _ in range(40):
        assert sign_in(api, cast.carl.email).status_code == 200
