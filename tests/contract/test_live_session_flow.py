"""The manual test flow of source document 004 (5.3, steps 1 to 12), run against the running product."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

import aiohttp

from tests.helpers.product import Processes
from tests.helpers.real_clients import RealClient
from tests.helpers.rest import Api
from tests.helpers.seed import PASSWORD

STUDENTS = ("wilma", "wolfgang")


def test_the_flow(product: Processes) -> None:
    asyncio.run(flow(product))


async def flow(product: Processes) -> None:
    # 1: start the server: done by `product`. 2: register admin and student users
    ada = Api(product.url, "ada@school.example")
    register(ada, "adele", "admin")
    ids = [register(ada, name, "student") for name in STUDENTS]
    admin = Api(product.url, "adele@school.example")

    # 3 and 4: create a class, enrol the students
    class_id = admin.post("/api/classes", name="Evening class")["classId"]
    for student_id in ids:
        admin.post(f"/api/classes/{class_id}/students", studentId=student_id)

    # 5 and 6: create a session for the class, open its waiting room
    session_id = admin.post(
        "/api/sessions",
        classId=class_id,
        testId=product.institution["tests"]["long"],
        title="Evening exam",
        scheduledAt=datetime.now(UTC).isoformat(),
    )["sessionId"]
    assert admin.post(f"/api/sessions/{session_id}/start-waiting")["status"] == "waiting"

    async with aiohttp.ClientSession() as http:
        proctor = await RealClient(product.url, http, "/proctor").connect("adele@school.example")
        assert (await proctor.ask("monitor_join", sessionId=session_id))["stats"]["connected"] == 0

        # 7: connect the students
        wilma, wolfgang = [
            await RealClient(product.url, http).connect(f"{name}@school.example") for name in STUDENTS
        ]
        for student in (wilma, wolfgang):
            joined = await student.ask("session_join", sessionId=session_id)
            assert (joined["session"]["status"], joined["attempt"]) == ("waiting", None)
        for student_id in ids:
            await proctor.receives("student_joined", lambda data, s=student_id: data["studentId"] == s)

        # 8: start the session
        started = await asyncio.to_thread(admin.post, f"/api/sessions/{session_id}/start")
        for student in (wilma, wolfgang):
            announced = await student.receives("session_started")
            assert announced["expiresAt"] == started["expiresAt"]
        state = (await wilma.ask("session_join", sessionId=session_id))["attempt"]
        assert (state["status"], state["expiresAt"]) == ("in_progress", started["expiresAt"])

        # 9: submit answers, trigger violations
        attempt_id = state["attemptId"]
        saved = await wilma.ask("answers_save", attemptId=attempt_id, changes=answers_to(state))
        assert len(saved["saved"]) == 2 and saved["progress"]["questionsAnswered"] == 2
        left = await wilma.ask("tab_violation", attemptId=attempt_id, type="tab_switch", durationMs=5000)
        assert left["violations"] == 1
        await proctor.receives("student_status_update", row(ids[0], questionsAnswered=2))
        await proctor.receives("student_status_update", row(ids[0], violations=1))

        # 10: disconnect, reconnect: the page restores its state
        await wilma.socket.disconnect()
        await proctor.receives("student_left", lambda data: data["studentId"] == ids[0])
        again = await RealClient(product.url, http).connect("wilma@school.example")
        synced = await again.ask("state_sync_request", attemptId=attempt_id)
        assert synced["version"] == saved["version"]
        assert {a["questionId"]: a["response"] for a in synced["answers"]} == {
            one["questionId"]: one["response"] for one in saved["saved"]
        }
        assert synced["questions"] == state["questions"] and synced["expiresAt"] == state["expiresAt"]

        # 11: complete the session
        completed = await asyncio.to_thread(admin.post, f"/api/sessions/{session_id}/complete")
        assert completed["status"] == "completed"
        for student in (again, wolfgang):
            await student.receives("session_completed")
            closed = await student.receives("attempt_closed", lambda data: data["receipt"] is not None)
            assert closed["submissionMethod"] == "forced"
        for client in (again, wolfgang, proctor):
            await client.socket.disconnect()

    # 12: view the statistics of the session
    stats = admin.get(f"/api/sessions/{session_id}/stats")
    results = admin.get(f"/api/sessions/{session_id}/results")
    assert results["statistics"]["count"] == 2
    scores = {student["firstName"]: student["score"] for student in results["students"]}
    assert scores == {"Wilma": 2, "Wolfgang": 0}
    assert [student["violations"] for student in results["students"]] == [1, 0]
    assert (stats["joined"], stats["completedAttempts"], stats["violations"]) == (2, 2, 1)


def register(admin: Api, name: str, role: str) -> str:
    person = admin.post(
        "/api/users",
        email=f"{name}@school.example",
        password=PASSWORD,
        firstName=name.title(),
        lastName="Weber" if name == "wilma" else "Zimmer",
        role=role,
    )
    return str(person["userId"])


def answers_to(state: dict[str, Any]) -> list[dict[str, Any]]:
    """The correct answers to the two questions with typed answers."""
    right = {"short_answer": {"text": "nucleus"}, "numerical": {"number": "3.5"}}
    questions = {question["questionType"]: question for question in reversed(state["questions"])}
    return [
        {
            "changeId": str(uuid.uuid4()),
            "questionId": questions[kind]["questionId"],
            "response": response,
        }
        for kind, response in right.items()
    ]


def row(student_id: str, **fields: Any) -> Any:
    """Whether a delta has these values for a student."""
    wanted = {"studentId": student_id, **fields}.items()
    return lambda delta: any(wanted <= student.items() for student in delta["students"])
