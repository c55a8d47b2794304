"""Signing in with a password, for the page and the API alike."""

from __future__ import annotations

from flask import request

from exam_app.infrastructure import sign_in_limits
from exam_app.infrastructure.sign_in_limits import Guess
from exam_app.models import User
from exam_app.rules import emails
from exam_app.services.organizations import accounts
from exam_app.web import known_devices
from exam_app.web.extensions import limiter


def sign_in(email: str, password: str) -> User:
    """The user with this email and password, whose browser is known to the account from then on.

    :raises InvalidCredentials: email or password is wrong, or the account is closed.
    :raises TooManyRequests: too many were wrong before; `retry_after` says when to come again.
    """
    account = emails.comparable(email)
    if limiter.enabled:
        with sign_in_limits.admitted(Guess(account, request.remote_addr, known_devices.device_for(account))):
            user = accounts.authenticate(email, password)
    else:
        user = accounts.authenticate(email, password)
    known_devices.remember(account)
    return user
