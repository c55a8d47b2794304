"""Authentication: the user of a request, by bearer token or by the cookie of a signed-in browser."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

import flask_jwt_extended
from flask import g, make_response, redirect, render_template, request, url_for
from flask_jwt_extended import decode_token, get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import (
    CSRFError,
    JWTExtendedException,
    NoAuthorizationError,
    UserLookupError,
)
from jwt.exceptions import ExpiredSignatureError, PyJWTError

from exam_app import clock
from exam_app.errors import Forbidden, InvalidToken, NotAuthenticated, TokenExpired
from exam_app.models import User
from exam_app.rules.permissions import Permission, Role, allows
from exam_app.services.organizations import accounts, scope
from exam_app.web import refused_forms
from exam_app.web.extensions import jwt

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Login:
    """A login session: valid until it expires or is revoked."""

    user_id: uuid.UUID
    role: Role
    jti: str
    expires_at: datetime


def init_app() -> None:
    jwt.user_lookup_loader(_load_user)


def current_user() -> User:
    """The user of this request; only after one of the guards below has admitted it."""
    user: User = flask_jwt_extended.current_user
    return user


def identify(refresh: bool = False) -> User:
    """Authenticate this request by its token; from here on, ORM reads are limited to the user's organization.

    :raises NotAuthenticated: no token; `TokenExpired` or `InvalidToken` if there is one.
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
    except UserLookupError:
        raise InvalidToken("You have signed out, or the account was closed. Sign in again.") from None
    except (JWTExtendedException, PyJWTError):
        raise InvalidToken from None
    return current_user()


def current_login() -> Login:
    """The login of this request; only after `identify` has admitted it."""
    user, claims = current_user(), get_jwt()
    return Login(user.id, user.role, claims["jti"], datetime.fromtimestamp(claims["exp"], UTC))


def user_of(login: Login) -> User:
    """The user of a login, read again; from here on, ORM reads are limited to what they may see.

    :raises TokenExpired: the login has expired; nothing is read then.
    :raises NotAuthenticated: the login was revoked, or the account was closed.
    """
    if clock.now() >= login.expires_at:
        raise TokenExpired
    user = _load_user({}, {"sub": str(login.user_id), "jti": login.jti})
    if user is None:
        raise NotAuthenticated
    return user


def identify_token(token: str | None) -> tuple[User, datetime]:
    """The user who connects a socket, by `token` or else by the cookie of the page, and the login's expiry.

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
    """Guard of a REST endpoint: signed in, with all `permissions`, and with `role` if one is given."""

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
    """Guard of a page: redirects to the login and back if not signed in; other roles get an error page.
    A form that is refused gets a page that says why and offers to send it again."""

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                user = identify()
            except NotAuthenticated:
                if request.method != "GET":
                    return refused_forms.refuse()
                return redirect(url_for("pages.login", next=request.full_path.rstrip("?")), 303)
            g.viewer = user
            if roles and user.role.value not in roles:
                page = render_template("error.html", error=Forbidden(), signed_in=user)
                return make_response(page, Forbidden.status)
            return view(*args, **kwargs)

        guarded.guard = roles  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def _load_user(_header: dict[str, Any], payload: dict[str, Any]) -> User | None:
    user = accounts.user_of_token(payload["sub"], payload["jti"])
    if user is not None:
        scope.limit_to(user.organization_id, user.branch_id)
    return user
