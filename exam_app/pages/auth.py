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
from exam_app.clock import now
from exam_app.models import User
from exam_app.pages import pages
from exam_app.pages.device_owner import forget_owner, name_owner
from exam_app.services.organizations import accounts
from exam_app.web import refused_forms, sign_in_state
from exam_app.web.identity import current_user, page_login_required
from exam_app.web.sign_in import sign_in
from exam_app.web.sign_in_state import LOGIN_COOKIE

_OPEN_FOR = 24 * 3600
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
    refused = refused_forms.reason(request.args.get("refused", ""))
    if current_app.config["JWT_ACCESS_COOKIE_NAME"] not in request.cookies:
        return _login_form(notice=refused and refused.value)
    why, user = sign_in_state.cause()
    why = refused or why
    return _login_form(signed_in=user, notice=why.value if refused or not user else None)


@pages.post("/login")
def log_in() -> ResponseReturnValue:
    if problem := _form_problem():
        return _login_form({"form": problem}, 400)
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
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
    name_owner(response, user)
    return response


@pages.post("/logout")
@page_login_required()
def log_out() -> ResponseReturnValue:
    accounts.sign_out(get_jwt())
    response = make_response(redirect(url_for("pages.login", signed_out=1), 303))
    unset_jwt_cookies(response)
    forget_owner(response)
    return response


def _form_problem() -> str | None:
    """Why the sign-in form cannot be accepted; None: it came from a page of this site.

    Several tabs that are opened at once get a token each, and the last one stays in the cookie: there it is
    enough that the browser says where the form came from.
    """
    sent, expected = request.form.get("csrf_token", ""), request.cookies.get(LOGIN_COOKIE, "")
    if sent and hmac.compare_digest(sent.encode(), expected.encode()):
        return None
    if "Origin" in request.headers and not sign_in_state.is_from_here():
        return sign_in_state.Cause.OTHER_SITE.value + " Sign in here."
    if not request.cookies:
        opened = request.form.get("opened", "")[:12]
        if opened.isdecimal() and now().timestamp() - int(opened) > _OPEN_FOR:
            return "This page was open for more than a day. Sign in again."
        return (
            "Your browser did not send the cookie of this page, and signing in needs cookies. "
            "Allow cookies for this site in the settings of your browser, then reload this page and sign in."
        )
    if "Origin" in request.headers:
        return None
    return "You have signed in or out in another tab since this page was opened. Sign in again."


def _login_form(
    problems: dict[str, str] | None = None,
    status: int = 200,
    retry_after: int | None = None,
    signed_in: User | None = None,
    notice: str | None = None,
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
        signed_in=signed_in,
        notice=notice,
        opened=int(now().timestamp()),
    )
    response = make_response(page, status)
    response.set_cookie(
        LOGIN_COOKIE,
        token,
        max_age=_OPEN_FOR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["JWT_COOKIE_SECURE"],
    )
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
