"""A test's integrity settings: what its page enforces, and the thresholds of its rules."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.extensions import db
from exam_app.models import Test
from exam_app.rules.integrity.settings import DEFAULTS
from tests.factories import ExamSessionFactory
from tests.helpers.answers import questions
from tests.helpers.clients import data


@pytest.fixture
def body(exam: Any) -> dict[str, Any]:
    return {"title": "Plants", "durationMinutes": 30, "questionIds": [questions(exam)["true_false"]]}


def test_omitted_settings_get_their_default(api: Any, cast: SimpleNamespace, body: dict[str, Any]) -> None:
    ines = api(cast.ines)
    assert data(ines.post("/api/tests", body), 201)["integrity"] == DEFAULTS
    own = {"preventCopy": True, "tabSwitches": 1, "silenceSeconds": None}
    created = data(ines.post("/api/tests", {**body, "integrity": own}), 201)
    assert created["integrity"] == {**DEFAULTS, **own}
    path = f"/api/tests/{created['testId']}"
    assert data(ines.put(path, body))["integrity"] == {**DEFAULTS, **own}
    assert data(ines.put(path, {**body, "integrity": {"blurs": 9}}))["integrity"] == {**DEFAULTS, "blurs": 9}


@pytest.mark.parametrize(
    "wrong",
    [
        {"tabSwitches": 0},
        {"tabSwitches": "3"},
        {"tabSwitches": True},
        {"tabSwitches": 1.5},
        {"tabSwitches": 1001},
        {"preventCopy": None},
        {"preventCopy": 1},
        {"surprise": 1},
        [],
        None,
    ],
)
def test_invalid_values_are_refused(
    api: Any, cast: SimpleNamespace, body: dict[str, Any], wrong: Any
) -> None:
    reply = api(cast.ines).post("/api/tests", {**body, "integrity": wrong})
    assert (reply.status_code, reply.code) == (422, "invalid_input")


def test_a_paper_stores_the_settings_and_the_page_gets_its_part(
    api: Any, cast: SimpleNamespace, body: dict[str, Any]
) -> None:
    ines = api(cast.ines)
    settings = {"preventPaste": True, "requireFullscreen": True, "pastes": 1}
    test_id = data(ines.post("/api/tests", {**body, "integrity": settings}), 201)["testId"]
    data(ines.post(f"/api/tests/{test_id}/publish"))
    data(ines.put(f"/api/tests/{test_id}", {**body, "integrity": {}}))
    test = db.session.get(Test, test_id, populate_existing=True)
    session = ExamSessionFactory(in_progress=True, school_class=cast.biology, test=test)
    carl = api(cast.carl)
    started = data(carl.post("/api/attempts/start", {"sessionId": str(session.id)}), 201)
    state = data(carl.get(f"/api/attempts/{started['attemptId']}/sync"))
    assert state["integrity"] == {
        "preventCopy": False,
        "preventPaste": True,
        "preventRightClick": False,
        "requireFullscreen": True,
    }
    for _ in range(2):
        data(carl.post(f"/api/attempts/{started['attemptId']}/activity", {"type": "paste"}), 201)
    shown = data(ines.get(f"/api/attempts/{started['attemptId']}/details"))
    assert [alert["rule"] for alert in shown["alerts"]] == ["pastes"]
