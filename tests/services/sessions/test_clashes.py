from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask

from exam_app.rules.attempt_states import SessionStatus
from exam_app.services.sessions.clashes import clashes_of
from tests.factories import ExamSessionFactory, SchoolClassFactory
from tests.helpers.pages import PageClient
from tests.helpers.times import minutes


@pytest.mark.parametrize(
    ("begins", "expected"), [(0, True), (29, True), (30, False), (-29, True), (-30, False)]
)
def test_sessions_clash_where_their_times_overlap_for_a_student(
    cast: SimpleNamespace, begins: int, expected: bool
) -> None:
    session = ExamSessionFactory(school_class=cast.biology)
    other = SchoolClassFactory(teacher=cast.ines, name="Chemistry", students=[cast.carl])
    clash = ExamSessionFactory(school_class=other, title="Acids", scheduled_at=minutes(begins))
    found = [(one["title"], one["className"], one["students"]) for one in clashes_of(session)]
    assert found == ([("Acids", "Chemistry", [cast.carl.full_name])] if expected else [])
    clash.status = SessionStatus.CANCELLED
    assert clashes_of(session) == []


def test_no_clash_without_a_common_student(cast: SimpleNamespace) -> None:
    session = ExamSessionFactory(school_class=cast.biology)
    ExamSessionFactory(school_class=SchoolClassFactory(teacher=cast.ines))
    assert clashes_of(session) == []


def test_the_page_of_a_session_warns_whoever_plans(app: Flask, cast: SimpleNamespace) -> None:
    session = ExamSessionFactory(school_class=cast.biology)
    ExamSessionFactory(school_class=cast.biology, title="Acids")
    page = PageClient(app, cast.ines).get(f"/sessions/{session.id}")
    assert "At the same time, Acids of" in page.words
    assert "also for" in page.words and cast.carl.full_name in page.words
