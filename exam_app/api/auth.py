"""/api/auth: tokens for API clients."""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, current_app
from flask_jwt_extended import get_jwt, get_jwt_request_location, set_access_cookies

from exam_app.api.replies import ok
from exam_app.api.resource import Resource
from exam_app.models import User
from exam_app.schemas.accounts import LoginIn, Person, Tokens
from exam_app.schemas.base import Nothing
from exam_app.services.organizations import accounts
from exam_app.web.identity import current_user, identify, needs
from exam_app.web.sign_in import sign_in

blueprint = Resource("auth", __name__, url_prefix="/api/auth", description="Signing in")


@blueprint.post("/login")
@blueprint.arguments(LoginIn)
@blueprint.replies(Tokens, refusals=(401, 429))
def login(data: dict[str, Any]) -> dict[str, Any]:
    """Sign in with e-mail address and password. Returns an access token and a refresh token."""
    return ok(_tokens(sign_in(data["email"], data["password"])), "Signed in")


@blueprint.post("/refresh")
@blueprint.doc(security=[{"refresh": []}])
@blueprint.replies(Tokens, refusals=(401,))
def refresh() -> dict[str, Any]:
    """Get a new access token: with the refresh token as bearer, or with the cookie of a signed-in page, which
    sends the cookie `csrf_refresh_token` as header `X-CSRF-TOKEN`.

    A page gets new cookies, and no refresh token in the body; its access token renews the socket's login.
    """
    user = identify(refresh=True)
    if get_jwt_request_location() == "cookies":
        return ok(_renewed_cookies(user))
    return ok(_tokens(user))


@blueprint.post("/logout")
@needs()
@blueprint.replies(Nothing)
def logout() -> dict[str, Any]:
    """Sign out: the token is revoked."""
    accounts.sign_out(get_jwt())
    return ok(message="Signed out")


@blueprint.get("/me")
@needs()
@blueprint.replies(Person)
def me() -> dict[str, Any]:
    """The signed-in user."""
    return ok(_person(current_user()))


def _renewed_cookies(user: User) -> dict[str, Any]:
    token = accounts.browser_token(user, get_jwt()["jti"])

    @after_this_request
    def renew(response: Response) -> Response:
        set_access_cookies(response, token)
        return response

    lifetime = current_app.config["COOKIE_SESSION_EXPIRES"]
    return {"accessToken": token, "expiresIn": int(lifetime.total_seconds()), "user": _person(user)}


def _tokens(user: User) -> dict[str, Any]:
    return {
        "accessToken": accounts.access_token(user),
        "refreshToken": accounts.refresh_token(user),
        "expiresIn": int(current_app.config["JWT_ACCESS_TOKEN_EXPIRES"].total_seconds()),
        "user": _person(user),
    }


def _person(user: User) -> dict[str, Any]:
    return {
        "userId": user.id,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "role": user.role.value,
    }
