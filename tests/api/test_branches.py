"""Branches and courses over REST, and the field that assigns people, classes, questions and tests to them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import DEFINITIONS, PASSWORD, UserFactory
from tests.helpers.clients import data

QUESTION = {"questionType": "true_false", "questionText": "?", "definition": DEFINITIONS["true_false"]}
PERSON = {"password": PASSWORD, "firstName": "N", "lastName": "N", "role": "admin"}


@pytest.fixture
def north(api: Any, cast: SimpleNamespace) -> int:
    return int(data(api(cast.ada).post("/api/branches", {"name": " North "}), 201)["branchId"])


def test_life_cycle_of_a_branch(api: Any, cast: SimpleNamespace, north: int) -> None:
    ada = api(cast.ada)
    assert data(ada.get("/api/branches"))["branches"] == [{"branchId": north, "name": "North"}]
    assert ada.post("/api/branches", {"name": "North"}).code == "conflict"
    assert data(ada.put(f"/api/branches/{north}", {"name": "Far north"}))["name"] == "Far north"
    course = data(ada.post("/api/courses", {"title": "Biology", "branchId": north}), 201)
    assert ada.delete(f"/api/branches/{north}").code == "conflict"
    data(ada.delete(f"/api/courses/{course['courseId']}"))
    data(ada.delete(f"/api/branches/{north}"))
    assert ada.get(f"/api/branches/{north}").code == "not_found"


def test_a_course_with_questions_or_tests_is_not_deleted(api: Any, cast: SimpleNamespace, north: int) -> None:
    ines = api(cast.ines)
    course = data(ines.post("/api/courses", {"title": "Biology", "branchId": north}), 201)
    about = {"courseId": course["courseId"]}
    question = data(ines.post("/api/questions", {**QUESTION, **about}), 201)
    draft = {"title": "A test", "durationMinutes": 30, "questionIds": [question["questionId"]]}
    test = data(ines.post("/api/tests", {**draft, **about}), 201)
    for made in (question, test):
        assert (made["courseId"], made["branchId"]) == (course["courseId"], north)
    assert ines.delete(f"/api/courses/{course['courseId']}").code == "conflict"
    assert data(api(cast.priya).get("/api/courses"))["courses"] == [course]


def test_an_admin_of_a_branch(api: Any, cast: SimpleNamespace, north: int) -> None:
    """An admin of a branch sees and manages it, reads what is organization-wide, and has no other access."""
    data(api(cast.ada).post("/api/users", {**PERSON, "email": "n@school.example", "branchId": north}), 201)
    admin = api(UserFactory(admin=True, organization=cast.school, branch_id=north))
    assert data(admin.post("/api/users", {**PERSON, "email": "m@school.example"}), 201)["branchId"] == north
    assert data(admin.post("/api/classes", {"name": "Chemistry"}), 201)["branchId"] == north
    assert data(admin.post("/api/courses", {"title": "Chemistry"}), 201)["branchId"] == north
    assert admin.post("/api/branches", {"name": "East"}).code == "forbidden"
    assert data(admin.get(f"/api/users/{cast.ada.id}"))["branchId"] is None
    assert admin.put(f"/api/users/{cast.ada.id}", {"password": "mine from now on"}).code == "forbidden"
    assert admin.get(f"/api/classes/{cast.biology.id}").code == "not_found"


def test_a_class_keeps_its_branch(api: Any, cast: SimpleNamespace, north: int) -> None:
    changed = {"name": "Biology", "branchId": north}
    assert api(cast.ada).put(f"/api/classes/{cast.biology.id}", changed).code == "invalid_input"


def test_a_refused_move_to_a_branch_states_the_reason(api: Any, cast: SimpleNamespace, north: int) -> None:
    ada, url = api(cast.ada), f"/api/users/{cast.carl.id}"
    assert data(ada.put(url, {"branchId": north}))["branchId"] == north
    assert data(ada.put(url, {"firstName": "Carlo"}))["branchId"] == north
    assert data(ada.put(url, {"branchId": None}))["branchId"] is None
    refused = ada.put(f"/api/users/{cast.ines.id}", {"branchId": north})
    assert refused.code == "conflict" and "Give it to another teacher first" in refused.error["message"]
