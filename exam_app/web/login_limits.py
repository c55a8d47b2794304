"""Limits of failed logins, counted together for the page and the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, request
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from exam_app.errors import InvalidCredentials, TooManyRequests
from exam_app.web.extensions import limiter

F = TypeVar("F", bound=Callable[..., Any])


def limit_logins(view: F) -> F:
    """Refuse with 429 after too many failed logins from one client IP, or for one account from it."""
    limited: Any = view
    for setting, key in (
        ("RATELIMIT_LOGIN", get_remote_address),
        ("RATELIMIT_LOGIN_ACCOUNT", _account_tried),
    ):
        limit = limiter.shared_limit(_setting(setting), scope=setting, key_func=key, deduct_when=_has_failed)
        limited = limit(limited)
    limited.refusals = (TooManyRequests.status,)
    return cast(F, limited)


def _setting(name: str) -> Callable[[], str]:
    return lambda: str(current_app.config[name])


def _account_tried() -> str:
    """One account from one client IP: an attacker elsewhere cannot lock a student out."""
    sent = request.get_json(silent=True) if request.is_json else request.form
    email = sent.get("email", "") if isinstance(sent, dict) else ""
    return f"{get_remote_address()}:{str(email).strip().lower()[:320]}"


def _has_failed(response: Response) -> bool:
    """Only failed logins count, so that a class behind one router can sign in at once."""
    return response.status_code == InvalidCredentials.status
