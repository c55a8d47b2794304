"""The OpenAPI document: valid, complete, and sufficient to write a client from."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from exam_app import errors
from exam_app.rules.permissions import Role
from tests.factories import PASSWORD, TestFactory
from tests.helpers.document import METHODS, document, operation, operations, validator
from tests.helpers.samples import resolve

NOT_DESCRIBED = {"/api/openapi.json", "/api/docs"}


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    return document(app)


def test_the_document_is_valid(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(described).validate()


def test_every_route_is_documented(app: Flask, described: dict[str, Any]) -> None:
    rules = {
        (re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in NOT_DESCRIBED
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    found = {(path, m) for path, methods in described["paths"].items() for m in methods if m in METHODS}
    assert found == rules


def test_every_operation_has_an_id_and_a_summary(app: Flask, described: dict[str, Any]) -> None:
    names = [one.id for one in operations(app)]
    assert len(set(names)) == len(names)
    tags = {tag["name"]: tag["description"] for tag in described["tags"]}
    for one in operations(app):
        assert re.fullmatch(r"[a-z][A-Za-z]+", one.id), one
        assert one.described["summary"].endswith("."), one
        assert one.described["tags"] and all(tags[tag] for tag in one.described["tags"]), one


def test_who_may_call_it(app: Flask) -> None:
    """Guarded operations document their roles, and every refusal that a guard can return."""
    for one in operations(app):
        answers, guarded = set(one.described["responses"]), bool(one.roles)
        assert (one.described.get("security") == [{"bearer": []}]) == guarded, one
        assert not guarded or "401" in answers, one
        assert (0 < len(one.roles) < len(Role)) == ("403" in answers), one


def test_every_write_documents_a_conflict(app: Flask) -> None:
    for one in operations(app):
        assert one.method == "GET" or "409" in one.described["responses"], one


def test_refusals_have_one_shape(app: Flask, described: dict[str, Any]) -> None:
    for one in operations(app):
        for status, answer in one.described["responses"].items():
            if int(status) >= 400:
                refusal = described["components"]["responses"][answer["$ref"].rpartition("/")[2]]
                schema = refusal["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorReply"}, one


def test_every_code_is_named(described: dict[str, Any]) -> None:
    words = " ".join(answer["description"] for answer in described["components"]["responses"].values())
    refusals = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    codes = {kind.code for kind in refusals if issubclass(kind, errors.AppError) and kind.status < 500}
    never_alone = {"error", "method_not_allowed"}
    assert codes - never_alone <= set(re.findall(r"`(\w+)`", words))


def test_every_envelope_has_a_success_flag(app: Flask) -> None:
    assert resolve(app, "ErrorReply")["properties"]["success"]["const"] is False
    for one in operations(app):
        if one.streams or one.file:
            continue
        (good,) = [answer for status, answer in one.described["responses"].items() if int(status) < 400]
        envelope = resolve(app, good["content"]["application/json"]["schema"]["$ref"])
        assert envelope["properties"]["success"]["const"] is True, one
        assert envelope["required"] == ["data", "message", "success"], one


def test_every_input_is_bounded(app: Flask, described: dict[str, Any]) -> None:
    """Input is limited: a text has a maximum length, a number both bounds, a list a maximum size."""
    loose = []
    for name in {one.body["$ref"].rpartition("/")[2] for one in operations(app) if one.body}:
        schema = resolve(app, name)
        assert schema["additionalProperties"] is False, name
        loose += [f"{name}.{field}" for field, part in schema["properties"].items() if not _limited(part)]
    for one in operations(app):
        for part in one.described.get("parameters", ()):
            if not _limited(part["schema"]):
                loose.append(f"{one} {part['name']}")
    assert loose == []


def _limited(part: dict[str, Any]) -> bool:
    kinds = part.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "enum" in part or "format" in part or "$ref" in part:
        return True
    if "string" in kinds:
        return "maxLength" in part
    if "integer" in kinds or "number" in kinds:
        return bool({"minimum", "exclusiveMinimum"} & set(part)) and "maximum" in part
    return "maxItems" in part if "array" in kinds else True


def test_the_documentation_page_loads_nothing_from_other_hosts(api: Any, database: None) -> None:
    reply = api().get("/api/docs")
    assert (reply.status_code, reply.mimetype) == (200, "text/html")
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == policy["default-src"] == "'self'"
    page = reply.get_data(as_text=True)
    assert "/api/openapi.json" in page and "//" not in page
    other = api().get("/login").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in other


class Client:
    """What a code generator makes of the document: operations by name, bodies validated before sending."""

    def __init__(self, app: Flask, api: Any) -> None:
        self.app, self.api, self.token = app, api, None

    def __call__(self, operation_id: str, body: Any = None, **ids: Any) -> Any:
        one = operation(self.app, operation_id)
        path = one.path.format(**ids)
        sent: dict[str, Any] = {}
        if one.body:
            assert validator(self.app, one.body["$ref"]).is_valid(body), body
            sent["json"] = body
        if one.described.get("security"):
            sent["headers"] = {"Authorization": f"Bearer {self.token}"}
        reply = self.api().call(one.method, path, **sent)
        assert reply.status_code < 400, reply.get_json()
        return reply.get_json()["data"]


def test_a_generated_client_takes_a_practice_test(app: Flask, api: Any, cast: SimpleNamespace) -> None:
    practice = TestFactory(author=cast.ines, practice=True, published=True, questions__types=["true_false"])
    client = Client(app, api)
    client.token = client("authLogin", {"email": cast.carl.email, "password": PASSWORD})["accessToken"]
    assert client("eligibility", test_id=practice.id)["eligible"]
    attempt_id = client("attemptsStart", {"testId": practice.id})["attemptId"]
    (question,) = client("attemptsShow", attempt_id=attempt_id)["questions"]
    right = next(option["optionId"] for option in question["options"] if option["optionText"] == "True")
    answer = {"questionId": question["questionId"], "selectedOptionId": right}
    saved = client("attemptsAnswer", answer, attempt_id=attempt_id)
    assert saved["progress"]["questionsAnswered"] == 1
    assert client("attemptsSubmit", {}, attempt_id=attempt_id)["confirmationNeeded"]
    submitted = client("attemptsSubmit", {"confirmSubmission": True}, attempt_id=attempt_id)
    assert submitted["attempt"]["isCompleted"]
    assert client("attemptsResult", attempt_id=attempt_id)["results"]["percentage"] == 100
