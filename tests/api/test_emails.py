"""E-mail addresses as people paste them, at every entry point: one form is stored, all of them sign in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import Enrolment, User
from tests.helpers.clients import data
from tests.helpers.pages import PageClient

PASTED = [
    "NEW@School.example",
    " new@school.example ",
    "new\u200b@school.example",
    "new＠school.example",
    "mailto:new@school.example",
    "New Person <new@school.example>",
]


def person(email: str) -> dict[str, str]:
    return {
        "email": email,
        "password": "long enough",
        "firstName": "New",
        "lastName": "One",
        "role": "student",
    }


@pytest.mark.parametrize("entered", PASTED)
def test_over_rest_and_at_the_sign_in(api: Any, cast: SimpleNamespace, entered: str) -> None:
    made = data(api(cast.ada).post("/api/users", person(entered)), 201)
    assert made["email"] == "new@school.example"
    assert api(cast.ada).post("/api/users", person("New@SCHOOL.example")).code == "conflict"
    for typed in PASTED:
        tokens = data(api().post("/api/auth/login", {"email": typed, "password": "long enough"}))
        assert tokens["user"]["userId"] == made["userId"]


@pytest.mark.parametrize(
    ("email", "reason"),
    [("new", "no @"), ("new@", "missing"), ("a b@c.example", "space"), ("a@b.example, c@d.example", "space")],
)
def test_what_is_none_is_refused_with_the_reason(
    api: Any, cast: SimpleNamespace, email: str, reason: str
) -> None:
    reply = api(cast.ada).post("/api/users", person(email))
    assert (reply.status_code, reply.code) == (422, "invalid_input")
    assert reason in reply.error["details"]["email"][0]


def test_adding_to_a_class_and_importing_a_roster(app: Flask, api: Any, cast: SimpleNamespace) -> None:
    db.session.query(Enrolment).delete()
    db.session.commit()
    pasted = f"Carl Carter <{cast.carl.email.upper()}>; mailto:{cast.cora.email.replace('@', '＠')}"
    reply = PageClient(app, cast.ines).post(f"/classes/{cast.biology.id}/students/add", addresses=pasted)
    assert "2 students added" in reply.words
    csv = f"email,first_name,last_name\n<{cast.carl.email}>,Carl,Carter\nMAILTO:new@school.example,New,One\n"
    body = {"csv": csv, "password": "long enough"}
    report = data(api(cast.ines).post(f"/api/classes/{cast.biology.id}/roster", body))
    assert (report["created"], report["unchanged"]) == (1, 1)
    assert db.session.query(User).filter_by(email="new@school.example").count() == 1
