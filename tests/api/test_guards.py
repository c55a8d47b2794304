"""Every endpoint × every role, and who must not learn that an object exists."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.api.result_files import CSV, XLSX
from exam_app.extensions import db
from exam_app.models import Attempt, ExamSession
from tests.factories import NotificationFactory, UserFactory
from tests.helpers.document import EVENT_STREAM
from tests.helpers.routes import EVERYBODY, ROUTES, Route, body_for, ids_of

OPEN = {
    "POST /api/auth/login",
    "POST /api/auth/refresh",  # takes a refresh token, which has tests of its own
    "GET /api/openapi.json",
    "GET /api/docs",
}
NO_JSON = {EVENT_STREAM, CSV, XLSX}
PAGES_FOR_ALL = {
    "pages.check_receipt",
    "pages.login",
    "pages.log_in",
    "pages.icon",
    "pages.service_worker",
    "health.healthz",
    "health.readyz",
    "prometheus.scrape",  # has a token of its own
    "static",
}


@pytest.fixture
def call(api: Any, cast: SimpleNamespace, attempt: Any) -> Any:
    """Calls a route as a given user, with ids of Ines's session and Carl's attempt, and a valid body."""
    note = NotificationFactory(user=cast.carl)
    ids = ids_of(cast, attempt, note.id)

    def send(route: Route, person: Any) -> Any:
        path = route.path.format(**ids)
        body = body_for(route, cast, attempt)
        return api(person).call(route.method, path, **({} if route.method == "GET" else {"json": body}))

    return send


def test_every_endpoint_is_in_the_table(app: Flask) -> None:
    rules = {
        f"{method} {re.sub(r'<[^>]+>', '{}', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {re.sub(r"{\w+}", "{}", str(route)) for route in ROUTES} | OPEN == rules


def test_every_page_is_guarded(app: Flask) -> None:
    views = {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith("/api/")
    }
    unguarded = {endpoint for endpoint, view in views.items() if not hasattr(view, "guard")}
    assert unguarded <= PAGES_FOR_ALL


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_who_may_call_it(route: Route, call: Any, cast: SimpleNamespace) -> None:
    people = {"student": cast.carl, "proctor": cast.priya, "instructor": cast.ines, "admin": cast.ada}
    reply = call(route, None)
    assert (reply.status_code, reply.code) == (401, "not_authenticated")
    for role in sorted(EVERYBODY - route.roles):
        reply = call(route, people[role])
        assert (reply.status_code, reply.code) == (403, "forbidden"), role
    for role in sorted(route.roles):
        reply = call(route, people[role])
        assert reply.status_code not in (401, 403) and reply.status_code < 500, (role, reply.get_json())
        assert reply.is_json or reply.mimetype in NO_JSON


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" in route.path], ids=str)
def test_rows_of_another_organization_are_not_found(route: Route, call: Any, cast: SimpleNamespace) -> None:
    """An object of another organization is 404 and not 403: its existence is not disclosed."""
    role = "admin" if "admin" in route.roles else "student"
    person = cast.otto if role == "admin" else UserFactory(organization=cast.elsewhere)
    reply = call(route, person)
    assert (reply.status_code, reply.code) == (404, "not_found")


@pytest.mark.parametrize("route", [route for route in ROUTES if "{attempt}" in route.path], ids=str)
def test_the_attempt_of_another_student_is_not_found(route: Route, call: Any, cast: SimpleNamespace) -> None:
    if "student" in route.roles:
        reply = call(route, cast.cora)
        assert (reply.status_code, reply.code) == (404, "not_found")
    attempt = db.session.query(Attempt).one()
    assert (attempt.version, attempt.current_question) == (0, 0)


@pytest.mark.parametrize("route", [route for route in ROUTES if "{session}" in route.path], ids=str)
def test_a_session_of_another_teacher_is_not_found(route: Route, call: Any, cast: SimpleNamespace) -> None:
    """404 for a colleague, a proctor of another session, and a student of another class."""
    for role in ("instructor", "proctor", "student"):
        if role in route.roles:
            person = UserFactory(organization=cast.school, role=role)
            reply = call(route, person)
            assert (reply.status_code, reply.code) == (404, "not_found"), role
    assert db.session.query(ExamSession).one().status == "in_progress"
