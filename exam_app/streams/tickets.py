"""One-time tickets for streams: an EventSource cannot send headers, and a token must not be in a URL."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import datetime

from flask import g, request
from redis import RedisError

from exam_app.errors import InvalidToken, ServiceUnavailable
from exam_app.infrastructure.redis_client import redis
from exam_app.models import User
from exam_app.rules.permissions import Role
from exam_app.web.identity import Login, current_login, identify, user_of

SECONDS = 30


def issue(attempt_id: uuid.UUID) -> str:
    """A ticket for one stream of this attempt, for the current user.

    :raises ServiceUnavailable: Redis is unreachable.
    """
    login, ticket = current_login(), secrets.token_urlsafe(32)
    kept = {
        "attemptId": str(attempt_id),
        "userId": str(login.user_id),
        "role": login.role.value,
        "jti": login.jti,
        "expiresAt": login.expires_at.isoformat(),
    }
    try:
        redis().set(_key(ticket), json.dumps(kept), ex=SECONDS)
    except RedisError:
        raise ServiceUnavailable("Tickets are not available now. Send the token as a header.") from None
    return ticket


def identify_reader() -> User:
    """The user who opens a stream: by the ticket in the URL, or else by token or cookie.

    :raises NotAuthenticated: as `identify`; `InvalidToken` for a ticket that was used, has expired, or is for
        another attempt.
    """
    ticket = request.args.get("ticket")
    if ticket is None:
        user = identify()
        g.reader = user, current_login()
    else:
        login = _redeem(ticket)
        user = user_of(login)
        g.reader = user, login
    return user


def reader() -> tuple[User, Login]:
    """The user and the login that `identify_reader` has authenticated."""
    found: tuple[User, Login] = g.reader
    return found


def _redeem(ticket: str) -> Login:
    try:
        found = redis().getdel(_key(ticket))
    except RedisError:
        raise ServiceUnavailable("Tickets are not accepted now. Send the token as a header.") from None
    kept = json.loads(found) if found else {}
    if kept.get("attemptId") != str((request.view_args or {}).get("attempt_id")):
        raise InvalidToken("This ticket was used, is older than 30 seconds, or is for another attempt.")
    expires_at = datetime.fromisoformat(kept["expiresAt"])
    return Login(uuid.UUID(kept["userId"]), Role(kept["role"]), kept["jti"], expires_at)


def _key(ticket: str) -> str:
    return f"stream-ticket:{ticket}"
