"""Who is asking: the person behind a request, by bearer token or by the cookie of a signed-in browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

import flask_jwt_extended
from flask import make_response, redirect, render_template, request, url_for
from flask_jwt_extended import decode_token, get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import CSRFError, JWTExtendedException, NoAuthorizationError
from jwt.exceptions import ExpiredSignatureError, PyJWTError

from exam_app import clock
from exam_app.errors import Forbidden, InvalidToken, NotAuthenticated, TokenExpired
from exam_app.models import User
from exam_app.rules.permissions import Permission, Role, allows
from exam_app.services.organizations import accounts, scope
from exam_app.web.extensions import jwt

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Login:
    """With what somebody was let in: it counts until it runs out or is handed back."""

    user_id: uuid.UUID
    role: Role
    jti: str
    expires_at: datetime


def init_app() -> None:
    jwt.user_lookup_loader(_load_user)


def current_user() -> User:
    """The person behind this request; only where a guard below has let it through."""
    user: User = flask_jwt_extended.current_user
    return user


def identify(refresh: bool = False) -> User:
    """The person this request's token names; every ORM read is limited to their organization from here on.

    :raises NotAuthenticated: no token; `TokenExpired` and `InvalidToken` say what is wrong with one.
    """
    try:
        verify_jwt_in_request(refresh=refresh)
    except ExpiredSignatureError:
        raise TokenExpired from None
    except CSRFError as error:
        cookie = "csrf_refresh_token" if refresh else "csrf_access_token"
        raise InvalidToken(f"{error}. Send the cookie {cookie} as header X-CSRF-TOKEN.") from None
    except NoAuthorizationError:
        raise NotAuthenticated from None
    except (JWTExtendedException, PyJWTError):
        raise InvalidToken from None
    return current_user()


def current_login() -> Login:
    """That of this request; only where `identify` has let it through."""
    user, claims = current_user(), get_jwt()
    return Login(user.id, user.role, claims["jti"], datetime.fromtimestamp(claims["exp"], UTC))


def user_of(login: Login) -> User:
    """Who was let in, read again; every ORM read is limited to what they may see from here on.

    :raises TokenExpired: the login has run out; nothing is read then.
    :raises NotAuthenticated: the login was handed back, or the account was closed.
    """
    if clock.now() >= login.expires_at:
        raise TokenExpired
    user = _load_user({}, {"sub": str(login.user_id), "jti": login.jti})
    if user is None:
        raise NotAuthenticated
    return user


def identify_token(token: str | None) -> tuple[User, datetime]:
    """Who connects a socket, with `token` or else with the cookie of the page, and until when.

    :raises NotAuthenticated: as `identify`.
    """
    if token is None:
        user = identify()
        payload = get_jwt()
    else:
        try:
            payload = decode_token(token)
        except ExpiredSignatureError:
            raise TokenExpired from None
        except (JWTExtendedException, PyJWTError, TypeError, ValueError, AttributeError):
            raise InvalidToken from None
        found = _load_user({}, payload) if payload.get("type") == "access" else None
        if found is None:
            raise InvalidToken
        user = found
    return user, datetime.fromtimestamp(payload["exp"], UTC)


def needs(
    *permissions: Permission, role: Role | None = None, identified_by: Callable[[], User] = identify
) -> Callable[[F], F]:
    """Guard of a REST endpoint: signed in, with all `permissions`, and in `role` where one is named."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            user = identified_by()
            if not all(allows(user.role, p) for p in permissions) or (role and user.role != role):
                raise Forbidden
            return view(*args, **kwargs)

        guarded.guard, guarded.guard_role = permissions, role  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def page_login_required(*roles: str) -> Callable[[F], F]:
    """Guard of a page: who is not signed in goes to the login and back; another role is told so."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                user = identify()
            except NotAuthenticated:
                target = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("pages.login", next=target), 303)
            if roles and user.role.value not in roles:
                return make_response(render_template("error.html", error=Forbidden()), Forbidden.status)
            return view(*args, **kwargs)

        guarded.guard = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _load_user(_header: dict[str, Any], payload: dict[str, Any]) -> User | None:
    user = accounts.user_of_token(payload["sub"], payload["jti"])
    if user is not None:
        scope.limit_to(user.organization_id, user.branch_id)
    return user
