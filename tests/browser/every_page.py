"""Every page of the product with something on it, for the tests that open them all."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from playwright.sync_api import Page, expect

from exam_app.pages import pages
from tests.helpers.rest import Api

# From right to left, so that both tests see it.
WELL, REASON, OWL, ANSWER = "أحسنت.", "خطأ مطبعي.", "البومة.", "نعم."
PAGES = Flask("pages")
PAGES.register_blueprint(pages)


NO_PAGES = {
    "static",
    *("pages.file", "pages.icon", "pages.service_worker"),
    *("pages.session_statistics_file", "pages.test_statistics_file"),
    "pages.session_result",  # a redirect to a result, of which a scheduled exam has none
}
QUERIES = {"pages.notification_text": "?kind=result_released&language=en"}


def every_page(ids: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The role and the path of each page, as the roles that may open it; new pages are included at once."""
    for rule in PAGES.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
            continue
        guard = getattr(PAGES.view_functions[rule.endpoint], "guard", ["stranger"])
        allowed = set(guard or ["student", "instructor", "admin"])
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(ids[name[1]]), rule.rule)
        for role in sorted(allowed & {"student", "instructor", "stranger"} or {"admin"}):
            yield role, path + QUERIES.get(rule.endpoint, "")


def something_of_everything(page: Page, teacher: Api, student: Api, test_id: int) -> dict[str, Any]:
    """A self-paced test that the student passed and an answer that is due for marking; the test regraded, and
    an answer key corrected since.

    :param page: of the teacher.
    """
    (passed, essay), _waiting = (_essay(student, test_id) for _ in range(2))
    most = teacher.get(f"/api/tests/{test_id}")["questionIds"]
    teacher.post(f"/api/attempts/{passed}/answers/{essay}/grade", points=1, comment=WELL)
    teacher.put(f"/api/attempts/{passed}/score", score=len(most) - 1, penalty=0, reason=REASON)
    student.put(f"/api/tests/{test_id}/leaderboard/entry", name=OWL)
    question_id = _swap_the_key(teacher, test_id)
    regrade = teacher.post(f"/api/tests/{test_id}/regrade", reason=REASON)["regrade"]
    page.goto(f"/regrades/{regrade['regradeId']}")
    expect(page.get_by_text("Finished")).to_be_visible()
    _swap_the_key(teacher, test_id)
    return {
        "test_id": test_id,
        "question_id": question_id,
        "regrade_id": regrade["regradeId"],
        "attempt_id": passed,
        "answer_id": essay,
        "student_id": student.get("/api/auth/me")["userId"],
    }


def _essay(student: Api, test_id: int) -> tuple[str, str]:
    """An attempt in which only the essay is answered, submitted; the ids of both."""
    attempt_id = student.post("/api/attempts/start", testId=test_id)["attemptId"]
    path = f"/api/attempts/{attempt_id}"
    questions = student.get(f"{path}/sync")["questions"]
    essay = next(row["questionId"] for row in questions if row["questionType"] == "essay")
    change = {"changeId": str(uuid.uuid4()), "questionId": essay, "response": {"text": ANSWER}}
    saved = student.post(f"{path}/answers", changes=[{**change, "baseVersion": 0}])["saved"]
    student.post(f"{path}/submit", confirmSubmission=True)
    return attempt_id, saved[0]["answerId"]


def _swap_the_key(teacher: Api, test_id: int) -> int:
    """Swap the choices of root and leaf."""
    for question_id in teacher.get(f"/api/tests/{test_id}")["questionIds"]:
        question = teacher.get(f"/api/questions/{question_id}")
        if question["questionType"] == "matching":
            one, two = question["definition"]["stems"]
            one["choice"], two["choice"] = two["choice"], one["choice"]
            correction = {"definition": question["definition"], "reason": REASON}
            teacher.post(f"/api/tests/{test_id}/corrections", questionId=question_id, **correction)
            return int(question_id)
    raise AssertionError("no matching question")
