"""The report of a completed session."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from exam_app.errors import Conflict
from exam_app.extensions import db
from exam_app.models import AlertState, Outage
from exam_app.services.activity import activities
from exam_app.services.attempts import control
from exam_app.services.organizations import classes
from exam_app.services.proctoring import alerts, help_requests, messages
from exam_app.services.reports import session_report
from exam_app.services.sessions import lifecycle
from exam_app.services.statistics.item_analysis import question_statistics
from exam_app.services.taking import joining
from tests.factories import ExamSessionFactory, UserFactory
from tests.helpers.answers import questions
from tests.helpers.clients import data
from tests.helpers.queries import counted
from tests.helpers.results import graded
from tests.helpers.times import NOW, later, minutes


@pytest.fixture
def dan(cast: SimpleNamespace) -> Any:
    student = UserFactory(organization=cast.school, first_name="Dan", last_name="Duval")
    classes.enrol(cast.biology, student.id)
    return student


def seen(session: Any, student: Any, kind: str, at: Any) -> None:
    activities.record(kind, at, session.organization_id, session_id=session.id, student_id=student.id)


def written(session: Any, at: Any = None) -> dict[str, Any]:
    return session_report.report(session, at or minutes(40))


@pytest.mark.parametrize("state", [None, "waiting", "in_progress", "cancelled"])
def test_there_is_no_report_before_the_end(cast: SimpleNamespace, exam: Any, state: str | None) -> None:
    session = ExamSessionFactory(school_class=cast.biology, test=exam, **({state: True} if state else {}))
    with pytest.raises(Conflict):
        written(session)


def test_attendance_is_listed(running: Any, cast: SimpleNamespace, dan: Any) -> None:
    waited = UserFactory(organization=cast.school, first_name="Eve", last_name="Evans")
    classes.enrol(cast.biology, waited.id)
    _, carls = joining.join_session(cast.carl, running.id, later(5))
    joining.join_session(cast.cora, running.id, minutes(3))
    _, dans = joining.join_session(dan, running.id, NOW)
    seen(running, cast.cora, "student_left", minutes(20))
    seen(running, dan, "student_left", minutes(12))
    dans.status, dans.submission_method, dans.submitted_at = "submitted", "manual", minutes(12)
    lifecycle.complete_session(cast.ines, running, minutes(25))
    classes.remove(cast.biology, cast.carl.id)

    attendance = written(running)["attendance"]
    assert {name: attendance[name] for name in ("expected", "present", "late", "absent", "left")} == {
        "expected": 4,
        "present": 2,
        "late": 1,
        "absent": 1,
        "left": 1,
    }
    assert [
        (row["studentName"], row["attendance"], row["lateSeconds"], row["leftAt"], row["submissionMethod"])
        for row in attendance["students"]
    ] == [
        ("Carl Carter", "present", 5, None, "forced"),
        ("Cora Castle", "late", 180, "2026-05-04T09:20:00.000Z", "forced"),
        ("Dan Duval", "present", 0, None, "manual"),
        ("Eve Evans", "absent", None, None, None),
    ]
    assert carls.id is not None


def test_incidents_are_in_order(running: Any, cast: SimpleNamespace, attempt: Any) -> None:
    for kind, at in (
        ("student_left", minutes(2)),
        ("student_returned", later(2 * 60 + 60)),  # a minute: too short to be reported
        ("student_left", minutes(5)),
        ("student_returned", later(5 * 60 + 61)),
        ("student_left", minutes(20)),
    ):
        seen(running, cast.carl, kind, at)
    control.pause(cast.priya, [attempt], "A fire alarm", minutes(4))
    control.resume(cast.priya, [attempt], "It was none", later(4 * 60 + 30))
    lifecycle.complete_session(cast.ines, running, minutes(25))

    report = written(running)
    assert [(one["at"][11:19], one["kind"], one["seconds"], one["by"]) for one in report["incidents"]] == [
        ("09:04:00", "attempt_paused", None, "Priya Patel"),
        ("09:04:30", "attempt_resumed", None, "Priya Patel"),
        ("09:05:00", "connection_lost", 61, None),
        ("09:20:00", "connection_lost", 300, None),
    ]
    assert report["incidents"][0]["text"] == "Carl Carter was paused: A fire alarm"
    assert report["incidents"][3]["text"] == "Carl Carter was not connected until the end"
    (change,) = report["timeAdjustments"]
    assert (change["studentName"], change["kind"], change["seconds"]) == ("Carl Carter", "pause", 30)
    assert (change["grantedBy"], change["reason"]) == ("Priya Patel", "It was none")


def test_alerts_and_outages_are_listed_with_their_resolution(
    running: Any, cast: SimpleNamespace, attempt: Any
) -> None:
    alerts.raise_alerts(
        attempt, {"tab_switches": {"count": 5, "seconds": 48, "longestSeconds": 20}}, minutes(3)
    )
    (alert,) = alerts.alerts_of_session(running.id)
    alerts.resolve(cast.priya, running, alert["alertId"], AlertState.DISMISSED, "A pop-up", minutes(4))
    db.session.add(Outage(began_at=minutes(1), ended_at=minutes(2)))
    db.session.add(Outage(began_at=minutes(-9), ended_at=minutes(-8)))
    lifecycle.complete_session(cast.ines, running, minutes(25))
    outage, reported = written(running)["incidents"]
    assert (outage["kind"], outage["seconds"], outage["studentName"]) == ("outage", 60, None)
    assert (reported["state"], reported["note"], reported["by"]) == ("dismissed", "A pop-up", "Priya Patel")
    assert reported["text"] == alert["text"]


def test_the_staff_of_the_session_are_listed(sitting: Any, cast: SimpleNamespace, socket: Any) -> None:
    lifecycle.open_waiting_room(cast.priya, sitting, NOW)
    socket(cast.carl).ask("session_join", {"sessionId": str(sitting.id)})
    lifecycle.start_session(cast.ines, sitting, NOW)
    lifecycle.complete_session(cast.ada, sitting, minutes(5))
    head = written(sitting)["head"]
    assert head == {
        "teacher": "Ines Ibarra",
        "proctors": ["Priya Patel"],
        "paperVersion": 1,
        "openedBy": "Priya Patel",
        "startedBy": "Ines Ibarra",
        "endedBy": "Ada Adams",
        "writtenAt": "2026-05-04T09:40:00.000Z",
    }


def test_messages_and_help_requests_are_listed(running: Any, cast: SimpleNamespace, attempt: Any) -> None:
    asked = list(questions(running.test).values())
    messages.send(running, cast.priya, None, "Ten more minutes", minutes(1))
    messages.send(running, cast.priya, [attempt.id], "Look at the board", minutes(2))
    help_requests.raise_hand(cast.carl, attempt.id, "Paper, please", None, minutes(3))
    help_requests.report_question(cast.carl, attempt.id, asked[2], "Two are right", minutes(4))
    help_requests.report_question(cast.carl, attempt.id, asked[0], "A word is missing", minutes(5))
    lifecycle.complete_session(cast.ines, running, minutes(25))
    report = written(running)
    assert [(one["text"], one["toAll"], one["recipients"]) for one in report["messages"]] == [
        ("Ten more minutes", True, 2),
        ("Look at the board", False, 1),
    ]
    assert [one["text"] for one in report["hands"]] == ["Paper, please"]
    assert [
        (one["orderIndex"], [row["text"] for row in one["reports"]]) for one in report["reportedQuestions"]
    ] == [(1, ["A word is missing"]), (3, ["Two are right"])]


def test_facility_of_each_question(running: Any, cast: SimpleNamespace) -> None:
    ids = questions(running.test)
    assert {row["facility"] for row in question_statistics(running)} == {None}
    graded("true_false", "numerical", student=cast.carl, session=running)
    graded("true_false", student=cast.cora, session=running)
    rows = {row["questionId"]: row for row in question_statistics(running)}
    kinds = ("true_false", "numerical", "short_answer")
    assert [rows[ids[kind]]["facility"] for kind in kinds] == [100, 50, 0]
    assert [rows[ids["numerical"]][name] for name in ("attempts", "answered", "correct")] == [2, 1, 1]
    assert [row["orderIndex"] for row in rows.values()] == [1, 2, 3, 4, 5]


def test_staff_read_it_over_rest(api: Any, cast: SimpleNamespace, running: Any, attempt: Any) -> None:
    path = f"/api/sessions/{running.id}/report"
    reply = api(cast.priya).get(path)
    assert (reply.status_code, reply.code) == (409, "conflict")
    lifecycle.complete_session(cast.ines, running, minutes(25))
    assert data(api(cast.priya).get(path))["session"]["status"] == "completed"
    colleague = UserFactory(instructor=True, organization=cast.school)
    assert api(colleague).get(path).status_code == 404
    assert api(cast.carl).get(path).status_code == 403


def test_the_queries_do_not_depend_on_the_students(running: Any, cast: SimpleNamespace) -> None:
    joining.join_session(cast.carl, running.id, NOW)
    for _ in range(5):
        student = UserFactory(organization=cast.school)
        classes.enrol(cast.biology, student.id)
        _, attempt = joining.join_session(student, running.id, NOW)
        help_requests.raise_hand(student, attempt.id, "", None, NOW)
        seen(running, student, "student_left", minutes(2))
    lifecycle.complete_session(cast.ines, running, minutes(25))
    session_report.report(running, minutes(30))
    db.session.expire_all()
    with counted() as statements:
        session_report.report(running, minutes(30))
    assert len(statements) <= 18, statements
