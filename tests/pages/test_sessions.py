"""The pages of sessions: planning, changing, cancelling, and the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from exam_app.extensions import db
from exam_app.models import ExamSession
from exam_app.services.sessions import planning
from tests.factories import ExamSessionFactory, TestFactory, UserFactory
from tests.helpers.pages import PageClient
from tests.helpers.results import graded

Browse = Callable[[Any], PageClient]


@pytest.fixture
def browse(app: Flask, database: None) -> Browse:
    return lambda user: PageClient(app, user)


@pytest.fixture
def plan(cast: SimpleNamespace, exam: Any) -> dict[str, Any]:
    """The fields of the form."""
    return {
        "classId": str(cast.biology.id),
        "testId": str(exam.id),
        "title": "Final",
        "date": "2026-06-08",
        "time": "09:30",
        "timeZone": "Europe/Berlin",
        "timer": "own",
        "proctorIds": [str(cast.priya.id)],
    }


def test_a_session_is_planned_in_the_time_zone_of_the_teacher(
    browse: Browse, cast: SimpleNamespace, plan: dict[str, Any]
) -> None:
    shown = browse(cast.ines).post("/sessions/new", **plan)
    assert "Final was planned." in shown.words and "Proctors Priya Patel" in shown.words
    session = db.session.query(ExamSession).one()
    assert shown.path == f"/sessions/{session.id}"
    assert (session.scheduled_at, session.global_timer) == (datetime(2026, 6, 8, 7, 30, tzinfo=UTC), False)
    assert planning.proctors_of(session) == [cast.priya]


def test_all_missing_fields_are_reported_together(
    browse: Browse, cast: SimpleNamespace, plan: dict[str, Any]
) -> None:
    typed = {**plan, "classId": "", "testId": "", "date": "", "timeZone": "Europe/Nowhere"}
    reply = browse(cast.ines).post("/sessions/new", **typed)
    assert reply.status_code == 422
    page = reply.get_data(as_text=True)
    for field in ("classId", "testId", "date", "timeZone"):
        assert f'<a href="#{field}">' in page and f'id="{field}"' in page
    assert 'value="Final"' in page and 'value="09:30"' in page
    assert f'value="{cast.priya.id}" checked' in page
    assert db.session.query(ExamSession).count() == 0


def test_an_invalid_plan_is_reported_on_the_form(
    browse: Browse, cast: SimpleNamespace, plan: dict[str, Any]
) -> None:
    draft = TestFactory(author=cast.ines)
    reply = browse(cast.ines).post("/sessions/new", **{**plan, "testId": str(draft.id)})
    assert (reply.status_code, "This test is not published yet." in reply.words) == (422, True)
    assert f'value="{draft.id}"' not in reply.get_data(as_text=True)


def test_without_classes_or_tests_the_page_says_what_to_do_first(
    browse: Browse, cast: SimpleNamespace
) -> None:
    colleague = UserFactory(instructor=True, organization=cast.school)
    assert "A session needs a class." in browse(colleague).get("/sessions/new").words
    assert "A session needs a published test" in browse(cast.ines).get("/sessions/new").words
    assert "There are no sessions yet." in browse(cast.ines).get("/sessions").words
    assert "When a teacher plans a session and adds you" in browse(cast.priya).get("/sessions").words


def test_a_plan_can_be_changed_before_the_start(
    browse: Browse, cast: SimpleNamespace, sitting: Any, plan: dict[str, Any]
) -> None:
    page, path = browse(cast.ines), f"/sessions/{sitting.id}"
    form = page.get(f"{path}/edit").get_data(as_text=True)
    assert 'value="2026-05-04"' in form and 'data-own-zone="2026-05-04T09:00:00.000Z"' in form
    assert f'value="{cast.priya.id}" checked' in form
    changed = {name: plan[name] for name in ("title", "date", "time", "timeZone", "timer")}
    assert "The session was saved." in page.post(f"{path}/edit", **changed).words
    db.session.refresh(sitting)
    assert (sitting.title, sitting.scheduled_at) == ("Final", datetime(2026, 6, 8, 7, 30, tzinfo=UTC))
    assert planning.proctors_of(sitting) == []
    sitting.status = "waiting"
    for reply in (page.get(f"{path}/edit"), page.post(f"{path}/edit", **changed)):
        assert (reply.status_code, "before the waiting room is open" in reply.words) == (409, True)


def test_cancelling_asks_for_confirmation_and_names_the_affected(
    browse: Browse, cast: SimpleNamespace, sitting: Any
) -> None:
    page, path = browse(cast.ines), f"/sessions/{sitting.id}/cancel"
    assert "2 students of Biology will see that it is cancelled." in page.get(path).words
    assert sitting.status == "scheduled"
    assert "Midterm was cancelled." in page.post(path).words
    reply = page.post(path)
    assert reply.status_code == 422
    assert "The session is cancelled, so this is not possible. Reload the page." in reply.words


def test_a_proctor_sees_assigned_sessions_read_only(
    browse: Browse, cast: SimpleNamespace, sitting: Any, exam: Any
) -> None:
    other = ExamSessionFactory(school_class=cast.biology, test=exam, title="Retake")
    page = browse(cast.priya)
    assert "Midterm" in page.get("/sessions").words and "Retake" not in page.get("/sessions").words
    shown = page.get(f"/sessions/{sitting.id}")
    assert "Carl Carter" in shown.words and "Cancel the session" not in shown.words
    assert page.get(f"/sessions/{other.id}").status_code == 404
    for tail in ("/edit", "/cancel"):
        assert page.post(f"/sessions/{sitting.id}{tail}").status_code == 403


def test_sessions_are_now_upcoming_and_past(browse: Browse, cast: SimpleNamespace, exam: Any) -> None:
    for title, state in (("Over", "completed"), ("Running", "in_progress"), ("Dropped", "cancelled")):
        ExamSessionFactory(school_class=cast.biology, test=exam, title=title, **{state: True})
    ExamSessionFactory(school_class=cast.biology, test=exam, title="Planned")
    words = browse(cast.ines).get("/sessions").words
    places = [words.index(word) for word in ("Now", "Running", "Upcoming", "Planned", "Past", "Over")]
    assert places == sorted(places)
    assert "Dropped" in words


def test_before_the_end_the_report_says_when_it_is_available(
    browse: Browse, cast: SimpleNamespace, sitting: Any, running: Any
) -> None:
    page = browse(cast.priya)
    reply = page.get(f"/sessions/{running.id}/report")
    assert reply.status_code == 200
    assert "The report is there when the exam is over. It ends 4 May 2026, 09:30 UTC" in reply.words
    assert "It is planned for 4 May 2026, 09:00 UTC" in page.get(f"/sessions/{sitting.id}/report").words


def test_the_report_can_be_read_without_scripts(browse: Browse, cast: SimpleNamespace, exam: Any) -> None:
    session = ExamSessionFactory(completed=True, school_class=cast.biology, test=exam, proctors=[cast.priya])
    graded("true_false", student=cast.carl, session=session)
    words = browse(cast.priya).get(f"/sessions/{session.id}/report").words
    for text in (
        "2 students expected: 1 joined, 0 joined late, 1 absent.",
        "None: everybody had the time limit of the test.",
        "No question was reported.",
        "Mean 20 %",
        "Report created 4 May 2026, 09:00 UTC for Priya Patel.",
    ):
        assert text in words
