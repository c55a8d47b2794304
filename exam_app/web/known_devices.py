"""The cookie by which a browser is known to accounts that have signed in with it.

It is a key to nothing: it only exempts from the limits that wrong passwords of others have used up. For each
of the latest accounts it has a random name of its own, so that it follows nobody from one to another.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

COOKIE = "known_device"
_LIFETIME = 180 * 24 * 3600
_ACCOUNTS = 20
"""On a computer that a school shares; a cookie of 1 kB. Whoever signed in longest ago is forgotten."""
_LONGEST = 4000


def device_for(account: str) -> str | None:
    """The name of this browser for an account; None if it has not signed in to it before."""
    return _known().get(_tag(account))


def remember(account: str) -> None:
    """Let the response of this request make the browser known to the account."""
    known = _known()
    tag = _tag(account)
    name = known.pop(tag, None) or secrets.token_urlsafe(9)
    latest = dict(list(({tag: name} | known).items())[:_ACCOUNTS])

    @after_this_request
    def send(response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            _serializer().dumps(latest),
            max_age=_LIFETIME,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["JWT_COOKIE_SECURE"],
        )
        return response


def _known() -> dict[str, str]:
    sent = request.cookies.get(COOKIE, "")
    if len(sent) > _LONGEST:
        return {}
    try:
        known = _serializer().loads(sent, max_age=_LIFETIME)
    except BadData:
        return {}
    return known if isinstance(known, dict) else {}


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")


def _tag(account: str) -> str:
    """Says nothing about the account to others who use the browser."""
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"known device {account}".encode(), hashlib.sha256).hexdigest()[:20]
