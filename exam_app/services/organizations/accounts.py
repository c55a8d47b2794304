"""Signing in and out, and creating users."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_jwt_extended import create_access_token, create_refresh_token, decode_token
from sqlalchemy import bindparam, delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from exam_app import clock
from exam_app.errors import Conflict, InvalidCredentials, InvalidInput
from exam_app.extensions import db
from exam_app.models import Organization, RevokedToken, User
from exam_app.rules import emails
from exam_app.rules.permissions import Role
from exam_app.services.organizations import passwords

_LONGEST_NAME = 200
_NAMELESS = "Enter a name. If there is only one, either field will do."
_REFRESHED_BY = "refreshedBy"

# Part of every request, so it is built once.
_OF_TOKEN = select(User).where(
    User.id == bindparam("user"), User.is_active, ~exists().where(RevokedToken.jti == bindparam("jti"))
)


def authenticate(email: str, password: str) -> User:
    """The active user with this email and password. Takes equally long for unknown emails.

    :raises InvalidCredentials: in every other case, without saying which.
    """
    # What was stored before emails were cleaned is found as it was entered.
    written = {emails.comparable(email), email[: emails.LONGEST_TYPED].strip().lower()}
    user = db.session.scalars(select(User).where(func.lower(User.email).in_(written)).limit(1)).first()
    is_right = passwords.is_right(user.password_hash if user else None, password)
    if user is None or not is_right or not user.is_active or not _is_open(user):
        raise InvalidCredentials
    user.last_login_at = clock.now()
    db.session.commit()
    return user


def _is_open(user: User) -> bool:
    """Everybody knows the password of a demo account: it is open in a process of `flask up --demo` only,
    whatever the database says about it."""
    if current_app.config["DEMO"]:
        return True
    return not db.session.get_one(Organization, user.organization_id).is_demo


def access_token(user: User) -> str:
    """The bearer token of an API client: short-lived, renewed with the refresh token."""
    return create_access_token(identity=str(user.id))


def browser_token(user: User, refresh_id: str) -> str:
    """The cookie token of a signed-in browser: valid longer than the longest exam. It has the id of the
    refresh token that renews it, so that signing out revokes both."""
    return create_access_token(
        identity=str(user.id),
        expires_delta=current_app.config["COOKIE_SESSION_EXPIRES"],
        additional_claims={_REFRESHED_BY: refresh_id},
    )


def browser_tokens(user: User) -> tuple[str, str]:
    """For a browser that signs in: the access token, and the refresh token that renews it."""
    refresh = refresh_token(user)
    return browser_token(user, decode_token(refresh)["jti"]), refresh


def refresh_token(user: User) -> str:
    return create_refresh_token(identity=str(user.id))


def user_of_token(user_id: str, jti: str) -> User | None:
    """The user of a token: None if the account is closed or the token was revoked. One query."""
    return db.session.scalar(_OF_TOKEN, {"user": uuid.UUID(user_id), "jti": uuid.UUID(jti)})


def is_open(user_id: str) -> bool:
    """Whether the account exists and was not closed."""
    return bool(db.session.scalar(select(User.is_active).where(User.id == uuid.UUID(user_id))))


def sign_out(claims: dict[str, Any]) -> None:
    """Revoke the token with these claims, and the refresh token that renews it. Commits. Idempotent."""
    now = clock.now()
    returned = {claims["jti"]: datetime.fromtimestamp(claims["exp"], UTC)}
    if renewer := claims.get(_REFRESHED_BY):
        returned[renewer] = now + current_app.config["JWT_REFRESH_TOKEN_EXPIRES"]
    db.session.execute(delete(RevokedToken).where(RevokedToken.expires_at < now))
    for jti, expires_at in returned.items():
        db.session.merge(RevokedToken(jti=uuid.UUID(jti), expires_at=expires_at))
    db.session.commit()


def create_user(
    organization_id: int,
    email: str,
    password_hash: str,
    first_name: str,
    last_name: str,
    role: Role,
    branch_id: int | None = None,
) -> User:
    """Add a user; the caller commits.

    :raises Conflict: the email is taken.
    :raises InvalidInput: no email can be read from it, or there is no name.
    """
    first_name, last_name = clean_name(first_name), clean_name(last_name)
    check_named(first_name, last_name)
    try:
        email = emails.cleaned(email)
    except emails.InvalidEmail as reason:
        raise InvalidInput(details={"email": [str(reason)]}) from None
    user = User(
        organization_id=organization_id,
        branch_id=branch_id,
        email=email,
        password_hash=password_hash,
        first_name=first_name,
        last_name=last_name,
        role=role,
    )
    try:
        # The index decides: it also has the users of other organizations, which a scoped query does not see.
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise Conflict(f"There is already a user with the email {email}. Use another email.") from None
    return user


def clean_name(name: str) -> str:
    """A name as people write it, but for spaces around it and accents as characters of their own."""
    return unicodedata.normalize("NFC", name[:_LONGEST_NAME]).strip()


def check_named(first_name: str, last_name: str) -> None:
    """:raises InvalidInput: a person needs one name; many have no more."""
    if not (first_name or last_name):
        raise InvalidInput(details={"lastName": [_NAMELESS]})
