"""Signing in, and creating people."""

from __future__ import annotations

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from flask import Flask

from exam_app.errors import Conflict, InvalidCredentials, InvalidInput
from exam_app.extensions import db
from exam_app.models import RevokedToken
from exam_app.rules.permissions import Role
from exam_app.services.organizations import accounts, passwords, scope
from tests.factories import PASSWORD, UserFactory
from tests.helpers.times import NOW


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.upper,
        lambda address: f"  {address} ",
        lambda address: f"mailto:{address}",
        lambda address: f"Carl Carter <{address}>",
        lambda address: address.replace("@", "\u200b＠"),
    ],
)
def test_e_mail_addresses_are_normalised(cast: SimpleNamespace, write: object) -> None:
    user = accounts.authenticate(write(cast.carl.email), PASSWORD)  # type: ignore[operator]
    assert (user.id, user.last_login_at) == (cast.carl.id, NOW)


def test_every_failed_login_has_the_same_message(cast: SimpleNamespace) -> None:
    closed = UserFactory(closed=True)
    broken = UserFactory(password_hash="no hash")
    tries = [
        (cast.carl.email, "wrong"),
        ("nobody@school.example", PASSWORD),
        (closed.email, PASSWORD),
        (broken.email, PASSWORD),
    ]
    messages = set()
    for email, password in tries:
        with pytest.raises(InvalidCredentials) as refusal:
            accounts.authenticate(email, password)
        messages.add(refusal.value.message)
    assert len(messages) == 1


def create(cast: SimpleNamespace, email: str, password: str = "long enough") -> object:
    return accounts.create_user(
        cast.school.id, email, passwords.hash_password(password), " New ", " Person ", Role.STUDENT
    )


def test_a_demo_account_is_open_in_a_process_of_the_demo_only(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.carl.is_active
    cast.school.is_demo = True
    db.session.commit()
    with pytest.raises(InvalidCredentials):
        accounts.authenticate(cast.carl.email, PASSWORD)
    monkeypatch.setitem(app.config, "DEMO", True)
    assert accounts.authenticate(cast.carl.email, PASSWORD) == cast.carl


def test_a_new_person_can_sign_in(cast: SimpleNamespace) -> None:
    create(cast, " New@School.example ")
    db.session.commit()
    assert accounts.authenticate("new@school.example", "long enough").full_name == "New Person"


@pytest.mark.parametrize("limited", [False, True])
def test_an_e_mail_address_is_unique_in_the_whole_system(cast: SimpleNamespace, limited: bool) -> None:
    taken = [cast.carl.email.upper(), cast.otto.email]
    if limited:
        scope.limit_to(cast.school.id, None)
    for email in taken:
        with pytest.raises(Conflict):
            create(cast, email)


@pytest.mark.parametrize("email", ["", "nobody", "a b@c.example", "x" * 320 + "@c.example"])
def test_an_invalid_e_mail_address_is_refused(cast: SimpleNamespace, email: str) -> None:
    with pytest.raises(InvalidInput):
        create(cast, email)


@pytest.mark.parametrize("password", ["", "short", "x" * 201, " " * 20, "  short   ", "x" * 100_000])
def test_an_invalid_password_is_refused(cast: SimpleNamespace, password: str) -> None:
    with pytest.raises(InvalidInput):
        create(cast, "new@school.example", password)


COMPOSED, SEPARATE = "Zoë and Łódź é", "Zoe\u0308 and Ło\u0301dz\u0301 e\u0301"


@pytest.mark.parametrize("chosen", [COMPOSED, SEPARATE, f" {COMPOSED}", f"{SEPARATE}\t"])
@pytest.mark.parametrize("typed", [COMPOSED, SEPARATE, f"{COMPOSED} ", f"\u00a0{SEPARATE}"])
def test_a_password_is_what_one_reads(cast: SimpleNamespace, chosen: str, typed: str) -> None:
    create(cast, "new@school.example", chosen)
    assert accounts.authenticate("new@school.example", typed)
    with pytest.raises(InvalidCredentials):
        accounts.authenticate("new@school.example", COMPOSED.replace("ë", "e"))


@pytest.mark.parametrize("stored", [f" {PASSWORD} ", SEPARATE])
def test_a_password_that_was_stored_as_it_was_sent(cast: SimpleNamespace, stored: str) -> None:
    cast.carl.password_hash = PasswordHasher(1, 8, 1).hash(stored)
    assert accounts.authenticate(cast.carl.email, stored)


@pytest.mark.parametrize("none", ["", "!", "no hash", "$argon2id$v=19$m=8,t=1,p=1$nothing"])
def test_an_account_without_a_password_lets_nobody_in(cast: SimpleNamespace, none: str) -> None:
    cast.carl.password_hash = none
    for password in (PASSWORD, none, "", "nobody has this password"):
        with pytest.raises(InvalidCredentials):
            accounts.authenticate(cast.carl.email, password)


def test_a_revoked_token_stays_revoked_until_it_expires(cast: SimpleNamespace) -> None:
    jti, old, other = (str(uuid.uuid4()) for _ in range(3))
    accounts.sign_out({"jti": old, "exp": int((NOW - timedelta(hours=1)).timestamp())})
    for _ in range(2):
        accounts.sign_out({"jti": jti, "exp": int((NOW + timedelta(hours=1)).timestamp())})
    assert accounts.user_of_token(str(cast.carl.id), jti) is None
    assert accounts.user_of_token(str(cast.carl.id), other).id == cast.carl.id
    assert [str(row.jti) for row in db.session.query(RevokedToken)] == [jti]


def test_a_closed_account_has_no_valid_token(database: None) -> None:
    assert accounts.user_of_token(str(UserFactory(closed=True).id), str(uuid.uuid4())) is None
