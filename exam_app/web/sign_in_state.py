"""Why a browser is not admitted: each cause has a message of its own, which says what to do next."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlsplit

from flask import current_app, request
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import ExpiredSignatureError, PyJWTError

from exam_app.models import User
from exam_app.services.organizations import accounts
from exam_app.web.known_devices import COOKIE as KNOWN_DEVICE

LOGIN_COOKIE = "login_csrf"


class Cause(Enum):
    """Its value is the message."""

    NO_COOKIES = (
        "Your browser sent no cookies: they are blocked, or were deleted. Signing in needs cookies. "
        "Allow them for this site in the settings of your browser, then sign in."
    )
    SIGNED_OUT = "You have signed out in the meantime, perhaps in another tab. Sign in again."
    EXPIRED = "Your sign-in has expired. Sign in again."
    KEY_CHANGED = "The server was set up anew after you signed in. Sign in again."
    CLOSED = "Your account was closed. Ask your school if this is a mistake, or sign in with another account."
    OTHER_SIGN_IN = (
        "Somebody has signed in on this browser since the page was opened. Check who is signed in now."
    )
    NO_TOKEN = "The page was not loaded completely, so its form could not be accepted."
    OTHER_SITE = "This form was sent from another site, so it was not accepted."


def cause() -> tuple[Cause, User | None]:
    """Why this request is refused, and the user if somebody is signed in: then its form is the reason."""
    if not is_from_here():
        return Cause.OTHER_SITE, None
    token = request.cookies.get(current_app.config["JWT_ACCESS_COOKIE_NAME"])
    if not token:
        is_known = LOGIN_COOKIE in request.cookies or KNOWN_DEVICE in request.cookies
        return (Cause.SIGNED_OUT if is_known else Cause.NO_COOKIES), None
    try:
        claims = decode_token(token)
    except ExpiredSignatureError:
        return Cause.EXPIRED, None
    except (JWTExtendedException, PyJWTError, TypeError, ValueError, AttributeError):
        return Cause.KEY_CHANGED, None
    user = accounts.user_of_token(claims["sub"], claims["jti"])
    if user is None:
        is_open = accounts.is_open(claims["sub"])
        return (Cause.SIGNED_OUT if is_open else Cause.CLOSED), None
    return (Cause.OTHER_SIGN_IN if request.form.get("csrf_token") else Cause.NO_TOKEN), user


def is_from_here() -> bool:
    """Whether a form was sent by a page of this site. Browsers say where it comes from; programs do not."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    public = current_app.config["PUBLIC_URL"] or ""
    return urlsplit(origin).netloc in {request.host, urlsplit(public).netloc or request.host}
