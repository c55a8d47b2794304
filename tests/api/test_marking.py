"""Marking over REST."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.factories import ExamSessionFactory, QuestionFactory, TestFactory
from tests.helpers.answers import answers_of, questions
from tests.helpers.clients import data
from tests.helpers.results import graded


@pytest.fixture
def exam(every_type: Any) -> Any:
    return every_type


@pytest.fixture
def written(cast: SimpleNamespace, running: Any) -> Any:
    return graded("essay", "true_false", student=cast.carl, session=running)


def grade_url(attempt: Any) -> str:
    essay = answers_of(attempt.id)[questions(attempt.test)["essay"]]
    return f"/api/attempts/{attempt.id}/answers/{essay.id}/grade"


def test_from_the_list_to_the_result(api: Any, cast: SimpleNamespace, written: Any) -> None:
    ines = api(cast.ines)
    found = data(ines.get(f"/api/marking?testId={written.test_id}&sessionId={written.session_id}"))
    (waiting,) = found["answers"]
    assert (waiting["answer"], waiting["words"], found["pagination"]["total"]) == ("Light is caught.", 3, 1)
    grade = f"/api/attempts/{waiting['attemptId']}/answers/{waiting['answerId']}/grade"
    marked = data(ines.post(grade, {"points": 3.25, "comment": "Why there?"}))
    assert (marked["points"], marked["markingDue"], marked["status"]) == (3.25, 0, "graded")
    assert data(ines.get("/api/marking"))["answers"] == []
    result = data(ines.get(f"/api/attempts/{written.id}/result"))
    assert result["results"]["score"] == 7.25
    assert "Why there?" in [question["comment"] for question in result["questions"]]


def test_a_mark_given_meanwhile_is_not_overwritten(api: Any, cast: SimpleNamespace, written: Any) -> None:
    (waiting,) = data(api(cast.ines).get("/api/marking"))["answers"]
    read = {"seen": waiting["seen"]}
    data(api(cast.ada).post(grade_url(written), {"points": 3, "comment": "Fine", **read}))
    reply = api(cast.ines).post(grade_url(written), {"points": 1, **read})
    details = reply.get_json()["error"]["details"]
    assert (reply.status_code, reply.code) == (409, "conflict")
    assert (details["markedBy"], details["points"], details["comment"]) == (cast.ada.full_name, 3, "Fine")
    data(api(cast.ines).post(grade_url(written), {"points": 1, "seen": details["seen"]}))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"points": "3"},
        {"points": 1.005},
        {"points": -1},
        {"points": 5},
        {"points": None},
        {"points": 1, "comment": "x" * 5001},
        {"points": 1, "comment": "\u0000"},
        {"points": 1, "grade": "A"},
        {"points": 1, "seen": 3},
    ],
)
def test_an_invalid_mark_is_refused(api: Any, cast: SimpleNamespace, written: Any, body: Any) -> None:
    reply = api(cast.ines).post(grade_url(written), body)
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (422, "invalid_input")


def test_others_than_the_teacher_may_not_mark(api: Any, cast: SimpleNamespace, written: Any) -> None:
    assert api(cast.carl).post(grade_url(written), {"points": 1}).status_code == 403
    assert api(cast.priya).post(grade_url(written), {"points": 1}).status_code == 403
    assert api(cast.otto).post(grade_url(written), {"points": 1}).status_code == 404


@pytest.mark.parametrize("query", ["testId=0", "testId=x", "sessionId=1", "page=0", "limit=1000", "order=up"])
def test_an_invalid_query_is_refused(api: Any, cast: SimpleNamespace, query: str) -> None:
    assert api(cast.ines).get(f"/api/marking?{query}").status_code in (400, 422)


def test_two_markers_over_rest(api: Any, cast: SimpleNamespace) -> None:
    question = QuestionFactory(
        type="essay",
        organization_id=cast.school.id,
        definition={
            "rubric": [
                {
                    "text": "Reasons",
                    "points": "2",
                    "levels": [{"text": "None", "points": "0"}, {"text": "All", "points": "2"}],
                }
            ]
        },
    )
    test = TestFactory(author=cast.ines, markers=2, questions=[question], published=True)
    session = ExamSessionFactory(school_class=cast.biology, test=test, completed=True)
    attempt = graded("essay", student=cast.carl, session=session)
    ines, ada = api(cast.ines), api(cast.ada)
    (waiting,) = data(ines.get("/api/marking"))["answers"]
    assert (waiting["markers"], waiting["task"]) == (2, "mark")
    assert data(ines.post(grade_url(attempt), {"levels": [1], "seen": waiting["seen"]}))["points"] == 4
    assert ines.post(grade_url(attempt), {"comment": "No points"}).status_code == 422
    assert data(ada.post(grade_url(attempt), {"points": 1}))["task"] == "settle"
    (waiting,) = data(ada.get("/api/marking"))["answers"]
    settle_url = grade_url(attempt).replace("/grade", "/settle")
    assert ada.post(settle_url, {"points": 2, "reason": "We met"}).status_code == 422
    adjudicated = data(ada.post(settle_url, {"points": 2, "reason": "We met", "seen": waiting["seen"]}))
    assert (adjudicated["status"], adjudicated["markingDue"]) == ("graded", 0)
    reply = ines.post(settle_url, {"points": 1, "reason": "No", "seen": waiting["seen"]})
    assert (reply.status_code, reply.code) == (409, "conflict")
