"""Signing in and out, and the start page of each role."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_jwt_extended import get_jwt, set_access_cookies, set_refresh_cookies, unset_jwt_cookies
from werkzeug.wrappers import Response

from exam_app import errors
from exam_app.pages import pages
from exam_app.services.organizations import accounts
from exam_app.web.identity import current_user, page_login_required
from exam_app.web.sign_in import sign_in

LOGIN_COOKIE = "login_csrf"
START_PAGES = {
    "student": "pages.my_exams",
    "proctor": "pages.all_sessions",
    "instructor": "pages.overview",
    "admin": "pages.overview",
}


def local_path(target: str | None) -> str | None:
    """`target` if it is a path on this site that a browser cannot read as another host, else None."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if any(ord(character) <= 32 or character == "\\" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


@pages.get("/")
@page_login_required()
def home() -> ResponseReturnValue:
    return redirect(url_for(START_PAGES[current_user().role]), 303)


@pages.get("/login")
def login() -> ResponseReturnValue:
    return _login_form()


@pages.post("/login")
def log_in() -> ResponseReturnValue:
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    sent = request.form.get("csrf_token", "")
    if not sent or not hmac.compare_digest(sent.encode(), request.cookies.get(LOGIN_COOKIE, "").encode()):
        return _login_form({"form": "This page was open for too long. Sign in again."}, 400)
    missing = {}
    if not email:
        missing["email"] = "Enter your e-mail address."
    if not password:
        missing["password"] = "Enter your password."
    if missing:
        return _login_form(missing, 422)
    try:
        user = sign_in(email, password)
    except errors.InvalidCredentials as wrong:
        return _login_form({"email": wrong.message}, wrong.status)
    except errors.TooManyRequests as later:
        return _login_form({"form": later.message}, later.status, later.retry_after)
    response = make_response(redirect(local_path(request.form.get("next")) or url_for("pages.home"), 303))
    access, refresh = accounts.browser_tokens(user)
    set_access_cookies(response, access)
    set_refresh_cookies(response, refresh)
    response.delete_cookie(LOGIN_COOKIE)
    return response


@pages.post("/logout")
@page_login_required()
def log_out() -> ResponseReturnValue:
    accounts.sign_out(get_jwt())
    response = make_response(redirect(url_for("pages.login", signed_out=1), 303))
    unset_jwt_cookies(response)
    return response


def _login_form(
    problems: dict[str, str] | None = None, status: int = 200, retry_after: int | None = None
) -> Response:
    """The login form with the submitted e-mail address. Its token must match this browser's cookie."""
    token = request.cookies.get(LOGIN_COOKIE) or secrets.token_urlsafe(32)
    page = render_template(
        "login.html",
        csrf_token=token,
        problems=problems or {},
        email=request.form.get("email", ""),
        next=local_path(request.values.get("next")) or "",
        signed_out="signed_out" in request.args,
    )
    response = make_response(page, status)
    response.set_cookie(
        LOGIN_COOKIE,
        token,
        max_age=24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["JWT_COOKIE_SECURE"],
    )
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
